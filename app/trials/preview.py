"""What a step would be given now: its settings filled in as the engine will fill them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.errors import StepFailed
from app.engine.given import Settings
from app.engine.graph import Graph, Step
from app.engine.states import Effect
from app.engine.step_type import LoopType, StepType
from app.engine.values import Json
from app.lib import clock
from app.nodes.catalogue import CATALOGUE


@dataclass(frozen=True, slots=True)
class Preview:
    """The settings with every value in its place, or the sentence why that cannot be done."""

    given: Mapping[str, Json] | None
    writes: bool
    sentence: str = ""


def may_write(step: Step) -> bool:
    """Whether steps of this kind can change something outside."""
    kind = CATALOGUE.get(step.type)
    return kind is not None and kind.effect is Effect.WRITE


def preview(
    graph: Graph,
    step: Step,
    *,
    outputs: Mapping[str, Json],
    trigger: Json,
    variables: Mapping[str, Json],
) -> Preview:
    """What the step would be given. `outputs` are the values of other steps by step id."""
    kind = CATALOGUE.get(step.type)
    if kind is None:
        return Preview(None, False, "This kind of step is not known here.")
    roots = roots_of(graph, outputs=outputs, trigger=trigger, variables=variables)
    try:
        enter_loops(graph, step, roots)
        given = Settings(kind.fields, step.fields).fill(roots)
        return Preview(given, _writes(kind, given))
    except StepFailed as failed:
        return Preview(None, may_write(step), failed.sentence)


def roots_of(
    graph: Graph, *, outputs: Mapping[str, Json], trigger: Json, variables: Mapping[str, Json]
) -> dict[str, Any]:
    """What references begin with, outside loops. `outputs` are by step id."""
    return {
        "trigger": trigger,
        "steps": {one.key: outputs[one.id] for one in graph.steps if one.id in outputs},
        "vars": dict(variables),
        "run": {"id": "try", "mode": "live", "started_at": clock.now().isoformat()},
        "now": clock.now().isoformat(timespec="seconds"),
    }


def enter_loops(graph: Graph, step: Step, roots: dict[str, Any]) -> None:
    """Inside loops a step sees the first item of each; raises StepFailed where there is no list."""
    loop = graph.find(step.parent or "")
    if loop is None:
        return
    enter_loops(graph, loop, roots)
    kind = CATALOGUE.get(loop.type)
    if isinstance(kind, LoopType):
        items = kind.items(Settings(kind.fields, loop.fields).fill(roots))
        roots["item"], roots["index"] = (items[0] if items else None), 0


def _writes(kind: StepType, given: Mapping[str, Json]) -> bool:
    return kind.effect is not Effect.NONE and kind.effect_of(given) is Effect.WRITE
