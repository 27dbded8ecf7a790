"""The step types as a model is told of them: the schema of its answer, and a card for each."""

import json
from collections.abc import Iterator
from typing import Any

from app.composing.wishes import Surroundings
from app.engine.conditions import OPERATORS
from app.engine.field import Field
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
)
from app.engine.step_type import StepType
from app.engine.values import Json
from app.llm.wanted import group_of
from app.nodes.catalogue import OFFERED

_TEXT: Json = {"type": "string"}

HOW_IT_WORKS = """\
A flow is a list of steps. Each has a key (small letters and _), a type out of the catalogue, a \
name a colleague would give it ("Sort the enquiry", never "Categories 1"), settings, what it comes \
after, and the loop it is inside of (empty for none).
"after" lists each step that leads to it with the way out of that step: the words of the way, or \
empty for its only or first one. Starts come after nothing; several starts may lead to one step. \
Links never go back. The first step inside a loop has an empty "after" and names the loop in \
"inside"; inside, {{ item }} is the item.
Settings hold text; where a setting is not plain text, write its JSON as text, in the form the \
card shows. Leave out settings that keep their default.
Later steps use what earlier ones gave: {{ steps.KEY.NAME }}, and {{ trigger.NAME }} for what the \
start gave; NAME is listed under "gives". Filters: {{ trigger.total | round: 2 }}, also upper, \
lower, trim, number, date: "D MMMM YYYY", join: ", ", first, last, length, default: "none", json. \
Nothing else stands in braces: no sums, no calls. A step uses only what comes before it on its way.
Before a step that sends or changes something and that the person wants to see first, put \
ask_person: propose the values (To, Subject, Text) there and fill the sending step from \
{{ steps.KEY.values.Text }}. Give every decision a way for what fits nowhere.
Formulas and code stay empty: say in "does" what they shall work out and name their values in the \
setting "values"; they are written afterwards.
Connections, tables, agents and mailboxes are named by their ids from the list of what is there, \
never by other ids; leave the setting out if none fits."""


def sketch_schema(most: int) -> dict[str, Json]:
    """The JSON schema of a sketch of `most` steps."""
    types: list[Json] = list(OFFERED)
    names = sorted({name for kind in OFFERED.values() for name in kind.fields})
    setting = group_of({"name": {"type": "string", "enum": [*names]}, "value": _TEXT})
    step = group_of(
        {
            "key": _TEXT,
            "type": {"type": "string", "enum": types},
            "name": _TEXT,
            "after": {"type": "array", "items": group_of({"step": _TEXT, "way": _TEXT})},
            "inside": _TEXT,
            "settings": {"type": "array", "items": setting},
            "does": _described("of a formula or code: what it works out"),
        }
    )
    return group_of(
        {
            "name": _described("of the agent, two to four words"),
            "description": _described("what it does, one sentence"),
            "says": _described("two or three sentences to the person"),
            "steps": {"type": "array", "items": step, "maxItems": most},
        }
    )


def catalogue_words() -> str:
    """A card for each step type: what it does, its settings, what it gives, its ways out."""
    return "\n".join(_card(kind) for kind in OFFERED.values())


def things_there(around: Surroundings) -> str:
    """What settings may point to, with their ids."""
    rows: list[dict[str, Any]] = [
        *({"connection": one.id, "name": one.name} for one in around.services),
        *({"mailbox": one.id, "name": one.name} for one in around.mailboxes),
        *(
            {"table": one.id, "name": one.name, "columns": list(one.columns)}
            for one in around.tables
        ),
        *({"agent": one.id, "name": one.name} for one in around.agents),
        *({"variable": one} for one in around.variables),
    ]
    person = {"person": around.person_name, "mail": around.person_mail, "zone": around.timezone}
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in (person, *rows))


def _described(words: str) -> Json:
    return {"type": "string", "description": words}


def _card(kind: StepType) -> str:
    settings = [_setting(name, field) for name, field in kind.fields.items() if _told(field)]
    gives = kind.offers(kind.initial_fields())
    ways = [port.label for port in kind.ports_out(kind.initial_fields())]
    parts = [f"- {kind.type}: {kind.summary}"]
    if settings:
        parts.append(f"  settings: {'; '.join(settings)}")
    if gives:
        parts.append(f"  gives: {', '.join(gives)}")
    if ways != ["Then"]:
        parts.append(f"  ways out: {', '.join(ways) or 'none'}")
    return "\n".join(parts)


def _told(field: Field) -> bool:
    return not isinstance(field, Secret)


def _setting(name: str, field: Field) -> str:
    needed = " (needed)" if field.required else ""
    shape = next(_shape(field), "")
    return f"{name}{needed}: {field.label}{f', {shape}' if shape else ''}"


def _shape(field: Field) -> Iterator[str]:
    if isinstance(field, Choice):
        yield "one of " + " | ".join(stored for stored, _ in field.options)
    elif isinstance(field, Switch):
        yield "true or false"
    elif isinstance(field, Number):
        yield "a number"
    elif isinstance(field, Schedule):
        yield (
            '{"every": "days|weekdays", "times": ["08:30"]} or {"every": "weeks", "days": ["mon"], '
            '"times": […]} or {"every": "months", "day": "1|last|first-mon", "times": […]} or '
            '{"every": "minutes|hours", "count": 15, "minute": 0} or {"every": "cron", "cron": "…"}'
        )
    elif isinstance(field, Categories):
        yield '[{"label": "…", "description": "what belongs there"}]; each label is a way out'
    elif isinstance(field, Cases):
        yield f'[{{"label", "value", "operator", "value2"}}]; operators: {", ".join(OPERATORS)}'
    elif isinstance(field, Conditions):
        yield (
            '{"match": "all|any", "rows": [{"value": "{{ … }}", "operator": "more_than", '
            '"value2": "100"}]}'
        )
    elif isinstance(field, FormFields):
        yield '[{"label", "key", "kind": "text|long_text|number|email|date|file", "required"}]'
    elif isinstance(field, Schema):
        yield '[{"name", "kind": "text|number|whole|switch|texts", "required", "description"}]'
    elif isinstance(field, KeyValues):
        yield '[{"name": "…", "value": "…"}]'
    elif isinstance(field, Columns):
        yield f"[{json.dumps({**(field.empty_row or {})})}]"
    elif isinstance(field, Tools):
        yield '[{"tool", "name", "about", "address", "connection", "agent", "table", "policy"}]'
    elif isinstance(field, Connection | Pick):
        yield "an id"
