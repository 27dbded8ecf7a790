"""The flow as a numbered list: what the outline shows of each step and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.check import Problem, ways_out
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.nodes.catalogue import CATALOGUE

# Beyond this many steps a card names where it leads; choosing is done in its panel, because a
# list of all steps on every card would make the page grow with the square of the steps.
MAX_STEPS_WITH_CHOICES = 60


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way out of a step: its label, where it leads, and where else it could lead."""

    port: str
    label: str
    is_only: bool
    is_error: bool
    targets: tuple[Step, ...]
    choices: tuple[Step, ...]

    @property
    def target(self) -> Step | None:
        """The first step it leads to, None when the run ends here."""
        return self.targets[0] if self.targets else None


@dataclass(frozen=True, slots=True)
class Card:
    """One step of the list. `number` counts from 1 in reading order."""

    step: Step
    number: int
    title: str
    icon: str
    is_start: bool
    is_first: bool
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

    @property
    def has_choices(self) -> bool:
        """Whether the cards themselves offer where to go."""
        return len(self.cards) <= MAX_STEPS_WITH_CHOICES

    def card(self, step_id: str) -> Card | None:
        """The card of this step, None when the step is not in the flow."""
        return next((card for card in self.cards if card.step.id == step_id), None)

    def open_end(self) -> tuple[str, str] | None:
        """The last way out in reading order that leads nowhere: (step id, port)."""
        for card in reversed(self.cards):
            for way in reversed(card.ways_out):
                if not way.targets and not way.is_error:
                    return card.step.id, way.port
        return None


def outline(graph: Graph, problems: Sequence[Problem]) -> Outline:
    """The list for this graph and what the check found in it."""
    cards = tuple(
        _card(graph, step, number, problems) for number, step in enumerate(graph.order, start=1)
    )
    return Outline(graph, cards, tuple(problems))


def ways_on(graph: Graph, step: Step, *, with_choices: bool = True) -> tuple[WayOut, ...]:
    """The ways out of one step, empty for a kind of step that is not known here."""
    step_type = CATALOGUE.get(step.type)
    if step_type is None:
        return ()
    ports = ways_out(step, step_type)
    choices = _choices(graph, step) if with_choices else ()
    return tuple(
        WayOut(
            port=port,
            label=label,
            is_only=len(ports) == 1,
            is_error=port == ERROR.id,
            targets=tuple(graph.step(link.target) for link in graph.links_from(step.id, port)),
            choices=choices,
        )
        for port, label in ports
    )


def _card(graph: Graph, step: Step, number: int, problems: Sequence[Problem]) -> Card:
    step_type = CATALOGUE.get(step.type)
    return Card(
        step=step,
        number=number,
        title=step_type.title if step_type else "A kind of step that is not known here",
        icon=step_type.icon if step_type else "circle-help",
        is_start=step_type is not None and step_type.is_start,
        is_first=number == 1,
        ways_out=ways_on(graph, step, with_choices=len(graph.steps) <= MAX_STEPS_WITH_CHOICES),
        problems=tuple(problem for problem in problems if problem.step_id == step.id),
    )


def _choices(graph: Graph, step: Step) -> tuple[Step, ...]:
    """Steps that may come next: beside this one, not before it, and no start."""
    before = graph.before(step.id)
    return tuple(
        one
        for one in graph.order
        if one.id != step.id
        and one.id not in before
        and one.parent == step.parent
        and not (one.type in CATALOGUE and CATALOGUE[one.type].is_start)
    )
