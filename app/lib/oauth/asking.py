"""Calls of an authorization server: small, short, over an encrypted line, never sent on."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from app.lib import json_guard
from app.lib.json_guard import JsonRefused
from app.lib.safe_http import Door, HttpAnswer, HttpCall, HttpFailed, HttpTrouble
from app.lib.safe_http.target import Target

TIME_LIMIT_S = 15.0
MAX_ANSWER_BYTES = 100_000
_NOTHING: Mapping[str, str] = MappingProxyType({})
_CODE = re.compile(r"[a-z_]{3,60}")


class OAuthTrouble(Exception):
    """It did not go; `sentence` says why in words for a person, none of them the server's own.

    `is_refused`: the server said no, and trying the same again changes nothing.
    """

    def __init__(self, sentence: str, *, is_refused: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.is_refused = is_refused


def told(door: Door, url: str) -> dict[str, Any] | None:
    """What a well-known address says; None where it says nothing. Raises OAuthTrouble."""
    answer = _sent(door, HttpCall(method="GET", url=url, **_limits({"Accept": "application/json"})))
    return _object(answer) if answer.status == 200 else None


def posted_json(door: Door, url: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Post a JSON object; status and answer. Raises OAuthTrouble."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    call = HttpCall(method="POST", url=url, body=json.dumps(body).encode(), **_limits(headers))
    answer = _sent(door, call)
    return answer.status, _object(answer)


def posted_form(
    door: Door,
    url: str,
    values: Mapping[str, str],
    *,
    secret_headers: Mapping[str, str] = _NOTHING,
) -> tuple[int, dict[str, Any]]:
    """Post a form; status and answer, empty where it is no JSON. Raises OAuthTrouble."""
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(values).encode()
    call = HttpCall(method="POST", url=url, body=body, **_limits(headers))
    answer = _sent(door, call, secret_headers=secret_headers)
    try:
        return answer.status, _object(answer)
    except OAuthTrouble:
        return answer.status, {}


def code_of(said: Mapping[str, Any]) -> str:
    """The error code in an answer, such as `invalid_grant`; empty for what does not look so."""
    code = said.get("error")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def text_in(said: Mapping[str, Any], name: str, most: int = 2_000) -> str:
    """A line of text in an answer; empty where there is none that can be used."""
    value = said.get(name)
    fits = isinstance(value, str) and len(value) <= most and value.isprintable()
    return str(value) if fits else ""


def texts_in(said: Mapping[str, Any], name: str, most: int = 100) -> tuple[str, ...]:
    """A list of words in an answer; empty where there is none."""
    value = said.get(name)
    if not isinstance(value, list):
        return ()
    return tuple(one for one in value[:most] if isinstance(one, str) and one.isprintable())


def _limits(headers: dict[str, str]) -> dict[str, Any]:
    return {
        "headers": headers,
        "timeout_s": TIME_LIMIT_S,
        "max_bytes": MAX_ANSWER_BYTES,
        "follow_redirects": False,
    }


def _sent(
    door: Door, call: HttpCall, *, secret_headers: Mapping[str, str] = _NOTHING
) -> HttpAnswer:
    try:
        to = Target.parse(call.url)
        door.check_line(to)
        return door.send(call, secret_headers=secret_headers, secret_hosts=(to.authority,))
    except HttpTrouble as trouble:
        is_refused = not isinstance(trouble, HttpFailed)
        raise OAuthTrouble(trouble.sentence, is_refused=is_refused) from trouble


def _object(answer: HttpAnswer) -> dict[str, Any]:
    host = Target.parse(answer.url).host
    try:
        value = json_guard.parse(answer.body, max_bytes=MAX_ANSWER_BYTES, max_depth=12)
    except JsonRefused as refused:
        raise OAuthTrouble(
            f"{host} sent an answer that cannot be read. {refused.sentence}"
        ) from refused
    if not isinstance(value, dict):
        raise OAuthTrouble(f"{host} answered, but not as a server for signing in does.")
    return value
