"""One setting as the panel draws it: what `templates/editor/fields/<kind>.html` gets."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import current_app, url_for

from app.engine.conditions import OPERATORS
from app.engine.field import Field
from app.engine.fields import Pick

PREFIX = "set-"
# Where people make what a Pick offers: (endpoint, what the way there is called, and what is said
# while there is none).
_PLACES: Mapping[str, tuple[str, str, str]] = {
    "agents": ("agents.index", "Agents", "No other agent is published yet."),
    "tables": ("data_tables.index", "Tables", "There is no table yet."),
    "mailboxes": ("connections.index", "Connections", "There is no mailbox yet."),
    "models": ("language_models.index", "Models", "The practice model answers."),
}


# Kinds of settings in which people write, so that values of earlier steps can stand there.
_WRITTEN = frozenset(
    (
        "cases",
        "column_conditions",
        "conditions",
        "key_values",
        "long_text",
        "number",
        "text",
        "value",
    )
)


class Place(NamedTuple):
    """A page by its name and address; `none_yet` is said while nothing is there."""

    name: str
    href: str
    none_yet: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of the panel: its declaration, its value as typed, and what is wrong with it.

    `notes` are hints of the check. `choices` are what a Pick offers, by id, `groups` what rows
    choose from, `may` what an agent that was chosen may do; `made_at` is where one makes more of
    them, `new_at` the form that makes one without leaving the step.
    """

    name: str
    field: Field
    value: Any
    errors: tuple[str, ...]
    notes: tuple[str, ...] = ()
    has_new_row: bool = False
    is_row_just_added: bool = False
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    may: str = ""
    made_at: Place | None = None
    new_at: str = ""

    @property
    def control(self) -> str:
        """The name of the field's control, and the beginning of the names of its rows'."""
        return PREFIX + self.name

    @property
    def takes_values(self) -> bool:
        """Whether values of earlier steps can stand in it."""
        return self.field.templated and self.field.kind in _WRITTEN

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The rows as typed, with an empty one at the end while the person adds one.

        A flow from elsewhere may hold anything; what is no row is left out, what a row lacks is
        empty. The check of the flow says what is wrong.
        """
        inside = self.value.get("rows") if isinstance(self.value, dict) else self.value
        found = inside if isinstance(inside, list) else []
        empty = self.field.empty_row or {}
        rows: list[Mapping[str, Any]] = [{**empty, **row} for row in found if isinstance(row, dict)]
        needs_one = self.field.needs_row and not rows
        return [*rows, empty] if self.has_new_row or needs_one else rows

    @property
    def match(self) -> str:
        """How conditions go together: all or any."""
        return "any" if isinstance(self.value, dict) and self.value.get("match") == "any" else "all"

    def is_new_row(self, number: int) -> bool:
        """Whether this row, counted from 1, was added just now and waits for words."""
        return self.is_row_just_added and number == len(self.rows)

    def needs_second(self, operator: str) -> bool:
        """Whether a comparison has something to compare with; "is empty" has not."""
        return operator not in OPERATORS or OPERATORS[operator].needs_second


def new_at(setting: Field) -> str:
    """The form, in a dialog, that makes what this setting chooses from; empty for none."""
    if setting.kind != "connection" or "connections.new" not in current_app.view_functions:
        return ""
    return url_for("connections.new", place="dialog")


def place_of(setting: Field) -> Place | None:
    """Where one makes what this setting chooses from; None when there is no such page."""
    if not isinstance(setting, Pick) or setting.of not in _PLACES:
        return None
    endpoint, name, none_yet = _PLACES[setting.of]
    is_there = endpoint in current_app.view_functions
    return Place(name, url_for(endpoint), none_yet) if is_there else None
