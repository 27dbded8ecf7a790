"""Addresses of MCP servers, without what could be a key: only where it is stays."""

import ast
import re
from collections.abc import Iterator

from app.engine.redact import HIDDEN
from app.lib.safe_http import HttpRefused
from app.lib.safe_http.target import Target

_NAME, _URL = "server_url", "url"
_PARAMS = frozenset(
    (
        *(_URL, "headers", "timeout", "sse_read_timeout", "terminate_on_close"),
        *("httpx_client_factory", "auth"),
    )
)
_KEY_CHARS = 16  # a part of a path that is at least so long, with digits in it, may be a key
_KEYISH = re.compile(r"[\w.~%+=-]+\Z")
_AFTER_HOST = re.compile(r"[/?#]")


def clean(address: str) -> str:
    """The address without sign-in, query and fragment; `[hidden]` for parts that may be keys."""
    scheme, between, rest = address.partition("://")
    if not between:
        return address
    found = _AFTER_HOST.search(rest)
    host, path = (rest[: found.start()], rest[found.start() :]) if found else (rest, "")
    path = re.split(r"[?#]", path, maxsplit=1)[0]
    parts = [HIDDEN if _may_be_key(one) else one for one in path.split("/")]
    return f"{scheme}://{host.rpartition('@')[2]}{'/'.join(parts)}"


def usable(address: str) -> str:
    """The address as a connection keeps it; empty when it is none, or a part of it is hidden."""
    if HIDDEN in address or len(address) > 500:
        return ""
    try:
        return Target.parse(address).url
    except HttpRefused:
        return ""


def clean_all(tree: ast.Module) -> Iterator[str]:
    """Clean what is written where a server is told; yields texts of it that may be keys.

    A name that is told there is looked up: what it was given is cleaned, too.
    """
    names: set[str] = set()
    for node in ast.walk(tree):
        for value in _values(node):
            names |= {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}
            yield from _cleaned(value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id in names for one in targets):
                _clean_address(node.value)


def _values(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Dict):
        keys = [one.value if isinstance(one, ast.Constant) else None for one in node.keys]
        # `url` says where a server is among these alone; anywhere else it may be anything.
        named = {_NAME, _URL} if _URL in keys and set(keys) <= _PARAMS else {_NAME}
        for key, value in zip(keys, node.values, strict=True):
            if key in named:
                yield value
    elif isinstance(node, ast.keyword) and node.arg == _NAME:
        yield node.value
    elif isinstance(node, ast.Call) and _called(node).startswith("MCPServer"):
        yield from (one.value for one in node.keywords if one.arg == _URL)


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", "") or getattr(node.func, "attr", ""))


def _clean_address(value: ast.expr) -> None:
    for one in ast.walk(value):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and "://" in one.value:
            one.value = clean(one.value)


def _cleaned(value: ast.expr) -> Iterator[str]:
    for one in ast.walk(value):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            if "://" in one.value:
                one.value = clean(one.value)
            elif one is not value and len(one.value) > 1:
                yield one.value


def _may_be_key(part: str) -> bool:
    digits = sum(letter.isdigit() for letter in part)
    is_long = len(part) >= _KEY_CHARS and digits >= 2
    return (is_long and bool(_KEYISH.match(part))) or len(part) > 60
