"""A part of what a name stands for, and what a filter makes of it."""

import json
import re
from dataclasses import replace

from app.moving_in.meanings.kinds import Group, Guarded, Meaning, Plain, Ref, Reply, Unknown
from app.moving_in.meanings.sums import filtered_by
from app.moving_in.meanings.texts import settle

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
MAX_PATH_PARTS = 12


def member(of: Meaning, name: str | int, source: str) -> Meaning:
    """What `of[name]` or `of.name` means."""
    if isinstance(of, Group):
        return of.values.get(str(name), Unknown(source))
    if isinstance(of, Plain) and isinstance(of.value, dict) and name in of.value:
        return Plain(of.value[str(name)])
    if isinstance(of, Ref) and not of.filters and not of.otherwise:
        inside = f".{name}" if _is_part(name) else f"[{json.dumps(name)}]"
        if of.path.count(".") + of.path.count("[") < MAX_PATH_PARTS and len(str(name)) <= 60:
            return Ref(of.path + inside)
    if isinstance(of, Ref) and of.otherwise and not of.filters:
        inner = [member(one, name, source) for one in (replace(of, otherwise=()), *of.otherwise)]
        bare = [one for one in inner if isinstance(one, Ref) and not one.otherwise]
        return replace(bare[0], otherwise=tuple(bare[1:])) if bare == inner else Unknown(source)
    if isinstance(of, Reply) and of.part == "values":
        found = member(settle(of), name, source)
        kind = dict(of.kinds).get(str(name), "")
        return replace(found, kind=kind) if isinstance(found, Ref) else found
    if isinstance(of, Guarded) and of.part in ("", "output", "pass_output"):
        return replace(of, part=str(name))
    return Unknown(source)


def filtered(of: Meaning, word: str, source: str) -> Meaning:
    """The value put through a filter."""
    settled = settle(of)
    made = filtered_by(settled, word) if isinstance(settled, Ref) else None
    return made or Unknown(source)


def _is_part(name: str | int) -> bool:
    return isinstance(name, str) and bool(_WORD.match(name))
