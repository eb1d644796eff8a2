"""Where each record may stand: regions, a model's home, the router, claims."""
