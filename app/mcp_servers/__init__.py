"""MCP servers: workers ask them which tools they have, and as whom Lamplight is known to them."""
