"""Running again: from the start or from a step, one run or many, and two runs side by side."""
