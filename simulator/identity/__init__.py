"""The login host: discovery, tokens, sign-in and consent pages."""
