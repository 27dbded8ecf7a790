"""What is different in the settings of one step, in the words of its kind."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from app.engine.diff_change import Change, Piece, Size, joined, sentence, went
from app.engine.diff_place import Place, name_of
from app.engine.diff_rows import (
    case_changes,
    column_changes,
    condition_changes,
    pair_changes,
    question_changes,
)
from app.engine.diff_tools import server_tool_changes, tool_changes
from app.engine.field_cases import Cases
from app.engine.field_columns import Columns
from app.engine.field_mcp import McpPick
from app.engine.field_schedule import Schedule
from app.engine.field_tools import Tools
from app.engine.fields import (
    Choice,
    Code,
    Conditions,
    Connection,
    Field,
    FormFields,
    KeyValues,
    Number,
    Pick,
    Switch,
)
from app.engine.graph import Step
from app.engine.values import Json, canonical
from app.lib import recurrence

Teller: TypeAlias = Callable[[Place, str, Any, Any, Any], Iterator[Change]]
# What callers of an agent rely on, at its starts and answers.
_RELIED_ON = frozenset({"methods", "answer", "signed", "kind"})


def setting_changes(place: Place, before: Step) -> Iterator[Change]:
    """Every setting of the step that has another value than `before`."""
    declared: Mapping[str, Field] = place.kind.fields if place.kind else {}
    old, new = _filled(before, declared), _filled(place.step, declared)
    unused = False
    for name in dict.fromkeys((*declared, *old, *new)):
        was, now = old.get(name), new.get(name)
        if _same(was, now):
            continue
        field = declared.get(name)
        if field is None:
            yield place.compare(name, was, now, field=name)
        elif field.applies(old) or field.applies(new):
            yield from _teller(field)(place, name, field, was, now)
        else:
            unused = True
    if unused:
        told = f"Settings of “{place.step.name}” that do not count just now"
        yield place.tell(told, " are other ones")


def _filled(step: Step, declared: Mapping[str, Field]) -> dict[str, Json]:
    """The settings, with defaults where none is stored."""
    return {name: field.initial() for name, field in declared.items()} | dict(step.fields)


def _same(was: Json, now: Json) -> bool:
    return was == now and canonical(was) == canonical(now)  # True is 1, but not in JSON


def _teller(field: Field) -> Teller:
    return next((tell for kind, tell in _TELLERS if isinstance(field, kind)), _value)


def _value(place: Place, name: str, field: Field, was: Json, now: Json) -> Iterator[Change]:
    unit = field.unit if isinstance(field, Number) else ""
    yield place.compare(field.label, was, now, field=name, unit=unit)


def _code(place: Place, name: str, field: Field, was: Json, now: Json) -> Iterator[Change]:
    told = sentence(f"Other code in “{place.step.name}”")
    wording = place.compare(field.label, f"{was}\n", f"{now}\n").wording
    yield place.tell(told, why=f"In “{field.label}”", wording=wording, field=name)


def _choice(place: Place, name: str, field: Choice, was: Json, now: Json) -> Iterator[Change]:
    told = joined(f"“{field.label}”", went(field.words(was), field.words(now)))
    yield place.tell(told, field=name, size=_size(place, name))


def _switch(place: Place, name: str, field: Switch, was: Json, now: Json) -> Iterator[Change]:
    old, new = ("on", "off") if was else ("off", "on")
    told = joined(f"“{field.label}”", went(old, new))
    yield place.tell(told, field=name, size=_size(place, name))


def _chosen(place: Place, name: str, field: Field, was: Json, now: Json) -> Iterator[Change]:
    old, new = (name_of(field, one, place.known) for one in (was, now))
    if old == new:
        yield place.tell(f"“{field.label}” is another one of the same name", field=name)
    elif not new:
        told = joined(f"“{field.label}” is none now, it was ", [Piece(old, "old")])
        yield place.tell(told, field=name)
    elif not old:
        yield place.tell(f"“{field.label}” is now ", Piece(new, "new"), field=name)
    else:
        yield place.tell(joined(f"“{field.label}”", went(old, new)), field=name)


def _schedule(place: Place, name: str, field: Field, was: Json, now: Json) -> Iterator[Change]:
    old, new = recurrence.words(was), recurrence.words(now)
    zones = [one.get("timezone") or "" if isinstance(one, dict) else "" for one in (was, now)]
    if old != new:
        yield place.tell(joined(f"“{field.label}”", went(old, new)), field=name)
    if zones[0] != zones[1]:
        yield place.compare("Time zone", zones[0], zones[1], field=name)
    if old == new and zones[0] == zones[1]:
        yield place.tell(f"“{field.label}” is set up in another way", field=name)


def _size(place: Place, name: str) -> Size:
    """A choice at a start or an answer may be part of how the agent is called and answers."""
    if (place.begins or place.answers) and name in _RELIED_ON:
        return Size.BREAKING
    return Size.FEATURE if place.begins else Size.FIX


_TELLERS: tuple[tuple[type[Field], Teller], ...] = (
    (Code, _code),
    (Choice, _choice),
    (Switch, _switch),
    (Connection, _chosen),
    (Pick, _chosen),
    (Schedule, _schedule),
    (Cases, case_changes),
    (FormFields, question_changes),
    (Conditions, condition_changes),
    (KeyValues, pair_changes),
    (Columns, column_changes),
    (Tools, tool_changes),
    (McpPick, server_tool_changes),
)
