"""Tables of a workspace: typed columns and rows that people edit and agents read and write."""
