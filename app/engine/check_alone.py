"""What a step tells of its settings by itself, whatever stands around it: looked at once a step."""

from collections.abc import Iterator
from typing import NamedTuple

from app.engine.field import Field
from app.engine.field_tools import Tools
from app.engine.fields import Connection, Pick
from app.engine.graph import Step
from app.engine.problem import Problem
from app.engine.step_type import StepType
from app.engine.values import Json


class Setting(NamedTuple):
    """A setting that is wrong by itself, or of which what is around decides whether it is right.

    `faults` are sentences, `templates` the texts in it that hold a reference.
    """

    name: str
    field: Field
    value: Json
    faults: tuple[str, ...]
    templates: tuple[str, ...]


class Alone(NamedTuple):
    """All there is to say of one step: settings nobody knows, those to look at, and the rest."""

    unknown: tuple[Problem, ...]
    settings: tuple[Setting, ...]
    together: tuple[Problem, ...]


def look_at(step: Step, step_type: StepType) -> Alone:
    """What the step tells of its settings; kept with the step."""
    seen: Alone | None = step.memo.get((Alone, step_type))
    if seen is None:
        seen = step.memo[Alone, step_type] = Alone(
            unknown=tuple(
                Problem(
                    step.id,
                    name,
                    "error",
                    f"“{name[:60]}” is a setting that this step does not know.",
                )
                for name in step.fields
                if name not in step_type.fields
            ),
            settings=tuple(_settings(step, step_type)),
            together=tuple(
                Problem(step.id, place, "error", sentence)
                for place, sentence in step_type.problems(step.fields)
            ),
        )
    return seen


def templates_in(value: Json) -> Iterator[str]:
    """Every text in a setting that holds a reference."""
    if isinstance(value, str):
        if "{{" in value:
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from templates_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from templates_in(item)


def _settings(step: Step, step_type: StepType) -> Iterator[Setting]:
    for name, field in step_type.fields.items():
        if field.only_if is not None and not field.applies(step.fields):
            continue
        value = step.fields[name] if name in step.fields else field.initial()
        faults = tuple(field.check(value))
        typed = step.fields.get(name) if value and field.templated else None
        templates = tuple(templates_in(typed))
        is_chosen = bool(value) and isinstance(field, Connection | Pick | Tools)
        if faults or templates or is_chosen:
            yield Setting(name, field, value, faults, templates)
