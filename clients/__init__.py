"""Clients that others wrote, unmodified, against the simulator: `make test-clients`, in an environment of theirs."""
