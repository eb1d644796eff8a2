"""The pages of customers: the list, the wizard, the customer's own."""
