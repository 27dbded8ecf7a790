"""The flow that comes out: its steps, and the tools and agents that they need."""
