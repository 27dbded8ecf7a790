"""Agents: what people build, the drafts they work on and the steps in them."""
