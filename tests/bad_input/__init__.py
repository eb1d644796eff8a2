"""What no form may do, whatever is sent: found from the URL list, so a new page is covered by being there."""
