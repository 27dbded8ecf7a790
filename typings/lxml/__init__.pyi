"""The part of lxml that Lamplight uses."""
