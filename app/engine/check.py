"""The list of what is wrong with a flow, in plain words, each problem at its step and setting."""

from collections.abc import Iterator, Mapping

from app.engine.check_settings import NamesInReach, setting_problems
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.engine.problem import ConnectionFact, Known, Problem
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.engine.words import listed

__all__ = ["ConnectionFact", "Known", "Problem", "problems", "ways_out"]


def problems(
    graph: Graph, catalogue: Mapping[str, StepType], *, known: Known
) -> tuple[Problem, ...]:
    """Everything that keeps the flow from running well, in reading order of its steps.

    `catalogue` holds the step types by name. Saving is always possible; a flow with an "error"
    cannot be published.
    """
    found = list(_about_starts(graph, catalogue))
    reached = _reached(graph, catalogue)
    names = NamesInReach(graph, catalogue, known=known)
    for step in graph.order:
        step_type = catalogue.get(step.type)
        if step_type is None or step_type.version != step.type_version:
            found.append(_error(step, "This kind of step is not known here. Remove it."))
            continue
        found += _about_place(graph, step, step_type, reached)
        found += setting_problems(step, step_type, names=names, known=known)
    return tuple(found)


def ways_out(step: Step, step_type: StepType) -> tuple[tuple[str, str], ...]:
    """The ways out of a step as (port, words on screen), the error way included when it is on."""
    ports = step_type.ports_out(step.fields)
    if step.on_error is OnError.ERROR_PORT:
        ports = (*ports, ERROR)
    return tuple((port.id, port.label) for port in ports)


def _about_starts(graph: Graph, catalogue: Mapping[str, StepType]) -> Iterator[Problem]:
    starts = [step for step in graph.order if _is_start(step, catalogue)]
    if not starts:
        yield Problem(None, None, "error", "The flow has no start. Add a start as its first step.")
    for step in starts[1:]:
        yield _error(step, f"The flow already starts with “{starts[0].name}”. Keep one start.")
    if starts and len(graph.steps) == 1:
        yield Problem(None, None, "hint", "The flow only starts. Add a step that does something.")


def _about_place(
    graph: Graph, step: Step, step_type: StepType, reached: frozenset[str]
) -> Iterator[Problem]:
    if step.parent is not None:
        yield _error(step, "Steps inside a loop cannot run yet. Move it out of the loop.")
    if step_type.is_start and graph.links_to(step.id):
        yield _error(step, "A start begins the flow, so no step can lead to it.")
    if step.id not in reached and not step_type.is_start:
        yield _error(step, "No way leads to this step. Choose it under “Then goes to” of another.")
    if step.disabled:
        yield from _about_off(step, step_type)
    yield from _about_ways(graph, step, step_type)


def _about_off(step: Step, step_type: StepType) -> Iterator[Problem]:
    if step_type.is_start:
        yield _error(step, "The start is switched off, so nothing can begin.")
    else:
        yield _hint(step, "This step is switched off: runs pass it by, and its values are empty.")


def _about_ways(graph: Graph, step: Step, step_type: StepType) -> Iterator[Problem]:
    ways = dict(ways_out(step, step_type))
    used = {link.source_port for link in graph.links_from(step.id)}
    for port in sorted(used - set(ways)):
        yield _error(step, f"A link leaves by “{port}”, a way out this step does not have.")
    choices = [port for port in ways if port != ERROR.id]
    open_ways = [ways[port] for port in choices if port not in used]
    if len(choices) > 1 and len(open_ways) == len(choices):
        yield _error(step, "No way leads on from here. Choose a step for one of the answers.")
    elif len(choices) > 1 and open_ways:
        yield _hint(
            step, f"The run ends here on {listed([f'“{one}”' for one in open_ways], 'or')}."
        )
    if step.on_error is OnError.CONTINUE and len(choices) > 1:
        yield _hint(step, f"If this step fails, the run goes on by “{ways[choices[0]]}”.")
    if ERROR.id in ways and ERROR.id not in used:
        yield _hint(step, "“If it fails” leads nowhere, so a failure here just ends this way.")


def _reached(graph: Graph, catalogue: Mapping[str, StepType]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [step.id for step in graph.steps if _is_start(step, catalogue)]
    while waiting:
        step_id = waiting.pop()
        if step_id not in seen:
            seen.add(step_id)
            waiting += [link.target for link in graph.links_from(step_id)]
    return frozenset(seen)


def _is_start(step: Step, catalogue: Mapping[str, StepType]) -> bool:
    step_type = catalogue.get(step.type)
    return step_type is not None and step_type.is_start


def _error(step: Step, text: str) -> Problem:
    return Problem(step.id, None, "error", text)


def _hint(step: Step, text: str) -> Problem:
    return Problem(step.id, None, "hint", text)
