"""Reads `graph_json` from outside: shapes, caps and circles are checked before it is a flow."""

import re
from collections import Counter
from typing import Any

from app.engine.errors import GraphRefused
from app.engine.graph import SCHEMA, Graph, Link, Retry, Step
from app.engine.states import OnError
from app.engine.values import Json, canonical

MAX_STEPS = 1_000
MAX_LINKS = 3_000
MAX_BYTES = 2_000_000
MAX_DEPTH = 32
MAX_NAME_CHARS = 120
MAX_NOTE_CHARS = 4_000
MAX_RETRIES = 10
MAX_RETRY_WAIT_S = 3_600
MAX_TIMEOUT_S = 3_600

_ID = re.compile(r"[a-z0-9]{8}\Z")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_PORT = re.compile(r"[a-z0-9_]{1,24}\Z")


def read_graph(value: object) -> Graph:
    """The flow in `value`, which is parsed JSON; raises GraphRefused with a sentence."""
    _refuse_deep(value, MAX_DEPTH)
    whole = _group(value, "The flow")
    _only(whole, "The flow", {"schema", "nodes", "edges", "frames", "notes"})
    if whole.get("schema") != SCHEMA:
        raise GraphRefused(f"This flow is not written in schema {SCHEMA}, the one known here.")
    nodes = _list(whole.get("nodes", []), "The steps", MAX_STEPS)
    edges = _list(whole.get("edges", []), "The links", MAX_LINKS)
    graph = Graph(
        steps=tuple(_step(one) for one in nodes),
        links=tuple(_link(one) for one in edges),
        frames=tuple(_list(whole.get("frames", []), "The frames", MAX_STEPS)),
        notes=tuple(_list(whole.get("notes", []), "The notes", MAX_STEPS)),
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
    _refuse_twice([step.key for step in graph.steps], "Two steps have the same key")
    for step in graph.steps:
        if step.parent is not None and (step.parent == step.id or not graph.find(step.parent)):
            raise GraphRefused(f"“{step.name}” is inside a step that does not exist.")
    for link in graph.links:
        _refuse_loose(graph, link)
    if len(graph.order) != len(graph.steps):
        raise GraphRefused("The links lead in a circle. A flow only goes forward.")
    if _bytes(graph) > MAX_BYTES:
        raise GraphRefused(f"The flow is larger than {MAX_BYTES // 1_000_000} MB.")


def _bytes(graph: Graph) -> int:
    try:
        return len(canonical(graph.to_json()).encode())
    except (TypeError, ValueError):
        raise GraphRefused("The flow holds a value that is not plain JSON text.") from None


def _refuse_loose(graph: Graph, link: Link) -> None:
    source, target = graph.find(link.source), graph.find(link.target)
    if source is None or target is None:
        raise GraphRefused("A link begins or ends at a step that does not exist.")
    if source.parent != target.parent:
        raise GraphRefused(
            f"“{source.name}” and “{target.name}” are not in the same loop, so no link can "
            "join them."
        )


def _refuse_twice(words: list[str], sentence: str) -> None:
    twice = [word for word, count in Counter(words).items() if count > 1]
    if twice:
        raise GraphRefused(f"{sentence}: {twice[0]}.")


_STEP_NAMES = frozenset(Step(id="", type="", key="", name="").to_json())
_LINK_NAMES = frozenset(Link("", "", "", "").to_json())


def _step(value: object) -> Step:
    raw = _group(value, "A step")
    label = f"The step “{raw.get('name') or raw.get('key') or raw.get('id')}”"[:90]
    _only(raw, label, _STEP_NAMES)
    parent = raw.get("parent")
    timeout = raw.get("timeout_s")
    return Step(
        id=_match(raw.get("id"), _ID, f"{label} has no id of eight small letters and digits."),
        type=_match(raw.get("type"), _WORD, f"{label} does not say what kind of step it is."),
        type_version=_whole(raw.get("type_version", 1), f"{label} has no known version.", 1, 999),
        key=_match(raw.get("key"), _WORD, f"{label} has no key such as get_price."),
        name=_text(raw.get("name", ""), f"{label} has no fitting name.", MAX_NAME_CHARS),
        parent=None if parent is None else _match(parent, _ID, f"{label} is in an unknown loop."),
        x=_number(raw.get("x", 0), f"{label} has no place.", -1e6, 1e6),
        y=_number(raw.get("y", 0), f"{label} has no place.", -1e6, 1e6),
        fields=_group(raw.get("fields", {}), f"The settings of {label}"),
        disabled=_flag(raw.get("disabled", False), f"{label} is neither on nor off."),
        on_error=_on_error(raw.get("on_error", OnError.STOP.value), label),
        default_output=raw.get("default_output"),
        retry=_retry(raw.get("retry"), label),
        timeout_s=None
        if timeout is None
        else _number(timeout, f"{label} has no fitting time limit.", 0.1, MAX_TIMEOUT_S),
        note=_text(raw.get("note", ""), f"{label} has too long a note.", MAX_NOTE_CHARS),
    )


def _link(value: object) -> Link:
    raw = _group(value, "A link")
    _only(raw, "A link", _LINK_NAMES)
    return Link(
        id=_match(raw.get("id"), _ID, "A link has no id of eight small letters and digits."),
        source=_match(raw.get("source"), _ID, "A link does not say where it begins."),
        source_port=_match(raw.get("source_port"), _PORT, "A link has no way out."),
        target=_match(raw.get("target"), _ID, "A link does not say where it ends."),
        target_port=_match(raw.get("target_port", "in"), _PORT, "A link has no way in."),
    )


def _retry(value: object, label: str) -> Retry:
    if value is None:
        return Retry()
    raw = _group(value, f"“Try again” of {label}")
    _only(raw, f"“Try again” of {label}", {"times", "wait_s"})
    return Retry(
        times=_whole(raw.get("times", 0), f"{label} is tried again too often.", 0, MAX_RETRIES),
        wait_s=_number(
            raw.get("wait_s", 0), f"{label} waits too long between tries.", 0, MAX_RETRY_WAIT_S
        ),
    )


def _on_error(value: Any, label: str) -> OnError:
    try:
        return OnError(value)
    except ValueError:
        raise GraphRefused(f"{label} does not say what happens if it fails.") from None


def _group(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise GraphRefused(f"{what} must be a group of named values.")
    return value


def _list(value: object, what: str, most: int) -> list[Json]:
    if not isinstance(value, list):
        raise GraphRefused(f"{what} must be a list.")
    if len(value) > most:
        raise GraphRefused(f"{what} are too many: {most:,} at most.")
    return value


def _only(raw: dict[str, Any], what: str, known: set[str] | frozenset[str]) -> None:
    unknown = sorted(str(name) for name in raw if name not in known)
    if unknown:
        raise GraphRefused(f"{what} has a part that is not known here: {unknown[0][:60]}.")


def _match(value: object, form: re.Pattern[str], sentence: str) -> str:
    if not isinstance(value, str) or not form.match(value):
        raise GraphRefused(sentence)
    return value


def _text(value: object, sentence: str, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise GraphRefused(sentence)
    return value


def _flag(value: object, sentence: str) -> bool:
    if not isinstance(value, bool):
        raise GraphRefused(sentence)
    return value


def _whole(value: object, sentence: str, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise GraphRefused(sentence)
    return value


def _number(value: object, sentence: str, low: float, high: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise GraphRefused(sentence)
    return value


def _refuse_deep(value: object, left: int) -> None:
    if left < 0:
        raise GraphRefused(f"The flow is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str):
                raise GraphRefused("The flow has a name that is not text.")
            _refuse_deep(item, left - 1)
    elif isinstance(value, list):
        for item in value:
            _refuse_deep(item, left - 1)
