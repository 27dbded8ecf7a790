"""Hints about trying again and time limits that do not fit what a step does."""

from collections.abc import Iterator

from app.engine.fields import Number
from app.engine.graph import Step
from app.engine.problem import Problem
from app.engine.states import Effect
from app.engine.step_type import StepType

_SECONDS = frozenset({"s", "seconds"})


def try_problems(step: Step, step_type: StepType) -> Iterator[Problem]:
    """Hints about one step whose settings are right in themselves."""
    if step.retry.times and _may_write_twice(step, step_type):
        yield _hint(
            step,
            "Trying again may do the same thing twice: whoever is on the other side cannot tell "
            "a second try from a first.",
        )
    yield from _about_waits(step, step_type)


def _may_write_twice(step: Step, step_type: StepType) -> bool:
    typed = {**step_type.initial_fields(), **step.fields}
    writes = step_type.effect_of(typed) is Effect.WRITE
    return writes and not step_type.is_repeatable(typed)


def _about_waits(step: Step, step_type: StepType) -> Iterator[Problem]:
    limit_s = step.timeout_s
    if limit_s is None:
        return
    for name, field in step_type.fields.items():
        own_s = step.fields.get(name, field.initial())
        if not isinstance(field, Number) or field.unit not in _SECONDS:
            continue
        if isinstance(own_s, int | float) and own_s > limit_s and field.applies(step.fields):
            yield _hint(
                step,
                f"The time limit of {limit_s:g} s ends this step before its own “{field.label}” "
                f"of {own_s:g} s is over.",
            )


def _hint(step: Step, text: str) -> Problem:
    return Problem(step.id, None, "hint", text)
