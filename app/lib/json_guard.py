"""Reads JSON from outside: everything that could hurt later is refused before it is built."""

import json
import re
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None

MAX_BYTES = 2_000_000
MAX_DEPTH = 32
# One string, skipped whole, or one bracket. Possessive, so that a missing quote costs no retries.
_TOKEN = re.compile(r'"(?>[^"\\]+|\\.)*+"?|[\[\]{}]', re.DOTALL)
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_NOT_A_NUMBER = re.compile(r'"(?>[^"\\]+|\\.)*+"?|NaN|-?Infinity', re.DOTALL)
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE_OR_NUL = re.compile("[\x00\ud800-\udfff]")
_PROTOTYPE_KEY = "__proto__"


class JsonRefused(ValueError):
    """The text is not JSON that we take; `line` and `column` count from 1 where known."""

    def __init__(
        self, sentence: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line
        self.column = column


def parse(
    text: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> JsonValue:
    """The value that `text` holds (RFC 8259, UTF-8).

    Size and depth are checked before anything is built. Also refused: NaN and Infinity, numbers
    too large to keep, the same name twice in one object, the name `__proto__`, NUL and halves of
    surrogate pairs. Raises JsonRefused with a sentence for a person.
    """
    text = _decoded(text, max_bytes=max_bytes)
    _check_depth(text, max_depth=max_depth)
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda word: _refuse_constant(text, word),
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise JsonRefused(
            f"This is not valid JSON: at line {error.lineno}, column {error.colno}, "
            f"{_expected(error.msg)}.",
            line=error.lineno,
            column=error.colno,
        ) from error
    except JsonRefused:
        raise
    except ValueError as error:  # Python refuses to read more than 4,300 digits
        raise JsonRefused("A number in this JSON has too many digits.") from error
    if _SUSPECT_ESCAPE.search(text) or _SURROGATE_OR_NUL.search(text):
        _check_characters(value)
    return value


def _decoded(text: bytes | str, *, max_bytes: int) -> str:
    if len(text) > max_bytes:
        raise _too_large(max_bytes)
    if isinstance(text, bytes):
        try:
            return text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise JsonRefused("This is not text in UTF-8, so it cannot be JSON.") from error
    if not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise _too_large(max_bytes)
    return text.removeprefix("\ufeff")


def _check_depth(text: str, *, max_depth: int) -> None:
    if text.count("[") + text.count("{") <= max_depth:
        return
    raw = text.encode("utf-8", "surrogatepass")
    if b"\\" in raw:
        raw = _ESCAPE.sub(b"", raw)
    # Every second piece between quotes is a string; of the others only the brackets count.
    brackets = b"".join(raw.split(b'"')[::2]).translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(max_depth):  # what is innermost goes, one level at a time
        brackets = brackets.replace(b"[]", b"")
    if not brackets:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        mark = text[token.start()]
        if mark in "[{":
            depth += 1
            if depth > max_depth:
                line, column = _place(text, token.start())
                raise JsonRefused(
                    f"This JSON is nested more than {max_depth} levels deep, "
                    f"from line {line}, column {column}.",
                    line=line,
                    column=column,
                )
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonRefused(f"The name “{twice[:80]}” stands twice in the same group of values.")
    if _PROTOTYPE_KEY in found:
        raise JsonRefused(f"The name “{_PROTOTYPE_KEY}” is not allowed.")
    return found


def _refuse_constant(text: str, word: str) -> NoReturn:
    place = next(hit.start() for hit in _NOT_A_NUMBER.finditer(text) if hit.group() == word)
    line, column = _place(text, place)
    raise JsonRefused(
        f"{word} at line {line}, column {column} is not a value that JSON knows.",
        line=line,
        column=column,
    )


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise JsonRefused(f"The number {text[:40]} is too large to keep.")
    return number


def _check_characters(value: JsonValue) -> None:
    """Walk every string; the depth was checked, so this cannot run out of stack."""
    if isinstance(value, str):
        if _SURROGATE_OR_NUL.search(value):
            raise JsonRefused("A text holds a character that cannot be kept (NUL or half a pair).")
    elif isinstance(value, list):
        for item in value:
            _check_characters(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_characters(name)
            _check_characters(item)


def _place(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _expected(message: str) -> str:
    """The decoder's words in plain ones; they are few and have not changed in ten years."""
    return {
        "Expecting value": "a value is missing",
        "Expecting ',' delimiter": "a comma or a closing bracket is missing",
        "Expecting ':' delimiter": "a colon is missing",
        "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
        "Illegal trailing comma before end of object": "there is a comma too many",
        "Illegal trailing comma before end of array": "there is a comma too many",
        "Extra data": "there is more text after the end",
        "Invalid control character at": "a text holds a line break or tab; write \\n or \\t",
    }.get(message, "a text in double quotes is not written correctly")


def _too_large(max_bytes: int) -> JsonRefused:
    return JsonRefused(f"This JSON is larger than {max_bytes / 1_000_000:g} MB.")
