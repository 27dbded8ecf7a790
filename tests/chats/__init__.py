"""Talking with agents."""
