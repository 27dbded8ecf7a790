"""Runs again: as it was or on the newest version, from a step on, several at once, side by side."""
