"""The settings of one step: what the panel shows, and what its form says when it comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from app.agents.outline import Card
from app.editor.forms import FAILURE_WORDS, StepForm
from app.editor.insertable import Source, sources_for
from app.editor.setting import PREFIX, Setting, new_at, place_of
from app.engine import edit, keys
from app.engine.check import Known, Problem, ways_out
from app.engine.field import Field
from app.engine.fields import Pick
from app.engine.graph import Graph, Retry, Step
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.engine.values import Json
from app.engine.words import count, listed
from app.nodes.catalogue import CATALOGUE


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
    def retry_words(self) -> str:
        """How often it is tried again, and after which pauses."""
        retry = self.card.step.retry
        if not retry.times:
            return "No"
        often = count(retry.times, "time")
        if not retry.wait_s:
            return f"{often}, at once"
        pauses = [f"{pause:g} s" for pause in retry.pauses_s()]
        shown = pauses if len(pauses) < 4 else [*pauses[:2], f"… {pauses[-1]}"]
        return f"{often}, after {listed(shown) if len(pauses) < 4 else ', '.join(shown)}"

    @property
    def general_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the step beside its settings."""
        shown = {setting.name for setting in self.settings}
        return tuple(one for one in self.card.problems if one.field not in shown)


def panel(
    graph: Graph,
    card: Card,
    *,
    known: Known,
    form: StepForm | None = None,
    typed: Mapping[str, Json] | None = None,
    added: str = "",
    kept: str = "",
    with_sources: bool = True,
) -> Panel:
    """The panel of a step. `known` is what there is to choose from in its workspace.

    `form` and `typed` are a person's words that could not be saved.
    `added` names a field to which an empty row was added just now, `kept` one whose added row is
    still empty. `with_sources` lists the values it can use, for browsers without scripts.
    """
    step, step_type = card.step, CATALOGUE.get(card.step.type)
    fresh = step_type.initial_fields() if step_type else {}
    values = {**fresh, **step.fields, **(typed or {})}
    return Panel(
        card=card,
        step_type=step_type,
        settings=_settings(step_type, values, card.problems, known=known, added=added, kept=kept)
        if step_type
        else (),
        sources=sources_for(graph, step, known) if with_sources else (),
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
    parts = ("name", "value", "label", "value2", "as", "tool")
    row = (data.get(f"{PREFIX}{field}-{number}-{part}", "") for part in parts)
    removed = f"{PREFIX}{field}-{number}-remove" in data
    return None if removed or not field or any(words.strip() for words in row) else field


def saved(graph: Graph, step_id: str, *, form: StepForm, data: MultiDict[str, str]) -> Graph:
    """The pure edit that a valid panel form asks for. Raises EditRefused, GraphRefused."""
    step = graph.find(step_id)
    if step is None:
        raise edit.EditRefused("This step is no longer in the flow. Somebody may have removed it.")
    graph = _with_fields(graph, step, typed_settings(step, data))
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


def _with_fields(graph: Graph, step: Step, fields: Mapping[str, Json]) -> Graph:
    """The settings may decide the ways out; links follow them."""
    changed = edit.set_fields(graph, step.id, fields)
    step_type = CATALOGUE.get(step.type)
    if step_type is None:
        return changed
    before, after = (
        [port for port, _ in ways_out(one, step_type)] for one in (step, changed.step(step.id))
    )
    return edit.keep_ways(changed, step.id, before=before, after=after)


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
    known: Known,
    added: str,
    kept: str,
) -> tuple[Setting, ...]:
    return tuple(
        Setting(
            name=name,
            field=field,
            value=values.get(name, field.initial()),
            errors=_texts(problems, name, "error"),
            notes=_texts(problems, name, "hint"),
            has_new_row=field.empty_row is not None and name in {added, kept},
            is_row_just_added=name == added,
            choices=known.choices.get(field.of, {}) if isinstance(field, Pick) else {},
            groups={of: known.choices.get(of, {}) for of in field.picks},
            may=_may_do(field, values.get(name), known),
            made_at=place_of(field),
            new_at=new_at(field),
        )
        for name, field in step_type.fields.items()
        if field.applies(values)
    )


def _may_do(field: Field, value: Any, known: Known) -> str:
    """What an agent that is chosen here may do, in words."""
    if not isinstance(field, Pick) or field.of != "agents" or not value:
        return ""
    return known.choices.get("capabilities", {}).get(str(value), "")


def _texts(problems: Sequence[Problem], name: str, severity: str) -> tuple[str, ...]:
    return tuple(one.text for one in problems if (one.field, one.severity) == (name, severity))


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
