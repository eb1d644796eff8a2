"""Django's admin over the portal's own tables, set up as its documentation advises."""
