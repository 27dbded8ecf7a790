"""The built-in kinds of steps, one file each."""
