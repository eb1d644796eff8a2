"""Django's PostgreSQL backend, able to act as the owner of the tables for a while."""
