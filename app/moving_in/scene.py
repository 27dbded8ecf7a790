"""What is known at one place of the walk through a program."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.moving_in.agents_made import AgentMade, Rules
from app.moving_in.drawing import Drawing
from app.moving_in.meanings import Meaning, Names
from app.moving_in.report import Report, State
from app.moving_in.shapes import Known, Shape

LAST_REPLY = "the last reply"  # kept among the names, so that each way has its own


@dataclass(slots=True)
class Scene:
    """The program's declarations, the flow drawn so far, and what names mean here.

    `ran` are the variables of agents that ran.
    """

    report: Report
    title: str = ""
    agents: dict[str, AgentMade] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    contexts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rules: dict[str, Rules] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    inputs: Shape = field(default_factory=Shape)
    names: Names = field(default_factory=dict)
    drawing: Drawing = field(default_factory=Drawing)
    ran: set[str] = field(default_factory=set)
    state: str = ""  # the variable that holds the state of the workflow

    @property
    def last(self) -> Meaning | None:
        """What the model asked last on this way replied, as text."""
        return self.names.get(LAST_REPLY)

    @property
    def known(self) -> Known:
        """The classes read so far."""
        return Known(self.shapes, self.choices)

    def ready(self, node: ast.stmt, sentence: str, *, head_only: bool = False) -> None:
        """It works as it did."""
        self.report.add(node, State.READY, sentence, head_only=head_only)

    def check(self, node: ast.stmt, sentence: str, *, head_only: bool = False) -> None:
        """Something was made of it that somebody should look at."""
        self.report.add(node, State.CHECK, sentence, head_only=head_only)

    def by_hand(self, node: ast.stmt, sentence: str, *, head_only: bool = False) -> None:
        """Somebody has to do it."""
        self.report.add(node, State.BY_HAND, sentence, head_only=head_only)

    def made(
        self, node: ast.stmt, sentence: str, doubts: Iterable[str] = (), *, head_only: bool = False
    ) -> None:
        """A step came of it; with doubts somebody should look."""
        found = [one for one in doubts if one]
        state = State.CHECK if found else State.READY
        self.report.add(node, state, " ".join([sentence, *found]), head_only=head_only)
