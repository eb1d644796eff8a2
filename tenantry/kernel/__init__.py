"""The few ideas everybody shares. Nothing here knows a domain."""
