"""Where a program parts and comes together: choices, loops, calls, runs side by side, failures."""
