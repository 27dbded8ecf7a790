"""Variables: values of a workspace that its agents read, and remember from run to run."""
