"""People: who may sign in, how they prove who they are, and their sessions."""
