"""Everything that waits for a person, on one page, so that nothing ends in silence."""
