"""Values that a step can use: what earlier steps give, as `{{ … }}` words to copy into a field."""

from dataclasses import dataclass

from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE


@dataclass(frozen=True, slots=True)
class Insertable:
    """One value: what to write into a field, and what it is in words."""

    name: str
    written: str
    words: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: an earlier step, or the run itself."""

    name: str
    values: tuple[Insertable, ...]


def sources_for(graph: Graph, step: Step) -> tuple[Source, ...]:
    """Everything this step can use, nearest to the start first, the run's own values last."""
    before = graph.before(step.id)
    earlier = (one for one in graph.order if one.id in before)
    return (*(source for one in earlier if (source := _of_step(one))), _OF_THE_RUN)


def _of_step(step: Step) -> Source | None:
    step_type = CATALOGUE.get(step.type)
    if step_type is None:
        return None
    root = "trigger" if step_type.is_start else f"steps.{step.key}"
    offered = step_type.offers(step.fields)
    if offered is None:
        return Source(step.name, (_value("the whole result", root, "Whatever this step gives"),))
    values = tuple(_value(name, f"{root}.{name}", words) for name, words in offered.items())
    return Source(step.name, values) if values else None


def _value(name: str, path: str, words: str) -> Insertable:
    return Insertable(name, "{{ " + path + " }}", words)


_OF_THE_RUN = Source(
    "This run",
    (
        _value("now", "now", "Date and time"),
        _value("id", "run.id", "The run's own number"),
    ),
)
