"""The short words by which references name steps: made from names, rewritten on a rename."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.lib import resolver
from app.lib.latin import latin

MAX_KEY_CHARS = 40

_BETWEEN = re.compile(r"[^a-z0-9]+")


def fresh_key(name: str, taken: AbstractSet[str]) -> str:
    """A key made from a name that no other step has: `Get the price` → `get_the_price`."""
    key = word(name, "step")
    number = 2
    fresh = key
    while fresh in taken:
        fresh = f"{key}_{number}"
        number += 1
    return fresh


def word(name: str, instead: str) -> str:
    """A name as small letters, digits and _, beginning with a letter; `instead` if none is left."""
    made = _BETWEEN.sub("_", latin(name)).strip("_")[:MAX_KEY_CHARS].rstrip("_")
    return made if made[:1].isalpha() else f"{instead}_{made}".rstrip("_")


def rename_key(graph: Graph, old: str, new: str) -> Graph:
    """The flow with every `steps.<old>` in its settings written as `steps.<new>`."""
    return replace(graph, steps=tuple(with_keys(step, {old: new}) for step in graph.steps))


def with_keys(step: Step, keys: Mapping[str, str]) -> Step:
    """The step with references written anew: old key → new key. No new key may be an old one."""
    fields = dict(step.fields)
    for old, new in keys.items():
        fields = {name: _renamed(value, old, new) for name, value in fields.items()}
    return replace(step, fields=fields)


def _renamed(value: Json, old: str, new: str) -> Json:
    if isinstance(value, str):
        return resolver.rename(value, old, new) if "{{" in value else value
    if isinstance(value, list):
        return [_renamed(item, old, new) for item in value]
    if isinstance(value, dict):
        return {name: _renamed(item, old, new) for name, item in value.items()}
    return value
