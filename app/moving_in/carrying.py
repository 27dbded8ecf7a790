"""Agents that are made beside a flow, on their way through the form that makes them."""

import json
from collections.abc import Iterable
from typing import Any

from app.engine.graph import Graph
from app.lib import json_guard
from app.lib.json_guard import JsonRefused
from app.moving_in.drawn.beside import MAX_HELPERS
from app.moving_in.drawn.scene import REFERENCE, Helper

MAX_NAME_CHARS, MAX_ABOUT_CHARS = 80, 400
_PARTS = frozenset({"ref", "name", "about", "flow"})


def helpers_as_text(helpers: Iterable[Helper]) -> str:
    """The agents as a form carries them."""
    rows = [
        {"ref": one.ref, "name": one.name, "about": one.about, "flow": one.graph.to_json()}
        for one in helpers
    ]
    return json.dumps(rows)


def helpers_in(text: str, *, max_bytes: int) -> tuple[Helper, ...]:
    """The agents that a form brought; raises JsonRefused and GraphRefused."""
    rows = json_guard.parse(text, max_bytes=max_bytes)
    if not isinstance(rows, list) or len(rows) > MAX_HELPERS:
        raise JsonRefused("The agents beside it did not come along.")
    return tuple(_helper(row) for row in rows)


def _helper(row: Any) -> Helper:
    if not isinstance(row, dict) or set(row) != _PARTS:
        raise JsonRefused("An agent beside it did not come along whole.")
    ref, name, about = row["ref"], row["name"], row["about"]
    if not all(isinstance(one, str) for one in (ref, name, about)):
        raise JsonRefused("An agent beside it did not come along whole.")
    if not ref.startswith(REFERENCE) or not name.strip():
        raise JsonRefused("An agent beside it did not come along whole.")
    words = " ".join(name.split())[:MAX_NAME_CHARS].rstrip()
    return Helper(ref, words, about[:MAX_ABOUT_CHARS], Graph.from_json(row["flow"]))
