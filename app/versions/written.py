"""Reads the small part of Markdown that descriptions are written in; templates draw it as text."""

import re
from dataclasses import dataclass, field
from typing import Literal

MAX_INDENT = 24  # deeper items stand with those before them
_HEADING = re.compile(r"(#{1,4})\s+(.+?)\s*#*\Z")
_ITEM = re.compile(r"(\s*)(?:[-*+]|(\d{1,4})[.)])\s+(.*)\Z")
_INLINE = re.compile(r"\\([\\`*_\[\]<>#|])|\*\*(?=\S)(.+?)(?<=\S)\*\*|`([^`]+)`")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|])")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line: plain, strong or code."""

    text: str
    kind: Literal["", "strong", "code"] = ""


@dataclass(slots=True)
class Block:
    """A heading, a paragraph, a list, or one item of it with the lists inside it."""

    kind: Literal["heading", "paragraph", "bullets", "numbers", "item"]
    spans: tuple[Span, ...] = ()
    inside: list["Block"] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """The text as blocks; what is no sign of a heading, list, bold or code stays as it is."""
    found: list[Block] = []
    open_lists: list[tuple[int, Block]] = []
    for line in text.splitlines():
        item = _ITEM.match(line)
        heading = _HEADING.match(line)
        if item:
            _add_item(found, open_lists, item)
            continue
        open_lists = open_lists if not line.strip() else []
        if heading:
            found.append(Block("heading", spans(heading[2])))
        elif line.strip():
            found.append(Block("paragraph", spans(line.strip())))
    return found


def spans(line: str) -> tuple[Span, ...]:
    """A line in pieces."""
    pieces: list[Span] = []
    at = 0
    for sign in _INLINE.finditer(line):
        pieces.append(Span(line[at : sign.start()]))
        at = sign.end()
        if sign[1]:
            pieces.append(Span(sign[1]))
        elif sign[2]:
            pieces.append(Span(_ESCAPED.sub(r"\1", sign[2]), "strong"))
        else:
            pieces.append(Span(sign[3], "code"))
    pieces.append(Span(line[at:]))
    return tuple(piece for piece in pieces if piece.text)


def _add_item(found: list[Block], open_lists: list[tuple[int, Block]], item: re.Match[str]) -> None:
    depth = min(len(item[1].expandtabs(4)), MAX_INDENT)
    while open_lists and open_lists[-1][0] > depth:
        open_lists.pop()
    kind: Literal["bullets", "numbers"] = "numbers" if item[2] else "bullets"
    is_new = not open_lists or open_lists[-1][0] < depth or open_lists[-1][1].kind != kind
    if is_new:
        if open_lists and open_lists[-1][0] == depth:
            open_lists.pop()
        made = Block(kind)
        above = open_lists[-1][1].inside[-1].inside if open_lists else found
        above.append(made)
        open_lists.append((depth, made))
    open_lists[-1][1].inside.append(Block("item", spans(item[3])))
