"""Workers: the processes that claim runs, carry them out, and record each step."""
