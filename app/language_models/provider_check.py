"""Asks a provider whether a key works and which models it has; costs nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from app.lib import json_guard
from app.lib.safe_http import Door, HttpAnswer, HttpCall, HttpFailed, HttpTrouble
from app.lib.safe_http.target import Target
from app.llm.providers import PROVIDERS, Provider

TIMEOUT_S = 12.0
MAX_BYTES = 4_000_000
MAX_MODELS = 1_000
MAX_NAME_CHARS = 200
# What is asked of a provider; the key of OpenRouter has a page of its own, because its list of
# models is open to everybody and says nothing about a key.
_LISTS = {
    "openai": "/models",
    "responses": "/models",
    "anthropic": "/v1/models?limit=1000",
    "google": "/v1beta/models?pageSize=1000",
}
_KEY_PAGES = {"openrouter": "/key"}
_NO_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# What stands in the names of models that do something else than answer in words.
_OTHER_WORK = re.compile(
    r"embed|whisper|tts|dall-e|moderation|transcri|realtime|image|audio|sora|rerank|ocr|"
    r"davinci|babbage|imagen|veo|-guard|aqa"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a provider said, in words; whether the key works, None when that is not known."""

    words: str
    works: bool | None = None
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provider is, what it is called, and the key for it."""

    provider: Provider
    name: str
    address: str
    key: str = field(repr=False)

    @classmethod
    def of(cls, kind: str, *, name: str = "", address: str = "", key: str = "") -> "Place":
        """A provider by the name of its kind; without an address, at its own."""
        provider = PROVIDERS[kind]
        return cls(provider, name or provider.title, address or provider.address, key)

    def secret_headers(self) -> dict[str, str]:
        """The key, where this kind of provider looks for it."""
        if not self.key:
            return {}
        match self.provider.wire:
            case "anthropic":
                return {"x-api-key": self.key}
            case "google":
                return {"x-goog-api-key": self.key}
            case "openai" | "responses":
                return {"Authorization": f"Bearer {self.key}"}

    def headers(self) -> dict[str, str]:
        """What else it wants to hear."""
        return {"anthropic-version": "2023-06-01"} if self.provider.wire == "anthropic" else {}


def host_of(address: str) -> str:
    """Host and port of an address, as a secret is bound to them. Raises HttpRefused."""
    return Target.parse(address).authority


def send(door: Door, place: Place, call: HttpCall) -> HttpAnswer:
    """Send a call with the place's key, to the place's own host only. Raises HttpTrouble."""
    return door.send(
        call, secret_headers=place.secret_headers(), secret_hosts=(host_of(place.address),)
    )


def ask(door: Door, place: Place, *, timeout_s: float = TIMEOUT_S) -> Found:
    """Try the key and list the models."""
    key_page = _KEY_PAGES.get(place.provider.id)
    if key_page is not None and place.key:
        about_key = _asked(door, place, key_page, timeout_s)
        if not about_key.works:
            return about_key
    return _asked(door, place, _LISTS[place.provider.wire], timeout_s)


def _asked(door: Door, place: Place, path: str, timeout_s: float) -> Found:
    call = HttpCall(
        method="GET",
        url=place.address.rstrip("/") + path,
        headers=place.headers(),
        timeout_s=timeout_s,
        max_bytes=MAX_BYTES,
        follow_redirects=False,
    )
    try:
        answer = send(door, place, call)
    except HttpFailed as failed:
        return Found(f"{place.name} could not be asked. {failed.sentence}")
    except HttpTrouble as trouble:
        return Found(trouble.sentence)
    if answer.status != HTTPStatus.OK:
        works = False if is_key_refused(answer) else None
        return Found(refusal(place.name, answer, has_key=bool(place.key)), works)
    return _read(place, answer.body)


def is_key_refused(answer: HttpAnswer) -> bool:
    """Whether the provider does not take the key. Google says so with 400."""
    return answer.status in _NO_KEY or (
        answer.status == HTTPStatus.BAD_REQUEST and b"API_KEY_INVALID" in answer.body
    )


def refusal(name: str, answer: HttpAnswer, *, has_key: bool) -> str:
    """An answer that is none, in words. What the provider wrote may hold the key, so it is not
    repeated."""
    status = answer.status
    if is_key_refused(answer) and not has_key:
        return f"{name} wants a key. Paste one and try again."
    if is_key_refused(answer):
        return (
            f"{name} does not take this key (it answered {status}). Copy it again, and see in "
            "your account there whether it is still in use."
        )
    if status == HTTPStatus.PAYMENT_REQUIRED:
        return f"{name} says that there is nothing left to pay with. Add credit there."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return (
            f"{name} takes no more questions just now: too many came, or the credit is used up. "
            "Look at your account there, or try again later."
        )
    if status == HTTPStatus.NOT_FOUND:
        return (
            f"{name} was reached, but knows nothing under this address. Most addresses end in /v1."
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{name} has trouble of its own (it answered {status}). Try again later."
    return f"{name} answered {status}, which says nothing about the key. Check the address."


def _read(place: Place, body: bytes) -> Found:
    try:
        said = json_guard.parse(body, max_bytes=MAX_BYTES)
    except json_guard.JsonRefused:
        said = None
    names = tuple(_names(said))[:MAX_MODELS]
    if not isinstance(said, dict) or not ({"data", "models"} & said.keys()):
        return Found(
            f"Something answered at {host_of(place.address)}, but not as a model provider does. "
            "Check the address: most end in /v1."
        )
    how = "takes the key" if place.key else "answers"
    count = "no models" if not names else f"{len(names):,} model{'s' if len(names) > 1 else ''}"
    return Found(f"{place.name} {how} and lists {count}.", True, names)


def _names(said: Any) -> Iterable[str]:
    """The models that answer in words, without those that do other work."""
    if not isinstance(said, dict):
        return
    listed = said.get("data", said.get("models"))
    seen: set[str] = set()
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        name = one.get("id") or one.get("name")
        ways = one.get("supportedGenerationMethods")
        if not isinstance(name, str) or (isinstance(ways, list) and "generateContent" not in ways):
            continue
        name = name.removeprefix("models/")
        if name.isprintable() and 0 < len(name) <= MAX_NAME_CHARS and name not in seen:
            seen.add(name)
            if not _OTHER_WORK.search(name.lower()):
                yield name
