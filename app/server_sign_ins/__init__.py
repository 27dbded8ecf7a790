"""Server sign-ins: a person signs in at an MCP server, and the connection keeps what that gave."""
