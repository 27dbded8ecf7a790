"""The parts in which two flows differ: each can be taken over or left, with what it hangs on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.engine.check_alone import templates_in
from app.engine.check_place import ways_out
from app.engine.diff_links import Ways
from app.engine.diff_place import Place
from app.engine.graph import Graph, Step
from app.engine.keys import with_keys
from app.engine.problem import Known
from app.engine.values import Json, canonical
from app.lib import resolver
from app.nodes.catalogue import CATALOGUE

ADD, REMOVE, SET, WAYS, DRAWN = "add", "remove", "set", "ways", "drawn"
KIND, NAME, LOOP, SWITCH, FAILING, TRIES, LIMIT, NOTE = (
    "=kind",
    "=name",
    "=loop",
    "=switch",
    "=failing",
    "=tries",
    "=limit",
    "=note",
)
_PASSING = "key_in_passing_"


@dataclass(frozen=True, slots=True)
class Part:
    """One difference: `sort` is one of the words above, `of` says which aspect of the step."""

    sort: str
    step_id: str = ""
    of: str = ""

    @property
    def id(self) -> str:
        """What names it in a form."""
        return ":".join(one for one in (self.sort, self.step_id, self.of) if one)


def parts_of(before: Graph, after: Graph) -> Iterator[Part]:
    """Every part, steps that are added first, in reading order. Keys are those of `before`."""
    ways = Ways(before, after)
    known = Known()
    for step in after.order:
        if before.find(step.id) is None:
            yield Part(ADD, step.id)
    for step in after.order:
        old = before.find(step.id)
        if old is not None:
            yield from (Part(SET, step.id, aspect) for aspect in aspects(old, step))
            if any(ways.changes(Place(step, CATALOGUE.get(step.type), known), old)):
                yield Part(WAYS, step.id)
    for step in before.order:
        if after.find(step.id) is None:
            yield Part(REMOVE, step.id)
    if (before.frames, before.notes) != (after.frames, after.notes):
        yield Part(DRAWN)


def aspects(old: Step, new: Step) -> Iterator[str]:
    """What is different about a step but its place and its ways: aspects, names of settings."""
    if (old.type, old.type_version) != (new.type, new.type_version):
        yield KIND
        return
    if old.name != new.name:
        yield NAME
    if old.parent != new.parent:
        yield LOOP
    if old.disabled != new.disabled:
        yield SWITCH
    if (old.on_error, canonical(old.default_output)) != (
        new.on_error,
        canonical(new.default_output),
    ):
        yield FAILING
    if old.retry != new.retry:
        yield TRIES
    if old.timeout_s != new.timeout_s:
        yield LIMIT
    if old.note != new.note:
        yield NOTE
    for name in dict.fromkeys((*old.fields, *new.fields)):
        if not _same(old.fields, new.fields, name):
            yield name


def taken_over(old: Step, new: Step, aspect: str) -> Step:
    """The old step with one aspect of the new one."""
    if aspect == KIND:
        return replace(new, key=old.key, parent=old.parent, x=old.x, y=old.y)
    if aspect == NAME:
        return replace(old, name=new.name)
    if aspect == LOOP:
        return replace(old, parent=new.parent)
    if aspect == SWITCH:
        return replace(old, disabled=new.disabled)
    if aspect == FAILING:
        return replace(old, on_error=new.on_error, default_output=new.default_output)
    if aspect == TRIES:
        return replace(old, retry=new.retry)
    if aspect == LIMIT:
        return replace(old, timeout_s=new.timeout_s)
    if aspect == NOTE:
        return replace(old, note=new.note)
    fields = dict(old.fields)
    fields.pop(aspect, None)
    if aspect in new.fields:
        fields[aspect] = new.fields[aspect]
    return replace(old, fields=fields)


def keys_used(*values: Json) -> frozenset[str]:
    """The keys of steps whose results these settings name."""
    paths = (
        path.parts
        for value in values
        for template in templates_in(value)
        for path in resolver.names_used(template)
    )
    return frozenset(str(one[1]) for one in paths if one[0] == "steps" and len(one) > 1)


def uses_trigger(value: Json) -> bool:
    """Whether settings name what the start gave."""
    return any(
        path.parts[0] == "trigger"
        for template in templates_in(value)
        for path in resolver.names_used(template)
    )


def ports_of(step: Step) -> tuple[str, ...]:
    """The ways out of a step; none of a kind that is not known here."""
    kind = CATALOGUE.get(step.type)
    return tuple(port for port, _ in ways_out(step, kind)) if kind else ()


def spelled_as(before: Graph, after: Graph) -> Graph:
    """The later flow with the keys that its steps had before, references and all."""
    taken = {step.key for step in before.steps}
    keys: dict[str, str] = {}
    for step in after.steps:
        old = before.find(step.id)
        key = old.key if old is not None else step.key
        if old is None and key in taken:
            key = next(k for n in range(2, 2_000) if (k := f"{step.key[:50]}_{n}") not in taken)
        taken.add(key)
        if key != step.key:
            keys[step.key] = key
    return respelled(after, keys)


def respelled(graph: Graph, keys: Mapping[str, str]) -> Graph:
    """The flow with other keys, all of them at once: they may change places."""
    if not keys:
        return graph
    passing = {old: f"{_PASSING}{at}" for at, old in enumerate(keys)}
    final = {passing[old]: new for old, new in keys.items()}
    steps = (with_keys(with_keys(step, passing), final) for step in graph.steps)
    renamed = (replace(step, key=keys.get(step.key, step.key)) for step in steps)
    return replace(graph, steps=tuple(renamed))


def _same(old: Mapping[str, Json], new: Mapping[str, Json], name: str) -> bool:
    if (name in old) != (name in new):
        return False
    return name not in old or canonical(old[name]) == canonical(new[name])
