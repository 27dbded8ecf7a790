"""Files that runs work with: stored under an id of their own, capped, gone with their run."""
