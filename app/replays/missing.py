"""Values of which only a copy with parts left out is known, and typed ones put in their place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.redact import HIDDEN
from app.engine.values import Json
from app.runs.people_copy import is_shortened

MAX_ASKED = 20
_AS_JSON = ("{", "[", '"')

Path = tuple[str | int, ...]


class NotJson(ValueError):
    """What was typed is not what the place needs; the text says so."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One value to ask for. `step_id` is '' for what set the run off, `iteration` as in records."""

    step_id: str
    name: str
    path: Path
    kind: str  # text, list or group
    iteration: str = ""

    @property
    def label(self) -> str:
        """`Look up › body › token`."""
        return " › ".join([self.name, *(_word(part) for part in self.path)])


def missing_in(value: Json, *, step_id: str, name: str) -> Iterator[Missing]:
    """The places in a copy for people that do not hold what the run was really given."""
    for path, kind in _places(value):
        yield Missing(step_id, name, path, kind)


def read(missing: Missing, typed: str) -> Json:
    """What was typed as a value: JSON where it begins like it, else text. Raises NotJson."""
    text = typed.strip()
    if missing.kind == "text" and not text.startswith(_AS_JSON):
        return typed
    try:
        value: Json = json.loads(text)
    except ValueError:
        raise NotJson(f"It must be JSON: a {missing.kind}.") from None
    wanted = {"list": list, "group": dict}.get(missing.kind)
    if wanted is not None and not isinstance(value, wanted):
        raise NotJson(f"It must be a {missing.kind}, written as JSON.")
    return value


def put(value: Json, path: Path, new: Json) -> Json:
    """A copy of the value with `new` at the place."""
    if not path:
        return new
    here, *deeper = path
    copy: Any = list(value) if isinstance(value, list) else dict(value)  # type: ignore[arg-type]
    copy[here] = put(copy[here], tuple(deeper), new)
    return copy  # type: ignore[no-any-return]


def _places(value: Json) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        if HIDDEN in value or is_shortened(value):
            yield (), "text"
    elif isinstance(value, Mapping):
        if "…" in value or any(HIDDEN in name for name in value):
            yield (), "group"
            return
        for name, item in value.items():
            yield from (((name, *path), kind) for path, kind in _places(item))
    elif isinstance(value, list):
        if value and isinstance(value[-1], str) and is_shortened(value[-1], of_list=True):
            yield (), "list"
            return
        for place, item in enumerate(value):
            yield from (((place, *path), kind) for path, kind in _places(item))


def _word(part: str | int) -> str:
    return str(part + 1) if isinstance(part, int) else part
