"""Describing what an agent shall do, and getting a flow that is proposed, looked at and applied."""
