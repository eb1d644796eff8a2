"""Microsoft's clouds: tokens, Graph, sign-in and consent. A cloud is a record, never a code path."""
