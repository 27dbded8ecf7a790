"""An MCP server on this machine, as the specification has it: sessions, pages, events, faults."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.loopback import Loopback, Received, reply

SESSION = "session-of-this-test"
SEARCH: dict[str, Any] = {
    "name": "search",
    "description": "Searches the handbook.",
    "inputSchema": {
        "type": "object",
        "properties": {"query": {"type": "string"}, "limit": {"type": "integer"}},
        "required": ["query"],
    },
    "annotations": {"readOnlyHint": True},
}
FILE_TICKET: dict[str, Any] = {
    "name": "file_ticket",
    "description": "Files a ticket.",
    "inputSchema": {
        "type": "object",
        "properties": {"title": {"type": "string"}, "amount": {"type": "number"}},
        "required": ["title"],
    },
}
Tool = Callable[[dict[str, Any]], dict[str, Any]]


def text(words: str, **more: Any) -> dict[str, Any]:
    """What a tool gives: one block of text."""
    return {"content": [{"type": "text", "text": words}], **more}


@dataclass
class McpStub:
    """The server. `does` says what each tool gives; `page` is how many tools are told at once."""

    tools: list[dict[str, Any]] = field(default_factory=lambda: [SEARCH, FILE_TICKET])
    does: Tool = lambda params: text(f"Did {params['name']}.")
    page: int = 100
    token: str = ""
    header: str = "authorization"
    streams: bool = False
    version: str = "2025-06-18"
    forgets: int = 0  # how many questions are answered as if the session had ended
    calls: list[dict[str, Any]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)

    def __enter__(self) -> "McpStub":
        self.loopback = Loopback(self.say).__enter__()
        self.address = f"{self.loopback.url}/mcp"
        return self

    def __exit__(self, *error: object) -> None:
        self.loopback.__exit__(*error)

    def say(self, received: Received) -> bytes | Iterator[bytes]:
        """The answer to one request."""
        if self.token and self.token not in received.headers.get(self.header, ""):
            return reply("401 Unauthorized", b"no")
        if received.method == "DELETE":
            self.methods.append("DELETE")
            return reply("204 No Content")
        message = json.loads(received.body)
        self.methods.append(message["method"])
        if message["method"] == "initialize":
            return self._answer(message, self._about(), Mcp_Session_Id=SESSION)
        if received.headers.get("mcp-session-id") != SESSION:
            return reply("400 Bad Request")
        if received.headers.get("mcp-protocol-version") != self.version:
            return reply("400 Bad Request")
        if message["method"].startswith("notifications/"):
            return reply("202 Accepted")
        if self.forgets:
            self.forgets -= 1
            return reply("404 Not Found")
        return self._asked(message)

    def _asked(self, message: dict[str, Any]) -> bytes | Iterator[bytes]:
        params = message["params"]
        if message["method"] == "tools/list":
            at = int(params.get("cursor") or 0)
            told: dict[str, Any] = {"tools": self.tools[at : at + self.page]}
            if at + self.page < len(self.tools):
                told["nextCursor"] = str(at + self.page)
            return self._answer(message, told)
        self.calls.append(params)
        if params["name"] not in [one["name"] for one in self.tools]:
            error = {"code": -32602, "message": f"Unknown tool: {params['name']}"}
            body = {"jsonrpc": "2.0", "id": message["id"], "error": error}
            return reply("200 OK", json.dumps(body).encode(), Content_Type="application/json")
        return self._answer(message, self.does(params))

    def _about(self) -> dict[str, Any]:
        return {
            "protocolVersion": self.version,
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "Handbook", "version": "1"},
        }

    def _answer(
        self, message: dict[str, Any], result: Any, **headers: str
    ) -> bytes | Iterator[bytes]:
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result})
        if not self.streams:
            return reply("200 OK", body.encode(), Content_Type="application/json", **headers)
        return self._events(body, headers)

    def _events(self, body: str, headers: dict[str, str]) -> Iterator[bytes]:
        """Progress first, then the answer in two pieces; the line stays open after it."""
        named = "".join(f"{name.replace('_', '-')}: {one}\r\n" for name, one in headers.items())
        yield (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{named}"
            "Connection: close\r\n\r\n"
        ).encode()
        told = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}
        yield f": hello\r\nevent: message\r\ndata: {json.dumps(told)}\r\n\r\n".encode()
        yield f"id: 1\ndata: {body[:20]}".encode()
        yield f"{body[20:]}\n\n".encode()
        self.loopback.stopped.wait(20)
