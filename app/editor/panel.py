"""The settings of one step: what the panel shows, and what its form says when it comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from app.agents.outline import Card
from app.editor.forms import FAILURE_WORDS, StepForm
from app.editor.insertable import Source, sources_for
from app.engine import edit, keys
from app.engine.check import Problem
from app.engine.conditions import OPERATORS
from app.engine.field import Field
from app.engine.graph import Graph, Retry, Step
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE

PREFIX = "set-"
_EMPTY_ROWS: Mapping[str, Mapping[str, Any]] = {
    "key_values": {"name": "", "value": ""},
    "conditions": {"value": "", "operator": "is", "value2": ""},
    "column_conditions": {"value": "", "operator": "is", "value2": ""},
    "columns": {"name": ""},
    "sort_keys": {"name": "", "order": "up"},
    "summaries": {"name": "", "how": "sum", "as": ""},
    "form_fields": {
        "label": "",
        "key": "",
        "kind": "text",
        "required": False,
        "options": [],
        "hint": "",
    },
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of the panel: its declaration, its value as typed, and what is wrong with it."""

    name: str
    field: Field
    value: Any
    errors: tuple[str, ...]
    has_new_row: bool = False
    is_row_just_added: bool = False

    @property
    def control(self) -> str:
        """The name of the field's control, and the beginning of the names of its rows'."""
        return PREFIX + self.name

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The rows as typed, with an empty one at the end while the person adds one.

        A flow from elsewhere may hold anything; what is no row is left out, what a row lacks is
        empty. The check of the flow says what is wrong.
        """
        inside = self.value.get("rows") if isinstance(self.value, dict) else self.value
        found = inside if isinstance(inside, list) else []
        empty = _EMPTY_ROWS[self.field.kind]
        rows: list[Mapping[str, Any]] = [{**empty, **row} for row in found if isinstance(row, dict)]
        needs_one = self.field.kind == "conditions" and not rows
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


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel of one step."""

    card: Card
    step_type: StepType | None
    settings: tuple[Setting, ...]
    sources: tuple[Source, ...]
    form: StepForm

    @property
    def uses_values(self) -> bool:
        """Whether a field of this step can hold values of earlier steps."""
        return any(setting.field.templated for setting in self.settings)

    @property
    def failure_words(self) -> str:
        """What happens when the step fails, as chosen."""
        return FAILURE_WORDS.get(self.form.on_error.data or "", "")

    @property
    def general_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the step beside its settings."""
        shown = {setting.name for setting in self.settings}
        return tuple(one for one in self.card.problems if one.field not in shown)


def panel(
    graph: Graph,
    card: Card,
    *,
    form: StepForm | None = None,
    typed: Mapping[str, Json] | None = None,
    added: str = "",
    kept: str = "",
) -> Panel:
    """The panel of a step. `form` and `typed` are a person's words that could not be saved.

    `added` names a field to which an empty row was added just now, `kept` one whose added row is
    still empty.
    """
    step, step_type = card.step, CATALOGUE.get(card.step.type)
    values = {**step.fields, **(typed or {})}
    return Panel(
        card=card,
        step_type=step_type,
        settings=_settings(step_type, values, card.problems, added=added, kept=kept)
        if step_type
        else (),
        sources=sources_for(graph, step),
        form=form or form_of(step),
    )


def form_of(step: Step) -> StepForm:
    """The form of what every kind of step has, filled in."""
    return StepForm(
        formdata=None,
        data={
            "name": step.name,
            "retry_times": step.retry.times,
            "retry_wait_s": step.retry.wait_s,
            "on_error": step.on_error.value,
            "default_output": step.default_output,
            "timeout_s": step.timeout_s,
            "note": step.note,
        },
    )


def posted_form(step: Step | None) -> StepForm:
    """The form as sent. What its panel did not show keeps what the step holds."""
    return StepForm(data={"default_output": step.default_output if step else None})


def plain_lines(data: MultiDict[str, str]) -> MultiDict[str, str]:
    """A posted form with lines ended as they are stored; browsers send them with a return."""
    return MultiDict((name, words.replace("\r\n", "\n")) for name, words in data.items(multi=True))


def typed_settings(step: Step, data: MultiDict[str, str]) -> dict[str, Json]:
    """The settings as typed. Fields that the panel did not show keep what they hold."""
    step_type = CATALOGUE.get(step.type)
    if step_type is None:
        return dict(step.fields)
    fields = dict(step.fields)
    for name in data.getlist("shown"):
        if name in step_type.fields:
            fields[name] = _typed(step_type.fields[name], data, PREFIX + name)
    return fields


def still_empty(data: MultiDict[str, str]) -> str | None:
    """The field whose added row came back without words, so that the row is kept."""
    field, _, number = data.get("new_row", "").partition(":")
    row = (data.get(f"{PREFIX}{field}-{number}-{part}", "") for part in ("name", "value", "label"))
    removed = f"{PREFIX}{field}-{number}-remove" in data
    return None if removed or not field or any(words.strip() for words in row) else field


def saved(graph: Graph, step_id: str, *, form: StepForm, data: MultiDict[str, str]) -> Graph:
    """The pure edit that a valid panel form asks for. Raises EditRefused, GraphRefused."""
    step = graph.find(step_id)
    if step is None:
        raise edit.EditRefused("This step is no longer in the flow. Somebody may have removed it.")
    graph = edit.set_fields(graph, step_id, typed_settings(step, data))
    graph = edit.set_options(
        graph,
        step_id,
        disabled=step.disabled,
        on_error=OnError(form.on_error.data),
        default_output=form.default_output.data,
        retry=Retry(form.retry_times.data or 0, form.retry_wait_s.data or 0),
        timeout_s=form.timeout_s.data,
        note=form.note.data or "",
    )
    name = form.name.data or ""
    return graph if name == step.name else edit.rename_step(graph, step_id, name)


def switched(graph: Graph, step_id: str, *, on: bool) -> Graph:
    """The pure edit that turns a step on or off. Raises EditRefused for an unknown step."""
    if graph.find(step_id) is None:
        raise edit.EditRefused("This step is no longer in the flow. Somebody may have removed it.")
    steps = (replace(one, disabled=not on) if one.id == step_id else one for one in graph.steps)
    return replace(graph, steps=tuple(steps))


def _settings(
    step_type: StepType,
    values: Mapping[str, Any],
    problems: Sequence[Problem],
    *,
    added: str,
    kept: str,
) -> tuple[Setting, ...]:
    return tuple(
        Setting(
            name=name,
            field=field,
            value=values.get(name, field.initial()),
            errors=tuple(one.text for one in problems if one.field == name),
            has_new_row=field.kind in _EMPTY_ROWS and name in {added, kept},
            is_row_just_added=name == added,
        )
        for name, field in step_type.fields.items()
        if field.applies(values)
    )


def _typed(field: Field, data: MultiDict[str, str], control: str) -> Json:
    value = field.parse_form(data, control)
    return _with_keys(value) if field.kind == "form_fields" else value


def _with_keys(questions: Any) -> Json:
    """Questions without a key get one made from their label, so that nobody has to invent it."""
    taken = {row["key"] for row in questions if row["key"]}
    for row in questions:
        if not row["key"] and row["label"]:
            row["key"] = keys.fresh_key(row["label"], taken)
            taken.add(row["key"])
    return questions  # type: ignore[no-any-return]  # rows as the field itself read them
