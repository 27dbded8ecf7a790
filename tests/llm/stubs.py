"""What providers say on the wire, as their documentation has it; written for these tests."""

import json
from collections.abc import Iterator
from typing import Any

from tests.loopback import Received, reply


def asked(received: Received) -> dict[str, Any]:
    """The question as the provider got it."""
    found: dict[str, Any] = json.loads(received.body)
    return found


def openai(text: str, *, finish: str = "stop", calls: list[dict[str, Any]] | None = None) -> bytes:
    """A whole answer of `POST /v1/chat/completions`."""
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    if calls:
        message["tool_calls"] = calls
    return json_reply(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": "gpt-6-luna-2026-09-01",
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17},
        }
    )


def openai_stream(pieces: list[str]) -> Iterator[bytes]:
    """The same, as server-sent events."""
    yield _stream_head()
    for number, piece in enumerate(pieces):
        delta = {"content": piece} | ({"role": "assistant"} if number == 0 else {})
        yield _openai_event([{"index": 0, "delta": delta, "finish_reason": None}])
    yield _openai_event([{"index": 0, "delta": {}, "finish_reason": "stop"}])
    usage = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
    yield _openai_event([], usage=usage)
    yield b"data: [DONE]\n\n"


def anthropic(text: str, *, stop: str = "end_turn") -> bytes:
    """A whole answer of `POST /v1/messages`."""
    return json_reply(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-haiku-5-5",
            "content": [{"type": "text", "text": text}],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": {"input_tokens": 12, "output_tokens": 5},
        }
    )


def anthropic_stream(pieces: list[str]) -> Iterator[bytes]:
    """The same, as server-sent events."""
    start = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-5-5",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 12, "output_tokens": 1},
    }
    yield _stream_head()
    yield _event("message_start", {"message": start})
    block = {"type": "text", "text": ""}
    yield _event("content_block_start", {"index": 0, "content_block": block})
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        yield _event("content_block_delta", {"index": 0, "delta": delta})
    yield _event("content_block_stop", {"index": 0})
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield _event("message_delta", {"delta": end, "usage": {"output_tokens": 5}})
    yield _event("message_stop", {})


def google(text: str, *, finish: str = "STOP") -> bytes:
    """A whole answer of `POST /v1beta/models/<model>:generateContent`."""
    return json_reply(_gemini(text, finish))


def google_stream(pieces: list[str]) -> Iterator[bytes]:
    """The same of `:streamGenerateContent?alt=sse`."""
    yield _stream_head()
    for number, piece in enumerate(pieces, start=1):
        said = _gemini(piece, "STOP" if number == len(pieces) else None)
        yield f"data: {json.dumps(said)}\r\n\r\n".encode()


def json_reply(value: Any, status: str = "200 OK", **headers: str) -> bytes:
    """Any JSON answer."""
    return reply(status, json.dumps(value).encode(), Content_Type="application/json", **headers)


def _gemini(text: str, finish: str | None) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    return {
        "candidates": [candidate | ({"finishReason": finish} if finish else {})],
        "usageMetadata": {
            "promptTokenCount": 12,
            "candidatesTokenCount": 5,
            "totalTokenCount": 17,
        },
        "modelVersion": "gemini-3.8-flash",
        "responseId": "r1",
    }


def _openai_event(choices: list[dict[str, Any]], **more: Any) -> bytes:
    said = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": "gpt-6-luna-2026-09-01",
        "choices": choices,
        **more,
    }
    return f"data: {json.dumps(said)}\n\n".encode()


def _event(kind: str, value: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **value})}\n\n".encode()


def _stream_head() -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
