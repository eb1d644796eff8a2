"""Partners: the firms that use the portal, their parents, their data centre and their security policy."""
