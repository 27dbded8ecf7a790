"""The short form of a flow, in which it is composed: steps, what they come after, settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.engine.check_place import ways_out
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE

MAX_SKETCHED = 80
MAX_WORDS_CHARS = 4_000
MAX_VALUE_CHARS = 20_000
MAX_SETTINGS = 40


class SketchRefused(ValueError):
    """What came is no sketch of a flow; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Before:
    """What a step comes after: the key of a step, and the way out of it (empty: its first)."""

    key: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class Sketched:
    """One step of a sketch. `inside` is the key of its loop; settings that are not named stay."""

    key: str
    type: str
    name: str
    settings: Mapping[str, Json] = field(default_factory=dict)
    after: tuple[Before, ...] = ()
    inside: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A whole flow in its short form, with the words that go with it."""

    name: str
    description: str
    says: str
    steps: tuple[Sketched, ...]
    dropped: int = 0  # steps beyond what a sketch can have


def read_sketch(data: Any, most: int = MAX_SKETCHED) -> Sketch:
    """The sketch in the values that a model answered, of `most` steps; raises SketchRefused."""
    if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
        raise SketchRefused("The model's answer holds no flow.")
    rows = [one for one in data["steps"] if isinstance(one, dict)]
    if not rows:
        raise SketchRefused("The model's answer holds no steps.")
    steps = tuple(_step(one, number) for number, one in enumerate(rows[:most], start=1))
    return Sketch(
        name=_line(data.get("name"), 80),
        description=_line(data.get("description"), 400),
        says=_text(data.get("says"), MAX_WORDS_CHARS),
        steps=steps,
        dropped=max(0, len(rows) - most),
    )


def sketched(graph: Graph) -> list[dict[str, Json]]:
    """A flow as the rows of a sketch, for a model to read and to write anew."""
    return [_row(graph, step) for step in graph.order]


def way_label(step: Step, port: str) -> str:
    """What people read on a way out; empty for the only one."""
    kind = CATALOGUE.get(step.type)
    ways = dict(ways_out(step, kind)) if kind else {}
    return ways.get(port, port) if len(ways) > 1 else ""


def _row(graph: Graph, step: Step) -> dict[str, Json]:
    after: list[Json] = [
        {"step": source.key, "way": way_label(source, link.source_port)}
        for link in graph.links_to(step.id)
        if (source := graph.find(link.source)) is not None
    ]
    loop = graph.find(step.parent or "")
    kind = CATALOGUE.get(step.type)
    initial = kind.initial_fields() if kind else {}
    told: list[Json] = [
        {"name": name, "value": value}
        for name, value in step.fields.items()
        if name not in initial or initial[name] != value
    ]
    return {
        "key": step.key,
        "type": step.type,
        "name": step.name,
        "settings": told,
        "after": after,
        "inside": loop.key if loop else "",
        "does": step.note,
    }


def _step(row: Mapping[str, Any], number: int) -> Sketched:
    return Sketched(
        key=_line(row.get("key"), 60) or f"step_{number}",
        type=_line(row.get("type"), 60),
        name=_line(row.get("name"), 80),
        settings=_settings(row.get("settings")),
        after=tuple(_before(row.get("after"))),
        inside=_line(row.get("inside"), 60),
        note=_text(row.get("does"), 1_000),
    )


def _settings(value: Any) -> dict[str, Json]:
    if isinstance(value, dict):
        value = [{"name": name, "value": one} for name, one in value.items()]
    rows = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return {
        _line(one.get("name"), 60): one.get("value")
        for one in rows[:MAX_SETTINGS]
        if _line(one.get("name"), 60)
    }


def _before(value: Any) -> list[Before]:
    rows = value if isinstance(value, list) else [value] if value else []
    found = []
    for one in rows[:MAX_SETTINGS]:
        if isinstance(one, str):
            found.append(Before(_line(one, 60)))
        elif isinstance(one, dict) and one.get("step"):
            found.append(Before(_line(one.get("step"), 60), _line(one.get("way"), 120)))
    return found


def _line(value: Any, most: int) -> str:
    """Words on one line, without signs that stand for a value."""
    text = value if isinstance(value, str) else ""
    words = text[: most * 4].replace("{{", "").replace("}}", "").replace("\0", "")
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())[:most]


def _text(value: Any, most: int) -> str:
    return value[:most].replace("\0", "").strip() if isinstance(value, str) else ""
