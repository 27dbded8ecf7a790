"""A sketch becomes a flow: ids, keys, settings, links; what cannot be is left out and told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.composing.placing import placed
from app.composing.settings import Reading
from app.composing.sketch import Sketch, Sketched, SketchRefused
from app.composing.told_values import NotFitting
from app.composing.wishes import Surroundings
from app.engine.check_place import comes_once, ways_out
from app.engine.errors import GraphRefused
from app.engine.field import Field
from app.engine.field_cases import Cases
from app.engine.field_categories import Categories
from app.engine.graph import Graph, Link, Step
from app.engine.keys import fresh_key, with_keys
from app.engine.plan import MAX_LOOPS_DEEP
from app.engine.ports import ERROR
from app.engine.step_type import StepType
from app.engine.values import Json
from app.engine.words import short
from app.lib.ids import new_word
from app.nodes.catalogue import CATALOGUE, OFFERED


@dataclass(slots=True)
class Built:
    """A flow made of a sketch. `left_out` are sentences about what could not be."""

    graph: Graph
    left_out: list[str] = field(default_factory=list)


def built(sketch: Sketch, around: Surroundings, base: Graph | None = None) -> Built:
    """The flow. Steps of `base` that are named by their keys keep their ids, keys and places.

    Raises SketchRefused when nothing is left that could be a flow.
    """
    building = _Building(sketch, around, base)
    graph = building.graph()
    if not graph.steps:
        raise SketchRefused("Nothing of the model's answer could be made into steps.")
    try:
        graph = Graph.from_json(graph.to_json())
    except GraphRefused as refused:
        raise SketchRefused(refused.sentence) from None
    if sketch.dropped:
        building.tell(f"{sketch.dropped:,} more steps were left out: that is more than one draws.")
    return Built(placed(graph, base), building.left_out)


class _Building:
    def __init__(self, sketch: Sketch, around: Surroundings, base: Graph | None) -> None:
        self._sketch, self._base = sketch, base
        self.left_out: list[str] = []
        kept = frozenset(_texts([step.to_json() for step in base.steps])) if base else frozenset()
        self._reading = Reading(around, kept)
        self._old = {step.key: step for step in base.steps} if base else {}
        self._made: dict[str, Step] = {}  # by the key in the sketch

    def tell(self, sentence: str) -> None:
        """Note what could not be; at most a few, so that it can be read."""
        if sentence not in self.left_out and len(self.left_out) < 12:
            self.left_out.append(sentence)

    def graph(self) -> Graph:
        """All of it."""
        for one in self._sketch.steps:
            self._add(one)
        for one in self._sketch.steps:
            self._put_inside(one)
        renamed = {told: step.key for told, step in self._made.items() if told != step.key}
        steps = [with_keys(step, renamed) for step in self._made.values()]
        graph = Graph(steps=tuple(steps))
        if self._base is not None:
            graph = replace(graph, frames=self._base.frames, notes=self._base.notes)
        # Ways that lead down the list come first: one that leads back is the one too many.
        for is_back in (False, True):
            for number, one in enumerate(self._sketch.steps):
                earlier = {other.key for other in self._sketch.steps[:number]}
                ways = [way for way in one.after if (way.key not in earlier) is is_back]
                graph = self._linked(graph, replace(one, after=tuple(ways)))
        return graph

    def _add(self, one: Sketched) -> None:
        kind = OFFERED.get(one.type)
        label = f"“{short(one.name or one.key, 60)}”"
        old = self._old.get(one.key)
        if kind is None and old is not None and old.type == one.type:
            self._made[one.key] = replace(old, parent=None)  # of another make: it stays as it is
            return
        if kind is None:
            self.tell(f"{label} was left out: there is no kind of step called “{one.type}”.")
            return
        if one.key in self._made:
            self.tell(f"{label} was left out: another step has the same key.")
            return
        twin = next((s for s in self._made.values() if s.type == kind.type), None)
        if twin is not None and comes_once(kind):
            self.tell(f"{label} was left out: a flow can start in this way once.")
            return
        self._made[one.key] = self._changed(old, one, kind) if old else self._new(one, kind)

    def _new(self, one: Sketched, kind: StepType) -> Step:
        name = one.name or kind.title
        taken = {step.key for step in self._made.values()} | set(self._old)
        # References in the sketch name the step by the key it has there.
        key = fresh_key(one.key if one.key.isidentifier() else name, taken)
        return Step(
            id=new_word(),
            type=kind.type,
            type_version=kind.version,
            key=key,
            name=name,
            fields={**kind.initial_fields(), **self._fields(one, kind, {})},
            note=one.note if kind.type in ("formula", "code") else "",
        )

    def _changed(self, old: Step, one: Sketched, kind: StepType) -> Step:
        if old.type != kind.type:
            return replace(self._new(one, kind), id=old.id, key=old.key, x=old.x, y=old.y)
        told = self._fields(one, kind, old.fields)
        unsaid = {name: value for name, value in old.fields.items() if name not in told}
        initial = kind.initial_fields()
        # A sketch names what is not as in a new step: what it does not name went back to that.
        reset = {name: initial[name] for name in unsaid if name in initial}
        fields = {**old.fields, **(reset if one.settings else {}), **told}
        return replace(old, name=one.name or old.name, parent=None, fields=fields)

    def _fields(self, one: Sketched, kind: StepType, before: Mapping[str, Json]) -> dict[str, Json]:
        made: dict[str, Json] = {}
        for name, told in one.settings.items():
            setting = kind.fields.get(name)
            label = f"“{short(one.name or kind.title, 60)}”"
            if setting is None:
                self.tell(f"{label} has no setting “{short(name, 40)}”, so it was left out.")
                continue
            if name in before and before[name] == told:
                made[name] = told
                continue
            try:
                value = self._reading.value(setting, told)
                made[name] = _with_old_ids(setting, value, before.get(name))
            except NotFitting:
                self.tell(f"“{setting.label}” of {label} was left out: it cannot hold that.")
        return made

    def _put_inside(self, one: Sketched) -> None:
        step, loop = self._made.get(one.key), self._made.get(one.inside)
        if step is None or not one.inside:
            return
        kind = CATALOGUE.get(loop.type) if loop else None
        own = CATALOGUE.get(step.type)
        if loop is None or kind is None or not kind.is_loop or (own and own.is_start):
            self.tell(f"“{step.name}” stands outside: there is no loop it could be inside of.")
            return
        around, at = 1, loop
        while at.parent is not None and around <= MAX_LOOPS_DEEP + 1:
            at = next(step for step in self._made.values() if step.id == at.parent)
            around += 1
        depth = around + (1 if own and own.is_loop else 0)
        if loop.id == step.id or at.id == step.id or depth > MAX_LOOPS_DEEP:
            self.tell(f"“{step.name}” stands outside: loops cannot be inside each other so deep.")
            return
        self._made[one.key] = replace(step, parent=loop.id)

    def _linked(self, graph: Graph, one: Sketched) -> Graph:
        told = self._made.get(one.key)
        for before in one.after if told else ():
            source = self._made.get(before.key)
            if source is None or told is None:
                continue
            if source.id == told.parent:
                continue  # the first inside a loop comes after nothing
            if source.parent != told.parent:
                self.tell(f"No way leads from “{source.name}” into or out of a loop.")
            elif _is_start(told):
                self.tell(f"“{told.name}” begins the flow, so nothing leads to it.")
            elif source.id == told.id or told.id in graph.before(source.id):
                self.tell(
                    f"The way from “{source.name}” to “{told.name}” was left out: it would lead "
                    "in a circle."
                )
            else:
                graph = self._with_link(graph, source, before.way, told)
        return graph

    def _with_link(self, graph: Graph, source: Step, way: str, target: Step) -> Graph:
        port = port_named(graph.step(source.id), way)
        if port is None:
            self.tell(f"“{source.name}” has no way out “{short(way, 40)}”.")
            return graph
        if any(link.target == target.id for link in graph.links_from(source.id, port)):
            return graph
        old = self._base.links_from(source.id, port) if self._base else ()
        link_id = next((link.id for link in old if link.target == target.id), new_word())
        return replace(graph, links=(*graph.links, Link(link_id, source.id, port, target.id)))


def port_named(step: Step, way: str) -> str | None:
    """The way out that is called so, by its words or its id; the first for no words at all."""
    kind = CATALOGUE.get(step.type)
    ways = ways_out(step, kind) if kind else (("out", ""),)
    wanted = way.strip().casefold()
    if not wanted or (len(ways) == 1 and wanted in ("out", "then")):
        return ways[0][0] if ways else None
    for port, label in ways:
        if wanted in (port, label.casefold()):
            return port
    return None if len(ways) != 1 or wanted == ERROR.id else ways[0][0]


def _with_old_ids(setting: Field, value: Json, before: Json) -> Json:
    """Categories and cases that are called as before keep their ways out."""
    if not isinstance(setting, Categories | Cases) or not isinstance(value, list):
        return value
    old = {row["label"]: row["id"] for row in _groups(before) if row.get("label")}
    taken = {row["id"] for row in _groups(value)}
    return [
        {**row, "id": old[row["label"]]}
        if row["label"] in old and old[row["label"]] not in taken
        else row
        for row in _groups(value)
    ]


def _groups(value: Json) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _is_start(step: Step) -> bool:
    kind = CATALOGUE.get(step.type)
    return kind is not None and kind.is_start


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
