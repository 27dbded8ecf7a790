"""Talking with agents: threads, what was said in them, and who may read and write there."""
