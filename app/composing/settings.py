"""Settings as a sketch says them, made into what each kind of setting holds."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from app.composing.sketch import MAX_VALUE_CHARS
from app.composing.told_values import (
    NotFitting,
    as_labelled,
    as_list,
    as_rows,
    capped,
    parsed,
    plain,
)
from app.composing.wishes import Surroundings
from app.engine.conditions import OPERATORS
from app.engine.field import Field, is_template
from app.engine.field_cases import Cases
from app.engine.field_categories import Categories
from app.engine.field_columns import Columns
from app.engine.field_schedule import Schedule
from app.engine.field_schema import Schema
from app.engine.field_tools import Tools
from app.engine.fields import (
    Choice,
    Conditions,
    Connection,
    FormFields,
    KeyValues,
    Number,
    Pick,
    Secret,
    Switch,
    Text,
)
from app.engine.keys import fresh_key
from app.engine.model_port import PURPOSES
from app.engine.values import Json
from app.lib.ids import new_word

Reader: TypeAlias = Callable[["Reading", Any, Any], Json]


_YES, _NO = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads settings in one workspace. `kept` are ids that the flow used before."""

    around: Surroundings
    kept: frozenset[str] = field(default_factory=frozenset)

    def value(self, setting: Field, told: Json) -> Json:
        """The value for a setting; raises NotFitting for one that has another shape."""
        for kind, read in _READERS:
            if isinstance(setting, kind):
                return read(self, setting, told)
        return capped(told)

    def ids_of(self, setting: Connection | Pick) -> Mapping[str, str]:
        """What the setting may point to: id → name."""
        if isinstance(setting, Secret):
            return {}
        if isinstance(setting, Connection):
            return {one.id: one.name for one in self.around.services}
        if setting.of == "models":
            return PURPOSES
        things = {
            "tables": self.around.tables,
            "agents": self.around.agents,
            "mailboxes": self.around.mailboxes,
        }
        return {one.id: one.name for one in things.get(setting.of, ())}

    def only_offered(self, row: Mapping[str, Any]) -> dict[str, Json]:
        """What a tool points to, emptied where nothing of this id is offered."""
        things = {
            "connection": self.around.services,
            "table": self.around.tables,
            "agent": self.around.agents,
        }
        known = {name: {one.id for one in found} | self.kept for name, found in things.items()}
        return {name: row[name] if row[name] in known[name] else "" for name in things}


def _text(reading: Reading, setting: Text, told: Any) -> Json:
    if isinstance(told, bool) or told is None:
        return ""
    if isinstance(told, dict | list):
        return json.dumps(told, ensure_ascii=False)[:MAX_VALUE_CHARS]
    return str(told)[: min(setting.max_chars, MAX_VALUE_CHARS)].replace("\0", "")


def _number(reading: Reading, setting: Number, told: Any) -> Json:
    if isinstance(told, str):
        told = told.strip()
        if is_template(told) or not told:
            return told or None
        try:
            told = float(told)
        except ValueError:
            raise NotFitting from None
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        raise NotFitting
    return int(told) if told == int(told) and abs(told) < 1e15 else told


def _switch(reading: Reading, setting: Switch, told: Any) -> Json:
    if isinstance(told, str) and told.strip().lower() in (
        "true",
        "yes",
        "on",
        "false",
        "no",
        "off",
    ):
        return told.strip().lower() in ("true", "yes", "on")
    if not isinstance(told, bool):
        raise NotFitting
    return told


def _choice(reading: Reading, setting: Choice, told: Any) -> Json:
    for stored, words in setting.options:
        if str(told).strip().casefold() in (stored.casefold(), words.casefold()):
            return stored
    raise NotFitting


def _picked(reading: Reading, setting: Any, told: Any) -> Json:
    """An id that is offered here, or that stood there before; also by its exact name."""
    wanted = str(told or "").strip()
    offered = reading.ids_of(setting)
    if not wanted or wanted in offered or wanted in reading.kept:
        return wanted
    named = [one for one, name in offered.items() if name.casefold() == wanted.casefold()]
    if len(named) != 1:
        raise NotFitting
    return named[0]


def _pairs(reading: Reading, setting: KeyValues, told: Any) -> Json:
    told = parsed(told)
    if isinstance(told, dict) and not set(told) <= {"name", "value"}:
        told = [{"name": name, "value": value} for name, value in told.items()]
    return [
        {"name": str(row.get("name") or "").strip(), "value": plain(row.get("value"))}
        for row in as_rows(told)
    ]


def _conditions(reading: Reading, setting: Conditions, told: Any) -> Json:
    told = parsed(told)
    match = told.get("match") if isinstance(told, dict) else "all"
    rows = told.get("rows", [told]) if isinstance(told, dict) else told
    made: list[Json] = [_condition(row) for row in as_rows(rows)]
    return {"match": "any" if match == "any" else "all", "rows": made}


def _condition(row: Mapping[str, Any]) -> dict[str, Json]:
    operator = str(row.get("operator") or "is").strip()
    by_words = {one.words: one.id for one in OPERATORS.values()}
    return {
        "value": plain(row.get("value")),
        "operator": by_words.get(operator, operator),
        "value2": plain(row.get("value2")),
    }


def _categories(reading: Reading, setting: Categories, told: Any) -> Json:
    return [
        {
            "id": _kept_id(reading, row),
            "label": str(row.get("label") or row.get("name") or "").strip()[:120],
            "description": str(row.get("description") or "").strip()[:1_000],
        }
        for row in as_rows(as_labelled(parsed(told)))
    ]


def _cases(reading: Reading, setting: Cases, told: Any) -> Json:
    return [
        {"id": _kept_id(reading, row), "label": str(row.get("label") or ""), **_condition(row)}
        for row in as_rows(parsed(told))
    ]


def _columns(reading: Reading, setting: Columns, told: Any) -> Json:
    told = parsed(told)
    rows = [{"name": one} if isinstance(one, str) else one for one in as_list(told)]
    made: list[Json] = []
    for row in as_rows(rows):
        one: dict[str, Json] = {name: str(row.get(name) or "") for name in setting.typed}
        if setting.choice:
            word = str(row.get(setting.choice[0]) or setting.options[0][0])
            one[setting.choice[0]] = word
        made.append(one)
    return made


def _questions(reading: Reading, setting: FormFields, told: Any) -> Json:
    made: list[Json] = []
    taken: set[str] = set()
    for row in as_rows(as_labelled(parsed(told))):
        label = str(row.get("label") or row.get("key") or "").strip()[:120]
        key = fresh_key(str(row.get("key") or label), taken)
        taken.add(key)
        made.append(
            {
                "label": label,
                "key": key,
                "kind": str(row.get("kind") or "text"),
                "required": row.get("required") is True,
                "options": [str(one) for one in as_list(row.get("options"))],
                "hint": str(row.get("hint") or ""),
            }
        )
    return made


def _shape(reading: Reading, setting: Schema, told: Any) -> Json:
    rows = as_rows(as_labelled(parsed(told), "name"))
    return [
        {**_expected(row), "inside": [_expected(one) for one in as_rows(row.get("inside") or [])]}
        for row in rows
    ]


def _expected(row: Mapping[str, Any]) -> dict[str, Json]:
    return {
        "name": str(row.get("name") or "").strip(),
        "kind": str(row.get("kind") or "text"),
        "required": row.get("required") is True,
        "description": str(row.get("description") or ""),
    }


def _schedule(reading: Reading, setting: Schedule, told: Any) -> Json:
    told = parsed(told)
    if not isinstance(told, dict):
        raise NotFitting
    parts = ("every", "count", "minute", "times", "days", "day", "cron", "timezone")
    return {"timezone": "", **{name: told[name] for name in parts if name in told}}


def _tools(reading: Reading, setting: Tools, told: Any) -> Json:
    empty = dict(setting.empty_row or {})
    made: list[Json] = []
    for row in as_rows(parsed(told)):
        one = {**empty, **{name: value for name, value in row.items() if name in empty}}
        if one["policy"] == "allow":  # that is for a person to say
            one["policy"] = "ask_writes"
        made.append({**one, **reading.only_offered(one)})
    return made


def _kept_id(reading: Reading, row: Mapping[str, Any]) -> str:
    old = row.get("id")
    return old if isinstance(old, str) and old in reading.kept else new_word()


_READERS: tuple[tuple[type[Field], Reader], ...] = (
    (Connection, _picked),
    (Pick, _picked),
    (Number, _number),
    (Switch, _switch),
    (Choice, _choice),
    (Schedule, _schedule),
    (Categories, _categories),
    (Cases, _cases),
    (FormFields, _questions),
    (Conditions, _conditions),
    (KeyValues, _pairs),
    (Columns, _columns),
    (Schema, _shape),
    (Tools, _tools),
    (Text, _text),
)
