"""The values a step can use as a tree: what earlier steps really gave, else what they declare."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.editor.insertable import Source
from app.editor.insides import Insertable, Path, written
from app.engine.values import Json

MAX_DEPTH = 4
MAX_VALUES = 40  # of one group
MAX_ITEMS = 3  # of one list: they are mostly alike
MAX_NODES = 500
MAX_EXCERPT_CHARS = 60
_LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its name, what to write for it, a glimpse of it, and what is inside."""

    name: str
    written: str
    excerpt: str
    inside: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """What one step gives. `words` say where the values are from, or when they are there."""

    name: str
    words: str
    inside: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a source gave once, as people may see it, and where that is from."""

    value: Json
    words: str = ""


def branches(sources: Sequence[Source], seen: Mapping[str, Seen]) -> list[Branch]:
    """The tree. `seen` is what is known, by the key of its source."""
    grower = _Grower()
    return [grower.branch(source, seen.get(source.key)) for source in sources]


def excerpt(value: Json) -> str:
    """A glimpse of a value in one line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str():
            text = " ".join(value[: 4 * MAX_EXCERPT_CHARS].split())
            return _cut(text) if text else "empty text"
        case dict() if "file" in value and "media_type" in value:
            return f"file {value.get('name', '')}"
        case dict():
            return _cut(", ".join(map(str, value))) if value else "empty group"
        case list():
            return f"list of {len(value):,}" if value else "empty list"
        case _:
            return json.dumps(value)


class _Grower:
    """Makes nodes until there are MAX_NODES of them."""

    def __init__(self) -> None:
        self._left = MAX_NODES

    def branch(self, source: Source, seen: Seen | None) -> Branch:
        if seen is None or not source.path:
            return Branch(source.name, source.note, self._declared(source.values))
        offered = {one.written for one in source.values}
        inside = self._inside(seen.value, source.path, depth=1)
        if source.step is not None and written(source.path) not in offered:
            inside = tuple(one for one in inside if one.written in offered)  # of today's settings
        if not inside:
            whole = Insertable("the whole result", written(source.path), excerpt(seen.value))
            inside = self._declared((whole,))
        known = {node.written for node in inside}
        others = tuple(one for one in source.values if one.written not in known)
        inside += self._declared(others)
        return Branch(source.name, ", ".join(filter(None, (source.note, seen.words))), inside)

    def _declared(self, values: Sequence[Insertable]) -> tuple[Node, ...]:
        return tuple(self._node(one) for one in values)

    def _node(self, one: Insertable) -> Node:
        inside = tuple(self._node(inner) for inner in one.inside)
        return Node(one.name, one.written, one.words, inside)

    def _inside(self, value: Json, path: Path, *, depth: int) -> tuple[Node, ...]:
        if depth > MAX_DEPTH:
            return ()
        pairs: list[tuple[str | int, Json]] = []
        if isinstance(value, dict):
            pairs += [pair for pair in value.items() if pair[0] != _LEFT_OUT][:MAX_VALUES]
        elif isinstance(value, list):
            pairs += enumerate(value[:MAX_ITEMS])
        nodes: list[Node] = []
        for part, item in pairs:
            if self._left <= 0:
                break
            self._left -= 1
            below = (*path, part)
            name = f"item {part}" if isinstance(part, int) else part
            inner = self._inside(item, below, depth=depth + 1)
            nodes.append(Node(name, written(below), excerpt(item), inner))
        return tuple(nodes)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_EXCERPT_CHARS else f"{text[:MAX_EXCERPT_CHARS]}…"
