"""Reads `graph_json` from outside: shapes, caps and circles are checked before it is a flow."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.drawings import read_frames, read_notes
from app.engine.errors import GraphRefused
from app.engine.graph import SCHEMA, Graph, Link, Retry, Step
from app.engine.graph_shapes import ID, flag, group, items, match, number, only, place, text, whole
from app.engine.states import OnError

MAX_STEPS = 1_000
MAX_LINKS = 3_000
MAX_BYTES = 2_000_000
MAX_DEPTH = 32
MAX_NAME_CHARS = 120
MAX_NOTE_CHARS = 4_000
MAX_RETRIES = 10
MAX_RETRY_WAIT_S = 3_600
MAX_TIMEOUT_S = 3_600

_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_PORT = re.compile(r"[a-z0-9_]{1,24}\Z")


def read_graph(value: object, *, known: Graph | None = None) -> Graph:
    """The flow in `value`, which is parsed JSON; raises GraphRefused with a sentence.

    Steps and links that are as in `known` are not read again: an editor saves a whole flow for
    each change.
    """
    raw = group(value, "The flow")
    only(raw, "The flow", {"schema", "nodes", "edges", "frames", "notes"})
    nodes = items(raw.get("nodes", []), "The steps", MAX_STEPS)
    edges = items(raw.get("edges", []), "The links", MAX_LINKS)
    steps = [_known_step(one, known) for one in nodes]
    fresh = [one for one, step in zip(nodes, steps, strict=True) if step is None]
    links = _known_links(edges, known)
    loose = [one for one, link in zip(edges, links, strict=True) if link is None]
    _refuse_deep({**raw, "nodes": fresh, "edges": loose}, MAX_DEPTH)
    if raw.get("schema") != SCHEMA:
        raise GraphRefused(f"This flow is not written in schema {SCHEMA}, the one known here.")
    graph = Graph(
        steps=tuple(step or _step(one) for one, step in zip(nodes, steps, strict=True)),
        links=tuple(link or _link(one) for one, link in zip(edges, links, strict=True)),
        frames=read_frames(raw.get("frames", [])),
        notes=read_notes(raw.get("notes", [])),
    )
    check_shape(graph)
    return graph


def check_shape(graph: Graph) -> None:
    """Raise GraphRefused unless ids are unique, links join steps, nothing runs in a circle."""
    if len(graph.steps) > MAX_STEPS:
        raise GraphRefused(f"A flow can have {MAX_STEPS:,} steps at most.")
    if len(graph.links) > MAX_LINKS:
        raise GraphRefused(f"A flow can have {MAX_LINKS:,} links at most.")
    _refuse_twice([step.id for step in graph.steps], "Two steps have the same id")
    _refuse_twice([link.id for link in graph.links], "Two links have the same id")
    _refuse_same_keys(graph)
    for step in graph.steps:
        if step.parent is not None and (step.parent == step.id or not graph.find(step.parent)):
            raise GraphRefused(
                f"“{step.name}” is inside a step that does not exist.", step_id=step.id
            )
    for link in graph.links:
        _refuse_loose(graph, link)
    if len(graph.order) != len(graph.steps):
        raise GraphRefused(
            "The links lead in a circle. A flow only goes forward.", step_id=_on_circle(graph)
        )
    if _bytes(graph) > MAX_BYTES:
        raise GraphRefused(f"The flow is larger than {MAX_BYTES // 1_000_000} MB.")


def _bytes(graph: Graph) -> int:
    try:
        return graph.size_bytes
    except (TypeError, ValueError):
        raise GraphRefused("The flow holds a value that is not plain JSON text.") from None


def _refuse_loose(graph: Graph, link: Link) -> None:
    source, target = graph.find(link.source), graph.find(link.target)
    if source is None or target is None:
        known = source or target
        raise GraphRefused(
            "A link begins or ends at a step that does not exist.",
            step_id=known.id if known else None,
        )
    if source.parent != target.parent:
        raise GraphRefused(
            f"“{source.name}” and “{target.name}” are not in the same loop, so no link can "
            "join them.",
            step_id=source.id,
        )


def _refuse_same_keys(graph: Graph) -> None:
    first: dict[str, Step] = {}
    for step in graph.steps:
        other = first.setdefault(step.key, step)
        if other is not step:
            raise GraphRefused(
                f"Two steps have the same key: “{other.name}” and “{step.name}” are both "
                f"steps.{step.key}. Give one another name.",
                step_id=step.id,
            )


def _on_circle(graph: Graph) -> str:
    """A step that a way leads back to: behind each step on a circle is one on it, too."""
    read = {step.id for step in graph.order}
    left = {step.id: step for step in graph.steps if step.id not in read}
    seen: set[str] = set()
    step_id = next(iter(left))
    while step_id not in seen:
        seen.add(step_id)
        before = (link.source for link in graph.links_to(step_id) if link.source in left)
        step_id = next(before, left[step_id].parent or step_id)
    return step_id


def _refuse_twice(words: list[str], sentence: str) -> None:
    if len(set(words)) < len(words):
        twice = [word for word, count in Counter(words).items() if count > 1]
        raise GraphRefused(f"{sentence}: {twice[0]}.")


_STEP_NAMES = frozenset(Step(id="", type="", key="", name="").to_json())
_LINK_NAMES = frozenset(Link("", "", "", "").to_json())


def _known_step(value: object, known: Graph | None) -> Step | None:
    if known is None or not isinstance(value, dict):
        return None
    step_id = value.get("id")
    step = known.find(step_id) if isinstance(step_id, str) else None
    return step if step is not None and step.as_json == value else None


def _known_links(values: Sequence[object], known: Graph | None) -> list[Link | None]:
    before = {link.id: link for link in known.links} if known is not None else {}
    return [_known_link(one, before) for one in values]


def _known_link(value: object, before: Mapping[str, Link]) -> Link | None:
    if not isinstance(value, dict):
        return None
    link_id = value.get("id")
    link = before.get(link_id) if isinstance(link_id, str) else None
    return link if link is not None and link.to_json() == value else None


def _step(value: object) -> Step:
    raw = group(value, "A step")
    try:
        return _read_step(raw)
    except GraphRefused as refused:
        step_id = raw.get("id")
        raise GraphRefused(
            refused.sentence,
            step_id=step_id if isinstance(step_id, str) and ID.match(step_id) else None,
        ) from None


def _read_step(raw: dict[str, Any]) -> Step:
    label = f"The step “{raw.get('name') or raw.get('key') or raw.get('id')}”"[:90]
    only(raw, label, _STEP_NAMES)
    parent = raw.get("parent")
    timeout = raw.get("timeout_s")
    return Step(
        id=match(raw.get("id"), ID, f"{label} has no id of eight small letters and digits."),
        type=match(raw.get("type"), _WORD, f"{label} does not say what kind of step it is."),
        type_version=whole(raw.get("type_version", 1), f"{label} has no known version.", 1, 999),
        key=match(raw.get("key"), _WORD, f"{label} has no key such as get_price."),
        name=text(raw.get("name", ""), f"{label} has no fitting name.", MAX_NAME_CHARS),
        parent=None if parent is None else match(parent, ID, f"{label} is in an unknown loop."),
        x=place(raw.get("x", 0), f"{label} has no place."),
        y=place(raw.get("y", 0), f"{label} has no place."),
        fields=group(raw.get("fields", {}), f"The settings of {label}"),
        disabled=flag(raw.get("disabled", False), f"{label} is neither on nor off."),
        on_error=_on_error(raw.get("on_error", OnError.STOP.value), label),
        default_output=raw.get("default_output"),
        retry=_retry(raw.get("retry"), label),
        timeout_s=None
        if timeout is None
        else number(timeout, f"{label} has no fitting time limit.", 0.1, MAX_TIMEOUT_S),
        note=text(raw.get("note", ""), f"{label} has too long a note.", MAX_NOTE_CHARS),
    )


def _link(value: object) -> Link:
    raw = group(value, "A link")
    only(raw, "A link", _LINK_NAMES)
    return Link(
        id=match(raw.get("id"), ID, "A link has no id of eight small letters and digits."),
        source=match(raw.get("source"), ID, "A link does not say where it begins."),
        source_port=match(raw.get("source_port"), _PORT, "A link has no way out."),
        target=match(raw.get("target"), ID, "A link does not say where it ends."),
        target_port=match(raw.get("target_port", "in"), _PORT, "A link has no way in."),
    )


def _retry(value: object, label: str) -> Retry:
    if value is None:
        return Retry()
    raw = group(value, f"“Try again” of {label}")
    only(raw, f"“Try again” of {label}", {"times", "wait_s"})
    return Retry(
        times=whole(raw.get("times", 0), f"{label} is tried again too often.", 0, MAX_RETRIES),
        wait_s=number(
            raw.get("wait_s", 0), f"{label} waits too long between tries.", 0, MAX_RETRY_WAIT_S
        ),
    )


def _on_error(value: Any, label: str) -> OnError:
    try:
        return OnError(value)
    except ValueError:
        raise GraphRefused(f"{label} does not say what happens if it fails.") from None


def _refuse_deep(value: object, left: int) -> None:
    if not isinstance(value, dict | list) or not value:
        return
    if not left:
        raise GraphRefused(f"The flow is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, dict) and not all(isinstance(name, str) for name in value):
        raise GraphRefused("The flow has a name that is not text.")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            _refuse_deep(item, left - 1)
