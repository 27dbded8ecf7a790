"""Tests of asking MCP servers."""
