"""Agents made on one page: instructions and tools, beside a chat in which they are tried."""
