"""One MCP server: greeted once, then asked. Every request goes through the door it is given."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import count
from threading import Lock
from typing import Any

from app.lib.json_guard import JsonRefused, JsonValue
from app.lib.mcp.arriving import answer_in
from app.lib.mcp.messages import McpTrouble, OfferedTool, ToolAnswer, plain, quoted
from app.lib.safe_http import HttpCall, HttpFailed, HttpRefused, HttpStream, HttpTrouble
from app.lib.safe_http.target import Target

VERSION = "2025-06-18"
KNOWN_VERSIONS = frozenset({"2025-03-26", VERSION, "2025-11-25"})
MAX_TOOLS = 100
MAX_PAGES = 20
MAX_ANSWER_BYTES = 1_000_000
TIME_LIMIT_S = 30.0
_SESSION = "mcp-session-id"
_UNKNOWN_METHOD = -32601
Open = Callable[[HttpCall], HttpStream]


class McpServer:
    """Thread-safe. `open_line` sends a call and adds what the server wants for signing in."""

    def __init__(self, address: str, open_line: Open) -> None:
        self._address = address
        self._open = open_line
        self._host = Target.parse(address).host
        self._numbers = count(1)
        self._lock = Lock()
        self._headers: dict[str, str] | None = None  # set by the greeting
        self.name = ""

    def greet(self) -> None:
        """Introduce ourselves, once; raises McpTrouble."""
        with self._lock:
            if self._headers is None:
                self._headers = self._greeted()

    def tools(self) -> list[OfferedTool]:
        """The tools that can be used, in the server's order; raises McpTrouble."""
        found: dict[str, OfferedTool] = {}
        cursor: JsonValue = None
        for _page in range(MAX_PAGES):
            params: dict[str, JsonValue] = {} if cursor is None else {"cursor": cursor}
            told = self._ask("tools/list", params, TIME_LIMIT_S)
            tools = told.get("tools") if isinstance(told, dict) else None
            if not isinstance(tools, list):
                raise self._odd()
            for one in (OfferedTool.of(entry) for entry in tools):
                if one is not None and len(found) < MAX_TOOLS:
                    found.setdefault(one.name, one)
            cursor = told.get("nextCursor") if isinstance(told, dict) else None
            if not isinstance(cursor, str) or len(found) >= MAX_TOOLS:
                break
        return list(found.values())

    def call(
        self, tool: str, arguments: Mapping[str, JsonValue], *, time_limit_s: float = TIME_LIMIT_S
    ) -> ToolAnswer:
        """Call a tool; raises McpTrouble."""
        params: dict[str, JsonValue] = {"name": tool, "arguments": dict(arguments)}
        answer = ToolAnswer.of(self._ask("tools/call", params, time_limit_s))
        if answer is None:
            raise self._odd(unsure=True)
        return answer

    def leave(self) -> None:
        """End the session, where there is one; what the server says to it does not matter."""
        with self._lock:
            headers, self._headers = self._headers, None
        if headers and _SESSION in headers:
            try:
                self._open(self._call("DELETE", None, headers, 5.0)).close()
            except HttpTrouble:
                return

    def _greeted(self) -> dict[str, str]:
        about: dict[str, JsonValue] = {
            "protocolVersion": VERSION,
            "capabilities": {},
            "clientInfo": {"name": "Lamplight", "version": "1"},
        }
        told, headers = self._exchange("initialize", about, {}, TIME_LIMIT_S)
        version = told.get("protocolVersion") if isinstance(told, dict) else None
        if not isinstance(told, dict) or not isinstance(version, str):
            raise self._odd()
        if version not in KNOWN_VERSIONS:
            raise McpTrouble(
                f"{self._host} speaks “{quoted(version)}” of MCP, which Lamplight does not know.",
                is_final=True,
            )
        info = told.get("serverInfo")
        name = info.get("name") if isinstance(info, dict) else ""
        self.name = plain(name, 80) if isinstance(name, str) else ""
        known = {"mcp-protocol-version": version}
        if session := headers.get(_SESSION):
            known[_SESSION] = session
        self._tell("notifications/initialized", known)
        return known

    def _ask(self, method: str, params: dict[str, JsonValue], limit_s: float) -> JsonValue:
        """One question; greets first, and once more when the server has forgotten us."""
        for is_last in (False, True):
            self.greet()
            headers = self._headers or {}
            try:
                return self._exchange(method, params, headers, limit_s)[0]
            except McpTrouble as trouble:
                # Of a session that it does not know a server does nothing.
                if is_last or trouble.status != HTTPStatus.NOT_FOUND or _SESSION not in headers:
                    raise
                with self._lock:
                    self._headers = None
        raise AssertionError  # the second round returns or raises

    def _exchange(
        self, method: str, params: dict[str, JsonValue], headers: Mapping[str, str], limit_s: float
    ) -> tuple[JsonValue, Mapping[str, str]]:
        number = next(self._numbers)
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        stream = self._sent(self._call("POST", body, headers, limit_s))
        try:
            self._check_status(stream)
            kind = stream.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in ("application/json", "text/event-stream"):
                raise self._odd(unsure=True)
            message: Any = answer_in(
                stream.chunks,
                is_stream=kind == "text/event-stream",
                number=number,
                max_bytes=MAX_ANSWER_BYTES,
            )
        except HttpTrouble as trouble:
            raise _told(trouble) from trouble
        except JsonRefused as refused:
            raise McpTrouble(
                f"{self._host} sent an answer that cannot be read. {refused.sentence}", unsure=True
            ) from refused
        finally:
            stream.close()
        if message is None:
            raise McpTrouble(f"{self._host} ended without an answer.", unsure=True)
        if "error" in message:
            raise self._refused(message["error"])
        return message["result"], stream.headers

    def _tell(self, method: str, headers: Mapping[str, str]) -> None:
        stream = self._sent(self._call("POST", {"jsonrpc": "2.0", "method": method}, headers, 10.0))
        try:
            self._check_status(stream)
        finally:
            stream.close()

    def _call(
        self, method: str, body: object, headers: Mapping[str, str], limit_s: float
    ) -> HttpCall:
        kinds = {
            "Accept": "application/json, text/event-stream",
            **({"Content-Type": "application/json"} if body is not None else {}),
        }
        return HttpCall(
            method=method,
            url=self._address,
            headers={**kinds, **headers},
            body=json.dumps(body, allow_nan=False).encode() if body is not None else None,
            timeout_s=limit_s,
            max_bytes=MAX_ANSWER_BYTES,
            follow_redirects=False,
        )

    def _sent(self, call: HttpCall) -> HttpStream:
        try:
            return self._open(call)
        except HttpTrouble as trouble:
            raise _told(trouble) from trouble

    def _check_status(self, stream: HttpStream) -> None:
        status = stream.status
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            what = "does not accept this sign-in. Give it the access token that it wants"
        elif status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            what = "has no MCP server at this address. Its manual says where it is"
        elif status < HTTPStatus.BAD_REQUEST:
            what = "sends the call on to another address. Use the one where it answers"
        elif status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            what = "is busy or has a fault of its own. Try again later"
        else:
            what = "did not take the call. Check the address"
        is_final = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        raise McpTrouble(
            f"{self._host} {what} (answer {status}).",
            status=status,
            unsure=status >= HTTPStatus.INTERNAL_SERVER_ERROR,
            is_final=is_final and status != HTTPStatus.TOO_MANY_REQUESTS,
            challenge=stream.headers.get("www-authenticate", ""),
        )

    def _refused(self, error: JsonValue) -> McpTrouble:
        said = error.get("message") if isinstance(error, dict) else ""
        code = error.get("code") if isinstance(error, dict) else None
        if code == _UNKNOWN_METHOD:
            return McpTrouble(f"{self._host} offers no tools.", is_final=True)
        words = quoted(said) if isinstance(said, str) and said.strip() else "no reason"
        return McpTrouble(f"{self._host} refused. It says: “{words}”", is_final=True)

    def _odd(self, *, unsure: bool = False) -> McpTrouble:
        return McpTrouble(
            f"{self._host} answered, but not as an MCP server does. Check the address.",
            unsure=unsure,
        )


def _told(trouble: HttpTrouble) -> McpTrouble:
    unsure = isinstance(trouble, HttpFailed) and trouble.unsure
    return McpTrouble(trouble.sentence, unsure=unsure, is_final=isinstance(trouble, HttpRefused))
