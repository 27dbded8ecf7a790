"""What a variable can hold: values read from words, and settled to the variable's kind."""

import json
import re

from app.engine.values import Json
from app.engine.words import short
from app.lib import json_guard
from app.lib.resolver import as_text
from app.variables.models import VariableKind

MAX_VALUE_BYTES = 64 * 1024
_YES = frozenset({"yes", "true", "on", "1"})
_NO = frozenset({"no", "false", "off", "0"})
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})\Z")
# What keys and tokens look like: well-known beginnings, or one long word of letters and digits.
_KEY_LIKE = re.compile(
    r"(sk-|pk_|rk_|sk_|ghp_|gho_|github_pat_|glpat-|xox[abpr]-|AKIA|AIza|eyJ[A-Za-z0-9_-]{8,}\.|"
    r"-----BEGIN |Bearer |lamp_)|(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9+/_=-]{28,}\Z"
)
_KEY_NAMES = re.compile(r"(?:^|_)(?:password|passwd|secret|token|api_?key|credential)s?(?:_|\Z)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


class ValueRefused(ValueError):
    """A value does not fit its variable; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_typed(kind: VariableKind, typed: str) -> Json:
    """The value that a person typed. Raises ValueRefused."""
    if kind is not VariableKind.JSON:
        return settled(kind, typed)
    try:
        return settled(kind, json_guard.parse(typed, max_bytes=MAX_VALUE_BYTES))
    except json_guard.JsonRefused as refused:
        raise ValueRefused(refused.sentence) from None


def settled(kind: VariableKind, value: Json) -> Json:
    """The value as a variable of this kind keeps it. Raises ValueRefused."""
    if kind is VariableKind.NUMBER:
        value = _number(value)
    elif kind is VariableKind.YES_NO:
        value = _yes_no(value)
    elif kind is VariableKind.TEXT:
        value = as_text(value)
    if len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) > MAX_VALUE_BYTES:
        raise ValueRefused(f"A variable can hold {MAX_VALUE_BYTES // 1024} KB at most.")
    return value


def kind_of(value: Json) -> VariableKind:
    """The kind of a variable that a step makes with this value."""
    if isinstance(value, bool):
        return VariableKind.YES_NO
    if isinstance(value, int | float):
        return VariableKind.NUMBER
    return VariableKind.TEXT if isinstance(value, str) else VariableKind.JSON


def written(kind: VariableKind, value: Json) -> str:
    """The value as a person would type it."""
    if kind is VariableKind.YES_NO:
        return "yes" if value else "no"
    if kind is VariableKind.JSON:
        return json.dumps(value, ensure_ascii=False, indent=2)
    return as_text(value)


def looks_secret(name: str, value: Json) -> bool:
    """Whether a variable looks like a password or key, which belongs in a connection."""
    if _KEY_NAMES.search(name):
        return True
    if isinstance(value, dict):
        return any(looks_secret(str(key).casefold(), one) for key, one in value.items())
    if isinstance(value, list):
        return any(looks_secret("", one) for one in value)
    text = value.strip() if isinstance(value, str) else ""
    return bool(_KEY_LIKE.match(text)) and not _UUID.match(text)


def _number(value: Json) -> Json:
    if isinstance(value, str) and _NUMBER.match(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= 1e15:
        raise ValueRefused(f"“{short(value)}” is not a number. Write it like 12 or 12.5.")
    return int(value) if value == int(value) else value


def _yes_no(value: Json) -> Json:
    word = as_text(value).strip().casefold()
    if word not in _YES | _NO:
        raise ValueRefused(f"“{short(value)}” is neither yes nor no.")
    return word in _YES
