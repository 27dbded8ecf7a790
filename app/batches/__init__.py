"""One agent for many rows: a run for each row of a table or a file, with a table of results."""
