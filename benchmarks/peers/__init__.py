"""What answers in a process of its own while a bench asks: the portal's list, and the lists of its peers."""
