"""Values that the agents of a workspace share and remember from run to run."""
