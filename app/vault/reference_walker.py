"""Finds everything of its workspace that a flow refers to; there is no second walker."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.engine.fields import Connection, Pick, Secret
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE

ReferenceKind = Literal["secret", "connection", "agent", "table", "mailbox", "model"]

# What names a reference inside lists and groups, and in steps that this installation lacks.
_NAMED: Mapping[str, ReferenceKind] = {
    "secret": "secret",
    "secret_id": "secret",
    "connection": "connection",
    "connection_id": "connection",
    "agent": "agent",
    "agent_id": "agent",
    "table": "table",
}
_PICKED: Mapping[str, ReferenceKind] = {
    "agents": "agent",
    "tables": "table",
    "mailboxes": "connection",
    "models": "model",
}


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One step that refers to one thing of its workspace."""

    step_id: str
    kind: ReferenceKind
    target_id: uuid.UUID


def references(graph: Graph) -> tuple[Reference, ...]:
    """Every reference in the flow, once each, in a stable order.

    A setting counts by its declared kind or, at any depth, by its name. Whether the thing exists
    in the workspace is for the caller to ask: what is found here grants nothing.
    """
    found = {
        Reference(step.id, kind, target_id)
        for step in graph.steps
        for kind, target_id in _of_step(step)
    }
    return tuple(sorted(found))


def connection_ids(graph: Graph) -> frozenset[uuid.UUID]:
    """The connections that any step of the flow refers to."""
    return frozenset(one.target_id for one in references(graph) if one.kind == "connection")


def _of_step(step: Step) -> Iterator[tuple[ReferenceKind, uuid.UUID]]:
    step_type = CATALOGUE.get(step.type)
    declared = step_type.fields if step_type else {}
    for name, value in step.fields.items():
        field = declared.get(name)
        if isinstance(field, Secret):
            yield from _target("secret", value)
        elif isinstance(field, Connection):
            yield from _target("connection", value)
        elif isinstance(field, Pick) and field.of in _PICKED:
            yield from _target(_PICKED[field.of], value)
        yield from _walk(name, value)


def _walk(name: str, value: Json) -> Iterator[tuple[ReferenceKind, uuid.UUID]]:
    if name in _NAMED:
        yield from _target(_NAMED[name], value)
    if isinstance(value, list):
        for item in value:
            yield from _walk(name, item)
    elif isinstance(value, dict):
        for inner_name, item in value.items():
            yield from _walk(inner_name, item)


def _target(kind: ReferenceKind, value: Json) -> Iterator[tuple[ReferenceKind, uuid.UUID]]:
    if not isinstance(value, str):
        return
    try:
        yield kind, uuid.UUID(value)
    except ValueError:
        return  # a template or a slip of the pen; the check of the flow speaks of it
