"""Speaks to providers through pydantic-ai. Importing it costs a second: only when one is asked."""
