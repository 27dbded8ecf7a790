"""The outline editor: the draft as a list of steps, and a small form for each way to change it."""
