"""Takes secrets out of texts and values before anybody can store or read them."""

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
SHORTEST_CHARS = 4
"""Shorter values are not looked for: they would blank out half of every text."""
MAX_NAMES_KEPT = 1_000
_SHORTEST_BASE64_CHARS = 6
_SHORTEST_LINE_CHARS = 16

_SECRET_NAMES = frozenset(
    (
        "accesskey",
        "accesstoken",
        "apikey",
        "apisecret",
        "apitoken",
        "authkey",
        "authorization",
        "authtoken",
        "bearer",
        "clientsecret",
        "cookie",
        "idtoken",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "proxyauthorization",
        "pwd",
        "refreshtoken",
        "secret",
        "secretkey",
        "sessiontoken",
        "setcookie",
        "signingkey",
        "token",
        "webhooksecret",
        "xapikey",
        "xauthtoken",
    )
)
_SECRET_ENDINGS = ("password", "passphrase", "apikey", "secret", "secretkey", "accesstoken")
_NOT_LETTERS = re.compile(r"[^a-z0-9]")

_SHORTEST_TOKEN_CHARS = 7  # "token=x"
# Each with a word that must be there first: looking for a word costs far less than a pattern.
_TOKENS = tuple(
    (mark, re.compile(pattern))
    for mark, pattern in (
        ("earer ", r"(?<=[Bb]earer )(?=[^\s\d]*\d)[\w.~+/=-]{8,}"),
        ("asic ", r"(?<=[Bb]asic )(?=[A-Za-z+/]*[\d=])[A-Za-z0-9+/]{8,}={0,2}"),
        ("sk-", r"\bsk-[\w-]{16,}"),
        ("k_", r"\b[sr]k_(?:live|test)_\w{10,}"),
        ("lamp_", r"\blamp_\w{20,}"),
        ("gh", r"\bgh[pousr]_\w{20,}"),
        ("github_pat_", r"\bgithub_pat_\w{20,}"),
        ("glpat-", r"\bglpat-[\w-]{16,}"),
        ("xox", r"\bxox[abeoprs]-[\w-]{10,}"),
        ("AKIA", r"\bAKIA[0-9A-Z]{16}\b"),
        ("AIza", r"\bAIza[\w-]{35}"),
        ("eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+"),
        (
            "PRIVATE KEY-----",
            r"(?s)-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END|\Z)[^\n]*",
        ),
        ("://", r"(?<=://)[^\s/@:]{0,200}:[^\s/@]{1,200}(?=@)"),
        (
            "=",
            r"(?i)(?:^|(?<=[?&;\s\"']))((?:access_|refresh_|auth_|id_)?token|api_?key|password|passwd"
            r"|client_secret|secret)=[^&\s\"'<>]+",
        ),
    )
)


class Redactor:
    """Knows some secret values, and what secrets look like in general.

    secrets: the exact values; each is found as it is and as base64, hexadecimal, in a web
    address, in JSON and in HTML, also inside a longer base64 text.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) >= SHORTEST_CHARS:
                forms |= _forms(secret)
        self._forms = sorted(forms, key=len, reverse=True)
        self._names: dict[str, tuple[str, bool]] = {}

    def known(self, value: Any) -> Any:
        """A copy of a JSON value without the secrets known here, and otherwise as it is.

        For what a program reads, where a field that is merely called `token` must stay.
        """
        if isinstance(value, str):
            return self._known_text(value)
        if isinstance(value, Mapping):
            return {self._known_text(str(name)): self.known(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.known(item) for item in value]
        return value

    def _known_text(self, text: str) -> str:
        for form in self._forms:
            if form in text:
                text = text.replace(form, HIDDEN)
        return text

    def text(self, text: str) -> str:
        """The text with every secret replaced by `[hidden]`."""
        if self._forms:
            text = self._known_text(text)
        if len(text) < _SHORTEST_TOKEN_CHARS:
            return text
        for mark, pattern in _TOKENS:
            if mark in text:
                text = pattern.sub(_hide, text)
        return text

    def name(self, name: str) -> tuple[str, bool]:
        """As `text`, for what groups call their values, and whether it is the name of a secret.

        The same few names come again and again.
        """
        known = self._names.get(name)
        if known is None:
            known = self.text(name), is_secret_name(name)
            if len(self._names) < MAX_NAMES_KEPT:
                self._names[name] = known
        return known

    def value(self, value: Any) -> Any:
        """A copy of a JSON value without secrets; what is named like a secret is hidden whole."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                self.text(str(name)): HIDDEN
                if is_secret_name(str(name)) and is_filled_scalar(item)
                else self.value(item)
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value


def _hide(found: re.Match[str]) -> str:
    """Keep the name of a `name=value` pair, hide everything else."""
    return f"{found.group(1)}={HIDDEN}" if found.lastindex else HIDDEN


@lru_cache(maxsize=4_096)
def is_secret_name(name: str) -> bool:
    """Whether what a group has under this name is a secret, as the name says."""
    plain = _NOT_LETTERS.sub("", name.lower())
    return plain in _SECRET_NAMES or plain.endswith(_SECRET_ENDINGS)


def is_filled_scalar(value: object) -> bool:
    """Whether it is hidden whole under the name of a secret; groups and lists are looked into."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _forms(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    escaped = json.dumps(secret)[1:-1]
    forms = {
        secret,
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
        raw.hex(),
        raw.hex().upper(),
        *_in_addresses(secret),
        *_base64_cores(raw),
    }
    lines = secret.splitlines()
    if len(lines) > 1:
        forms |= {line for line in lines if len(line) >= _SHORTEST_LINE_CHARS}
    return {form for form in forms if len(form) >= SHORTEST_CHARS}


def _in_addresses(secret: str) -> set[str]:
    safely = secret.encode("utf-8", "replace").decode()
    forms = {quote(safely), quote(safely, safe=""), quote_plus(safely)}
    return forms | {
        re.sub(r"%[0-9A-F]{2}", lambda code: code.group().lower(), form) for form in forms
    }


def _base64_cores(raw: bytes) -> set[str]:
    """The base64 characters that depend on `raw` alone, wherever it begins in a longer text.

    Basic authentication encodes `name:password` as one, so the password's own encoding never
    appears; its core for one of the three possible alignments does.
    """
    cores: set[str] = set()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        start = (before * 8 + 5) // 6
        end = (before + len(raw)) * 8 // 6
        core = text[start:end]
        if len(core) >= _SHORTEST_BASE64_CHARS:
            cores |= {core, core.replace("+", "-").replace("/", "_")}
    return cores
