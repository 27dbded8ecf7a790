"""Example agents: flows kept as files, which run at once without a network or keys."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.engine.graph import Graph

FOLDER = Path(__file__).parent / "flows"


@dataclass(frozen=True, slots=True)
class ExampleTable:
    """A table that comes with an example, which calls it `ref`. Columns are names and kinds."""

    ref: str
    name: str
    description: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its words, its icon, its flow, and the tables that come with it."""

    key: str
    name: str
    description: str
    icon: str
    graph: Graph
    tables: tuple[ExampleTable, ...] = ()


@cache
def all_examples() -> tuple[Example, ...]:
    """Every example, in the order of their file names."""
    return tuple(_read(file) for file in sorted(FOLDER.glob("*.json")))


def by_key(key: str) -> Example | None:
    """The example with this key, or None."""
    return next((example for example in all_examples() if example.key == key), None)


def _read(file: Path) -> Example:
    stored: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return Example(
        key=file.stem.split("_", 1)[1],
        name=stored["name"],
        description=stored["description"],
        icon=stored["icon"],
        graph=Graph.from_json(stored["graph"]),
        tables=tuple(_table(one) for one in stored.get("tables", ())),
    )


def _table(stored: dict[str, Any]) -> ExampleTable:
    return ExampleTable(
        ref=stored["ref"],
        name=stored["name"],
        description=stored["description"],
        columns=tuple((one["name"], one["kind"]) for one in stored["columns"]),
        rows=tuple(tuple(row) for row in stored["rows"]),
    )
