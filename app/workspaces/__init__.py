"""Workspaces: the walls between teams, who belongs to them and what each role may do."""
