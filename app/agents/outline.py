"""The flow as a numbered list: what the outline shows of each step and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.check import Problem, ways_out
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.engine.step_type import StepType
from app.nodes.catalogue import CATALOGUE


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way out of a step: its label and where it leads."""

    port: str
    label: str
    is_only: bool
    is_error: bool
    targets: tuple[Step, ...]

    @property
    def target(self) -> Step | None:
        """The first step it leads to, None when the run ends here."""
        return self.targets[0] if self.targets else None


@dataclass(frozen=True, slots=True)
class Card:
    """One step of the list. `number` counts from 1 in reading order.

    A kind of step that is not known here has no ways out.
    """

    step: Step
    number: int
    title: str
    icon: str
    is_start: bool
    ways_out: tuple[WayOut, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps this step from working."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole list, with what is wrong anywhere."""

    graph: Graph
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the agent from being published."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def card(self, step_id: str) -> Card | None:
        """The card of this step, None when the step is not in the flow."""
        return next((card for card in self.cards if card.step.id == step_id), None)


def outline(graph: Graph, problems: Sequence[Problem]) -> Outline:
    """The list for this graph and what the check found in it."""
    cards = tuple(
        _card(graph, step, number, problems) for number, step in enumerate(graph.order, start=1)
    )
    return Outline(graph, cards, tuple(problems))


def _card(graph: Graph, step: Step, number: int, problems: Sequence[Problem]) -> Card:
    step_type = CATALOGUE.get(step.type)
    return Card(
        step=step,
        number=number,
        title=step_type.title if step_type else "A kind of step that is not known here",
        icon=step_type.icon if step_type else "circle-help",
        is_start=step_type is not None and step_type.is_start,
        ways_out=_ways_out(graph, step, step_type) if step_type else (),
        problems=tuple(problem for problem in problems if problem.step_id == step.id),
    )


def _ways_out(graph: Graph, step: Step, step_type: StepType) -> tuple[WayOut, ...]:
    ports = ways_out(step, step_type)
    return tuple(
        WayOut(
            port=port,
            label=label,
            is_only=len(ports) == 1,
            is_error=port == ERROR.id,
            targets=tuple(graph.step(link.target) for link in graph.links_from(step.id, port)),
        )
        for port, label in ports
    )
