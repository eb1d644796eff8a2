"""The embedded server for one-box use; roles, row security, copy, partitions."""
