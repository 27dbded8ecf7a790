"""Agents: what people build. Drafts, published versions and the editor of their steps."""
