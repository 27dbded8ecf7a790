"""Data tables: the small typed tables of a workspace, for people to edit and agents to use."""
