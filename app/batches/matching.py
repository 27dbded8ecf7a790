"""Which column answers which question of the start, and what each row would give the run."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.data_tables.cells import CellRefused, fold, settle
from app.data_tables.columns import Column, ColumnKind
from app.engine.form_inputs import FormInput, InputKind, settle_answers
from app.engine.graph import Graph
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.nodes.start_form import StartForm
from app.runs.questions import questions
from app.workspaces.models import Workspace

MAX_TEXT_CHARS: Final = 4_000
NO_FORM = (
    "This agent does not begin with a form, so the cells of a row have nowhere to go. "
    "Give it a form as its start, with a question for each thing it needs from a row."
)
ASKS_NOTHING = (
    "The form this agent begins with asks nothing, so every row would give the same. "
    "Add a question for each thing it needs from a row."
)
NEEDS_A_FILE = (
    "This agent needs a file in “{}” each time, and a cell cannot hold one. "
    "Make that question optional, or ask for a text instead."
)
# How a cell is read for a question: dates and numbers as people write them in tables.
_READ_AS: Final[Mapping[InputKind, ColumnKind]] = {
    InputKind.NUMBER: ColumnKind.NUMBER,
    InputKind.SWITCH: ColumnKind.YES_NO,
    InputKind.DATE: ColumnKind.DATE,
    InputKind.CHOICE: ColumnKind.CHOICE,
}
# By the key of a question: {"column": place of the cell} or {"text": the same for every row}.
Matching: TypeAlias = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Given:
    """What a run would get of one row; `problems` are sentences, none when it fits."""

    payload: dict[str, Json]
    problems: tuple[str, ...] = ()


def asked_by(graph: Graph) -> tuple[FormInput, ...]:
    """The questions that a cell can answer."""
    return tuple(one for one in questions(graph) if one.kind is not InputKind.FILE)


def why_not(graph: Graph) -> str:
    """Why an agent with this flow cannot work through rows; empty when it can."""
    if not any(isinstance(CATALOGUE.get(step.type), StartForm) for step in graph.order):
        return NO_FORM
    if not asked_by(graph):
        return ASKS_NOTHING
    files = (one for one in questions(graph) if one.kind is InputKind.FILE and one.required)
    needed = next(files, None)
    return NEEDS_A_FILE.format(needed.label) if needed else ""


def guess(asked: Sequence[FormInput], columns: Sequence[Column]) -> dict[str, dict[str, Any]]:
    """The column for each question by name: the same name first, then one within the other."""
    found: dict[str, dict[str, Any]] = {}
    for is_alike in (_is_same, _is_within):
        for one in asked:
            taken = {match["column"] for match in found.values()}
            places = (place for place, _ in enumerate(columns) if place not in taken)
            place = next((at for at in places if is_alike(one, columns[at])), None)
            if one.key not in found and place is not None:
                found[one.key] = {"column": place}
    return found


def lacks(asked: Sequence[FormInput], matching: Matching) -> list[str]:
    """The labels of needed questions that nothing is matched to."""
    return [one.label for one in asked if one.required and one.key not in matching]


def given_by(
    asked: Sequence[FormInput], matching: Matching, cells: Sequence[Json], zone: tzinfo
) -> Given:
    """What the run of a row with these cells would get."""
    answers: dict[str, Json] = {}
    unreadable: dict[str, str] = {}
    for one in asked:
        match = matching.get(one.key, {})
        place = match.get("column")
        has_cell = isinstance(place, int) and place < len(cells)
        value = cells[place] if has_cell else match.get("text")  # type: ignore[index]  # an int
        try:
            answers[one.key] = _read(one, value, zone)
        except CellRefused as refused:
            unreadable[one.key] = refused.sentence
    payload, wrong = settle_answers(asked, answers)
    return Given(payload, tuple({**wrong, **unreadable}.values()))


def zone_of(session: Session, workspace_id: uuid.UUID) -> tzinfo:
    """In which zone the dates and times of rows are read."""
    name = session.scalars(select(Workspace.timezone).where(Workspace.id == workspace_id)).one()
    return ZoneInfo(name)


def _read(one: FormInput, value: Json, zone: tzinfo) -> Json:
    kind = _READ_AS.get(one.kind)
    if kind is None:
        # Numbers and truths of a table, for a question that wants words.
        return settle(Column(one.key, one.label), value, zone)
    return settle(Column(one.key, one.label, kind, one.options), value, zone)


def _is_same(one: FormInput, column: Column) -> bool:
    names = {_plain(one.label), _plain(one.key)}
    return bool(names & {_plain(column.name), _plain(column.key)} - {""})


def _is_within(one: FormInput, column: Column) -> bool:
    name = _plain(column.name)
    words = (_plain(one.label), _plain(one.key))
    return len(name) > 2 and any(len(word) > 2 and (word in name or name in word) for word in words)


def _plain(words: str) -> str:
    return "".join(letter for letter in fold(words) if letter.isalnum())
