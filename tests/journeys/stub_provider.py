"""A model provider on this machine for journeys: it answers as OpenAI documents its wire format."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.llm import stubs
from tests.loopback import Received

KEY = "sk-right-0123456789abcdef"
MODEL = "stub-large"


@dataclass
class StubProvider:
    """Says `text`, uses the tools in `calls` once each, and draws `sketch` when it is to draw.

    `answers` are texts by words of what a person said last. Values by a schema are filled in by the
    schema itself: the first of its choices, and `text`.
    """

    text: str = "Hello from the stub."
    answers: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sketch: Mapping[str, Any] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Received) -> bytes | Iterator[bytes]:
        """One answer."""
        if KEY not in request.headers.get("authorization", ""):
            return stubs.json_reply({"error": {"message": "No such key."}}, "401 Unauthorized")
        if request.method == "GET":
            return stubs.json_reply({"object": "list", "data": [{"id": MODEL}]})
        body = stubs.asked(request)
        with self.lock:
            self.asked.append(body)
        call = self._call(body)
        if call is not None and body.get("stream"):
            return _called(call)
        if call is not None:
            return stubs.openai("", finish="tool_calls", calls=[call])
        schema = self._schema(body)
        text = json.dumps(self._values(schema)) if schema else self._said(body)
        if body.get("stream"):
            return stubs.openai_stream([f"{word} " for word in text.split(" ")])
        return stubs.openai(text)

    def _said(self, body: dict[str, Any]) -> str:
        last = [str(one["content"]) for one in body["messages"] if one["role"] == "user"][-1]
        return next((one for words, one in self.answers.items() if words in last), self.text)

    def _call(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """A call of the first wanted tool that was not called in this conversation yet."""
        offered = [one["function"]["name"] for one in body.get("tools", ())]
        turns = [one.get("tool_calls") or () for one in body["messages"]]
        made = {call["function"]["name"] for calls in turns for call in calls}
        for name, arguments in self.calls.items():
            if name in offered and name not in made:
                function = {"name": name, "arguments": json.dumps(arguments)}
                return {"id": f"call_{name}", "type": "function", "function": function}
        return None

    def _schema(self, body: dict[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] = (body.get("response_format") or {}).get("json_schema") or {}
        return found.get("schema")

    def _values(self, schema: dict[str, Any]) -> Any:
        if self.sketch is not None and "steps" in schema.get("properties", ()):
            return self.sketch
        if "questions" in schema.get("properties", ()):
            return {"summary": "You want enquiries sorted and answered.", "questions": []}
        return self._filled(schema, schema)

    def _filled(self, schema: dict[str, Any], whole: dict[str, Any]) -> Any:
        if "$ref" in schema:
            return self._filled(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "object" in kinds:
            inside = schema.get("properties", {})
            return {name: self._filled(one, whole) for name, one in inside.items()}
        if "array" in kinds:
            return [self._filled(schema["items"], whole)]
        if "number" in kinds or "integer" in kinds:
            return 0.9 if "number" in kinds else 1
        return True if "boolean" in kinds else self.text


def _called(call: dict[str, Any]) -> Iterator[bytes]:
    """A call of a tool as server-sent events: its name, its arguments, the end."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    function = call["function"]
    named = {**call, "index": 0, "function": {"name": function["name"], "arguments": ""}}
    given = {"index": 0, "function": {"arguments": function["arguments"]}}
    for delta, finish in (
        ({"role": "assistant", "content": None, "tool_calls": [named]}, None),
        ({"tool_calls": [given]}, None),
        ({}, "tool_calls"),
    ):
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        told = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_790_000_000}
        yield f"data: {json.dumps({**told, 'model': MODEL, 'choices': [choice]})}\n\n".encode()
    yield b"data: [DONE]\n\n"
