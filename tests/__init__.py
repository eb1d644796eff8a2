"""Architecture, permission table, row security, journeys, and the world they share."""
