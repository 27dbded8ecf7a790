"""The flow as a numbered list: what the outline shows of each step and where it leads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from app.engine.check import Problem, ways_out
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.engine.step_type import StepType
from app.nodes.catalogue import CATALOGUE

UNKNOWN = "A kind of step that is not known here"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One step of the list. `number` counts in reading order; inside step 5 it is `5.1`.

    `inside` are the cards of the steps in a loop. A kind of step that is not known here has no
    ways out.
    """

    step: Step
    number: str
    title: str
    icon: str
    is_start: bool
    is_loop: bool
    ways_out: tuple[WayOut, ...]
    problems: tuple[Problem, ...]
    inside: tuple["Card", ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps this step from working."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def is_frame(self) -> bool:
        """Whether it is drawn with steps inside, or with room for them."""
        return self.is_loop or bool(self.inside)

    @property
    def all_inside(self) -> int:
        """How many steps are inside, at any depth."""
        return sum(1 + card.all_inside for card in self.inside)

    def walk(self) -> Iterator["Card"]:
        """This card and those inside, in reading order."""
        return chain((self,), *(card.walk() for card in self.inside))


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole list, with what is wrong anywhere.

    `starts` come first, then `rest`; `cards` are all of them, those inside loops too, by id.
    """

    graph: Graph
    starts: tuple[Card, ...]
    rest: tuple[Card, ...]
    problems: tuple[Problem, ...]
    by_id: Mapping[str, Card]

    @property
    def top(self) -> tuple[Card, ...]:
        """The cards that are inside nothing, in the order of the list."""
        return (*self.starts, *self.rest)

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every card, in the order of the list."""
        return tuple(self.by_id.values())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the agent from being published."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def card(self, step_id: str) -> Card | None:
        """The card of this step, None when the step is not in the flow."""
        return self.by_id.get(step_id)

    def loop_of(self, card: Card) -> Card | None:
        """The card around this one."""
        return self.by_id.get(card.step.parent or "")


def outline(graph: Graph, problems: Sequence[Problem]) -> Outline:
    """The list for this graph and what the check found in it: starts first."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.step_id or "", []).append(problem)
    top = [step for step in graph.order if step.parent is None]
    starts = [step for step in top if _is_start(step)]
    rest = [step for step in top if not _is_start(step)]
    cards = [
        _card(graph, step, str(number), found)
        for number, step in enumerate((*starts, *rest), start=1)
    ]
    everything = chain.from_iterable(card.walk() for card in cards)
    return Outline(
        graph,
        tuple(cards[: len(starts)]),
        tuple(cards[len(starts) :]),
        tuple(problems),
        {card.step.id: card for card in everything},
    )


def lone_card(graph: Graph, step: Step, problems: Sequence[Problem]) -> Card:
    """The card of one step by itself: without its number and what is inside."""
    step_type = CATALOGUE.get(step.type)
    return Card(
        step=step,
        number="",
        title=step_type.title if step_type else UNKNOWN,
        icon=step_type.icon if step_type else "circle-help",
        is_start=_is_start(step),
        is_loop=step_type is not None and step_type.is_loop,
        ways_out=_ways_out(graph, step, step_type) if step_type else (),
        problems=tuple(problems),
    )


def _card(graph: Graph, step: Step, number: str, problems: Mapping[str, Sequence[Problem]]) -> Card:
    return replace(
        lone_card(graph, step, problems.get(step.id, ())),
        number=number,
        inside=tuple(
            _card(graph, one, f"{number}.{place}", problems)
            for place, one in enumerate(graph.inside(step.id), start=1)
        ),
    )


def _is_start(step: Step) -> bool:
    return step.type in CATALOGUE and CATALOGUE[step.type].is_start


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
