"""Home: what needs a person, what runs now, what ran last and the ways to begin."""
