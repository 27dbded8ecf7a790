"""Runs: an agent at work, from the first click to its final state, recorded step by step."""
