"""“Try a question”: one question to one model, straight from the page it is set up on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from app.language_models.provider_check import Place, refusal, send
from app.lib import json_guard
from app.lib.safe_http import Door, HttpCall, HttpTrouble
from app.llm.port import Usage

TIMEOUT_S = 45.0
MAX_BYTES = 1_000_000
MAX_ANSWER_CHARS = 8_000
MAX_ANSWER_TOKENS = 2_000


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: the answer with what it used, or why there is none."""

    answer: str = ""
    trouble: str = ""
    usage: Usage = Usage()  # noqa: RUF009  # a frozen value


def ask(door: Door, place: Place, *, model_name: str, question: str) -> Tried:
    """Ask, wait, and read the answer. The provider's own words of refusal are not repeated."""
    path, asked = _asked(place, model_name, question)
    call = HttpCall(
        method="POST",
        url=place.address.rstrip("/") + path,
        headers={"Content-Type": "application/json", **place.headers()},
        body=json.dumps(asked).encode(),
        timeout_s=TIMEOUT_S,
        max_bytes=MAX_BYTES,
        follow_redirects=False,
    )
    try:
        answer = send(door, place, call)
    except HttpTrouble as trouble:
        return Tried(trouble=trouble.sentence)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Tried(trouble=f"{place.name} does not know a model called “{model_name}”.")
    if answer.status == HTTPStatus.BAD_REQUEST:
        return Tried(trouble=f"{place.name} does not answer questions with “{model_name}”.")
    if answer.status != HTTPStatus.OK:
        return Tried(trouble=refusal(place.name, answer, has_key=bool(place.key)))
    return _read(place, answer.body)


def _asked(place: Place, model_name: str, question: str) -> tuple[str, dict[str, Any]]:
    messages = [{"role": "user", "content": question}]
    match place.provider.wire:
        case "anthropic":
            limit = {"max_tokens": MAX_ANSWER_TOKENS}
            return "/v1/messages", {"model": model_name, "messages": messages, **limit}
        case "google":
            asked = {"contents": [{"role": "user", "parts": [{"text": question}]}]}
            return f"/v1beta/models/{quote(model_name, safe='')}:generateContent", asked
        case "openai":
            return "/chat/completions", {"model": model_name, "messages": messages}
        case "responses":
            return "/responses", {"model": model_name, "input": messages, "store": False}


def _read(place: Place, body: bytes) -> Tried:
    try:
        said = json_guard.parse(body, max_bytes=MAX_BYTES)
        text, usage = _READ[place.provider.wire](said)
        text = text.strip()
    except (json_guard.JsonRefused, LookupError, TypeError, AttributeError):
        return Tried(trouble=f"{place.name} answered, but not as a model does.")
    if not text:
        return Tried(trouble=f"{place.name} gave an empty answer.", usage=usage)
    return Tried(answer=text[:MAX_ANSWER_CHARS], usage=usage)


def _openai(said: Any) -> tuple[str, Usage]:
    text = said["choices"][0]["message"].get("content") or ""
    return text, _usage(said.get("usage"), "prompt_tokens", "completion_tokens")


def _responses(said: Any) -> tuple[str, Usage]:
    messages = [item for item in said["output"] if item.get("type") == "message"]
    text = "".join(part.get("text") or "" for item in messages for part in item["content"])
    return text, _usage(said.get("usage"), "input_tokens", "output_tokens")


def _anthropic(said: Any) -> tuple[str, Usage]:
    text = "".join(part.get("text") or "" for part in said["content"])
    return text, _usage(said.get("usage"), "input_tokens", "output_tokens")


def _google(said: Any) -> tuple[str, Usage]:
    parts = said["candidates"][0].get("content", {}).get("parts", [])
    text = "".join(part.get("text") or "" for part in parts)
    return text, _usage(said.get("usageMetadata"), "promptTokenCount", "candidatesTokenCount")


def _usage(said: Any, read: str, written: str) -> Usage:
    if not isinstance(said, Mapping):
        return Usage()
    return Usage(*(_count(said.get(name)) for name in (read, written)))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**9 else 0


_READ = {"openai": _openai, "responses": _responses, "anthropic": _anthropic, "google": _google}
