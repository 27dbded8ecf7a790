"""Takes keys out of a program before anything is made of it: what is left holds none."""

import ast
from collections.abc import Iterator

from app.engine.redact import HIDDEN, Redactor, is_secret_name
from app.moving_in.source import addresses

_ASKS = frozenset({"getenv", "get", "setdefault", "putenv"})
_ENDINGS = ("_key", "apikey", "_token", "secret", "password", "_credential", "_credentials")
_PLAIN_HEADERS = frozenset({"accept", "content_type", "user_agent"})
# Words that end like one and are none.
_HARMLESS = frozenset({"primary_key", "sort_key", "foreign_key"})


def without_secrets(tree: ast.Module) -> ast.Module:
    """The same program with `[hidden]` in place of keys, tokens and passwords.

    Found by what they look like, and by the name they are given; one that was found by its name
    is taken out wherever else it stands.
    """
    named = set(addresses.clean_all(tree))
    named |= {text for node in ast.walk(tree) for text in _named(node)}
    redactor = Redactor(named)
    shorts = {text for text in named if redactor.text(text) == text}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            node.value = _hidden(node.value, redactor, shorts)
    return tree


def _hidden(value: str | bytes, redactor: Redactor, shorts: set[str]) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return HIDDEN if value in shorts else redactor.text(value)


def _named(node: ast.AST) -> Iterator[str]:
    """The texts that this node gives to a name of a secret."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _given(_name_of(target), node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
        yield from _given(_name_of(node.target), node.value)
    elif isinstance(node, ast.keyword):
        yield from _given(node.arg or "", node.value)
        if node.arg == "headers":
            yield from _sent(node.value)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from _given(_constant(key), value)
            if _constant(key) == "headers":
                yield from _sent(value)
    elif isinstance(node, ast.arguments):
        for place, default in enumerate(reversed(node.defaults), start=1):
            yield from _given([*node.posonlyargs, *node.args][-place].arg, default)
        for name, given in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            yield from _given(name.arg, given)
    elif isinstance(node, ast.Compare):
        for value in node.comparators:
            yield from _given(_name_of(node.left), value)
    elif isinstance(node, ast.Call):
        yield from _called(node)


def _called(node: ast.Call) -> Iterator[str]:
    """`set_default_openai_key("…")`, `os.getenv("API_KEY", "…")`."""
    name = _name_of(node.func)
    if _is_secret(name):
        for one in node.args:
            yield from _texts(one)
    elif name in _ASKS and len(node.args) > 1:
        yield from _given(_constant(node.args[0]), node.args[1])


def _sent(headers: ast.expr) -> Iterator[str]:
    """What is sent in headers signs in, whatever they are called."""
    if isinstance(headers, ast.Dict):
        for key, value in zip(headers.keys, headers.values, strict=True):
            if _constant(key).lower().replace("-", "_") not in _PLAIN_HEADERS:
                yield from _texts(value)


def _given(name: str, value: ast.expr | None) -> Iterator[str]:
    if value is not None and _is_secret(name):
        yield from _texts(value)


def _texts(value: ast.expr) -> Iterator[str]:
    """The texts in a value, those that a call is told included; none of what is named in one."""
    if isinstance(value, ast.Constant):
        if isinstance(value.value, str) and value.value:
            yield value.value
        elif isinstance(value.value, bytes):
            yield value.value.decode("utf-8", "replace")
    elif isinstance(value, ast.Call):
        for one in value.args if _name_of(value.func) not in _ASKS else ():
            yield from _texts(one)
    elif isinstance(value, ast.BinOp | ast.JoinedStr | ast.List | ast.Tuple | ast.BoolOp):
        for child in ast.iter_child_nodes(value):
            if isinstance(child, ast.expr):
                yield from _texts(child)


def _is_secret(name: str) -> bool:
    plain = name.lower().replace("-", "_")
    if plain in _HARMLESS:
        return False
    return is_secret_name(name) or plain.endswith(_ENDINGS)


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return _constant(node.slice) if isinstance(node, ast.Subscript) else ""


def _constant(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
