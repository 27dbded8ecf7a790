"""Composing without a model: starts, sources, decisions and actions found by simple rules."""
