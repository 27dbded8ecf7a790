"""How agents do: their runs counted by day, kept beside the agent, and shown on a page."""
