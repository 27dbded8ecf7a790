"""What OpenAI's Responses API says on the wire, as its reference has it; for these tests."""

import json
from collections.abc import Iterator
from typing import Any

from tests.llm.stubs import json_reply

USAGE = {
    "input_tokens": 12,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 17,
}


def responses(text: str, *, cut: bool = False, calls: list[tuple[str, str]] | None = None) -> bytes:
    """A whole answer of `POST /v1/responses`; `calls` are names and arguments of functions."""
    output = [_message(text)] if text else []
    output += [_call(number, *one) for number, one in enumerate(calls or [], start=1)]
    return json_reply(_response(output, "incomplete" if cut else "completed"))


def responses_stream(pieces: list[str]) -> Iterator[bytes]:
    """The same, as server-sent events."""
    item = {"id": "msg_1", "type": "message", "status": "in_progress", "role": "assistant"}
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "text": "", "annotations": []}
    whole = "".join(pieces)
    events: list[tuple[str, dict[str, Any]]] = [
        ("response.created", {"response": _response([], "in_progress")}),
        ("response.in_progress", {"response": _response([], "in_progress")}),
        ("response.output_item.added", {"output_index": 0, "item": {**item, "content": []}}),
        ("response.content_part.added", {**place, "part": part}),
        *(
            ("response.output_text.delta", {**place, "delta": one, "logprobs": []})
            for one in pieces
        ),
        ("response.output_text.done", {**place, "text": whole, "logprobs": []}),
        ("response.content_part.done", {**place, "part": {**part, "text": whole}}),
        ("response.output_item.done", {"output_index": 0, "item": _message(whole)}),
        ("response.completed", {"response": _response([_message(whole)], "completed")}),
    ]
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    for number, (kind, value) in enumerate(events):
        said = json.dumps({"type": kind, "sequence_number": number, **value})
        yield f"event: {kind}\ndata: {said}\n\n".encode()


def _response(output: list[dict[str, Any]], status: str) -> dict[str, Any]:
    is_cut = status == "incomplete"
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
        "instructions": None,
        "max_output_tokens": None,
        "model": "gpt-6-luna-2026-09-01",
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None if status == "in_progress" else USAGE,
        "user": None,
        "metadata": {},
    }


def _message(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {
        "id": "msg_1",
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": content,
    }


def _call(number: int, name: str, arguments: str) -> dict[str, Any]:
    return {
        "id": f"fc_{number}",
        "type": "function_call",
        "status": "completed",
        "call_id": f"call_{number}",
        "name": name,
        "arguments": arguments,
    }
