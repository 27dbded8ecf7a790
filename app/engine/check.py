"""The list of what is wrong with a flow, in plain words, each problem at its step and setting."""

from collections.abc import Mapping

from app.engine.check_place import (
    error,
    place_problems,
    reached_steps,
    start_problems,
    ways_out,
)
from app.engine.check_settings import setting_problems
from app.engine.check_tries import try_problems
from app.engine.graph import Graph
from app.engine.problem import ConnectionFact, Known, Problem
from app.engine.reach import NamesInReach
from app.engine.step_type import StepType

__all__ = ["ConnectionFact", "Known", "Problem", "problems", "ways_out"]


def problems(
    graph: Graph, catalogue: Mapping[str, StepType], *, known: Known, only: str | None = None
) -> tuple[Problem, ...]:
    """Everything that keeps the flow from running well, in reading order of its steps.

    `catalogue` holds the step types by name. Saving is always possible; a flow with an "error"
    cannot be published. With `only` the other steps are not looked at.
    """
    found = list(start_problems(graph, catalogue))
    reached = reached_steps(graph, catalogue)
    names = NamesInReach(graph, catalogue, known=known)
    for step in graph.order if only is None else graph.steps:
        if only not in (None, step.id):
            continue
        step_type = catalogue.get(step.type)
        if step_type is None or step_type.version != step.type_version:
            found.append(error(step, "This kind of step is not known here. Remove it."))
            continue
        if step_type.only_built_in and not known.is_built_in:
            found.append(error(step, "Only agents that come with Lamplight can use this step."))
        found += place_problems(graph, step, step_type, reached=reached, catalogue=catalogue)
        settings = list(setting_problems(step, step_type, names=names, known=known))
        found += settings
        if not any(one.severity == "error" for one in settings):
            found += try_problems(step, step_type)
    return tuple(found)
