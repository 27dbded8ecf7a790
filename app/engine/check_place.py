"""Checks where a step stands: what leads to it, where it leads, what it is inside of."""

from collections.abc import Iterator, Mapping

from app.engine.graph import Graph, Step
from app.engine.plan import MAX_LOOPS_DEEP
from app.engine.ports import ERROR
from app.engine.problem import Problem
from app.engine.states import OnError, TriggerType
from app.engine.step_type import StartType, StepType
from app.engine.words import listed

MAX_WAYS_NAMED = 4
# Of these kinds of starts there can be one: whoever calls could not say which is meant.
_CALLED = frozenset({TriggerType.MANUAL, TriggerType.FORM, TriggerType.AGENT})


def start_problems(graph: Graph, catalogue: Mapping[str, StepType]) -> Iterator[Problem]:
    """What is wrong with how the flow begins."""
    starts = [step for step in graph.order if is_start(step, catalogue)]
    if not starts:
        yield Problem(None, None, "error", "The flow has no start. Add a start as its first step.")
        return
    if len(graph.steps) == len(starts):
        yield Problem(None, None, "hint", "The flow only starts. Add a step that does something.")
    firsts: dict[str, Step] = {}
    for step in starts:
        first = firsts.setdefault(step.type, step)
        if first is not step and comes_once(catalogue[step.type]):
            yield error(step, f"The flow already starts in this way with “{first.name}”. Keep one.")
        yield from _about_start(graph, step, starts)


def comes_once(step_type: StepType) -> bool:
    """Whether a flow can have one start of this kind only."""
    return isinstance(step_type, StartType) and step_type.trigger in _CALLED


def _about_start(graph: Graph, step: Step, starts: list[Step]) -> Iterator[Problem]:
    if graph.links_to(step.id):
        yield error(step, "A start begins the flow, so no step can lead to it.")
    if step.parent is not None:
        yield error(step, "A start cannot be inside a loop. Move it out of the loop.")
    if step.disabled and all(one.disabled for one in starts):
        every = "Every start is" if len(starts) > 1 else "The start is"
        yield error(step, f"{every} switched off, so nothing can begin.")
    elif step.disabled:
        yield hint(step, "This start is switched off: it sets nothing off.")
    elif len(starts) > 1 and len(graph.steps) > len(starts) and not graph.links_from(step.id):
        yield error(step, "Nothing follows this start. Choose where it goes.")


def place_problems(
    graph: Graph,
    step: Step,
    step_type: StepType,
    *,
    reached: frozenset[str],
    catalogue: Mapping[str, StepType],
) -> Iterator[Problem]:
    """What is wrong with the place of one step that is known."""
    if not step_type.is_start:
        yield from _about_frame(graph, step, catalogue)
        if step.parent is None and step.id not in reached:
            yield error(
                step, "No way leads to this step. Choose it under “Then goes to” of another."
            )
        if step.disabled:
            yield hint(step, _off(graph, step))
    if step_type.is_loop:
        yield from _about_body(graph, step)
    if step_type.gathers and len(graph.links_to(step.id)) == 1:
        yield hint(step, "Only one way leads here, so there is nothing to bring together.")
    yield from _about_ways(graph, step, step_type)


def reached_steps(graph: Graph, catalogue: Mapping[str, StepType]) -> frozenset[str]:
    """The steps of the whole flow that a way leads to from any start.

    Steps inside a loop are left out: each is an entry of its loop or behind one.
    """
    seen: set[str] = set()
    waiting = [step.id for step in graph.steps if is_start(step, catalogue)]
    while waiting:
        step_id = waiting.pop()
        if step_id not in seen:
            seen.add(step_id)
            waiting += [link.target for link in graph.links_from(step_id)]
    return frozenset(seen)


def ways_out(step: Step, step_type: StepType) -> tuple[tuple[str, str], ...]:
    """The ways out of a step as (port, words on screen), the error way included when it is on."""
    ways: tuple[tuple[str, str], ...] | None = step.memo.get((ways_out, step_type))
    if ways is None:
        ports = step_type.ports_out(step.fields)
        if step.on_error is OnError.ERROR_PORT:
            ports = (*ports, ERROR)
        ways = step.memo[ways_out, step_type] = tuple((port.id, port.label) for port in ports)
    return ways


def loops_around(graph: Graph, step: Step) -> tuple[Step, ...]:
    """The steps that this one is inside of, the nearest first."""
    around: list[Step] = []
    while step.parent is not None:
        step = graph.step(step.parent)
        around.append(step)
    return tuple(around)


def is_start(step: Step, catalogue: Mapping[str, StepType]) -> bool:
    """Whether a run can begin at this step."""
    step_type = catalogue.get(step.type)
    return step_type is not None and step_type.is_start


def _about_frame(graph: Graph, step: Step, catalogue: Mapping[str, StepType]) -> Iterator[Problem]:
    around = loops_around(graph, step)
    if not around:
        return
    parent = around[0]
    kind = catalogue.get(parent.type)
    if kind is None or not kind.is_loop:
        yield error(step, f"This step is inside “{parent.name}”, which is no loop. Move it out.")
    elif len(around) > MAX_LOOPS_DEEP:
        yield error(
            step,
            f"Loops can be inside each other {MAX_LOOPS_DEEP} deep. Move this step out, or let "
            "another agent do the inner part.",
        )


def _about_body(graph: Graph, loop: Step) -> Iterator[Problem]:
    inside = graph.inside(loop.id)
    entries = [f"“{one.name}”" for one in inside if not graph.links_to(one.id)]
    if not inside:
        yield error(loop, "There is nothing to do for an item yet. Add a step inside the loop.")
    elif all(one.disabled for one in inside):
        yield hint(loop, "Every step inside the loop is switched off.")
    elif len(entries) > 1:
        yield hint(loop, f"Each item begins with {_named(entries, 'and')} side by side.")


def _off(graph: Graph, step: Step) -> str:
    if graph.inside(step.id):
        return "This loop is switched off: runs pass it by, with the steps inside."
    return "This step is switched off: runs pass it by, and its values are empty."


def _about_ways(graph: Graph, step: Step, step_type: StepType) -> Iterator[Problem]:
    ways = dict(ways_out(step, step_type))
    used = {link.source_port for link in graph.links_from(step.id)}
    for port in sorted(used - set(ways)):
        yield error(step, f"A link leaves by “{port}”, a way out this step does not have.")
    choices = [port for port in ways if port != ERROR.id]
    open_ways = [f"“{ways[port]}”" for port in choices if port not in used]
    if len(choices) > 1 and len(open_ways) == len(choices):
        yield error(step, "No way leads on from here. Choose a step for one of the answers.")
    elif len(choices) > 1 and open_ways:
        ends = "The item ends here" if step.parent is not None else "The run ends here"
        yield hint(step, f"{ends} on {_named(open_ways, 'or')}.")
    if step.on_error is OnError.CONTINUE and len(choices) > 1:
        yield hint(step, f"If this step fails, the run goes on by “{ways[choices[0]]}”.")
    if ERROR.id in ways and ERROR.id not in used:
        yield hint(step, "“If it fails” leads nowhere, so a failure here just ends this way.")


def _named(words: list[str], joiner: str) -> str:
    """All of a few; the first of many, and how many more there are."""
    if len(words) <= MAX_WAYS_NAMED:
        return listed(words, joiner)
    shown = words[: MAX_WAYS_NAMED - 1]
    return f"{', '.join(shown)} {joiner} {len(words) - len(shown)} more"


def error(step: Step, text: str) -> Problem:
    """Something that keeps the flow from being published, about the step as a whole."""
    return Problem(step.id, None, "error", text)


def hint(step: Step, text: str) -> Problem:
    """Something to know, about the step as a whole."""
    return Problem(step.id, None, "hint", text)
