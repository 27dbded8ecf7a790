"""Example agents: flows kept as files, which run at once without a network or keys."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.engine.graph import Graph

FOLDER = Path(__file__).parent / "flows"


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its words, its icon and its flow."""

    key: str
    name: str
    description: str
    icon: str
    graph: Graph


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
    )
