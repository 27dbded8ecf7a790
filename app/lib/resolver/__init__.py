"""Fills `{{ path | filter }}` in texts: a small bounded language with no code in it."""

from app.lib.resolver.text import as_text

__all__ = ["as_text"]
