"""Pages of connections: the list, a new one, one of them, and asking its service something."""
