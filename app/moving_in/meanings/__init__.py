"""What names and expressions of a program mean in a flow."""
