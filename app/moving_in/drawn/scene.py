"""What is known at one place of the walk through a program."""

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.engine.graph import Graph
from app.moving_in.declared.agents import AgentMade
from app.moving_in.declared.guardrails import Rules
from app.moving_in.declared.kinds_of_tools import ToolRead
from app.moving_in.declared.shapes import Known, Shape
from app.moving_in.drawn.drawing import Drawing, Way
from app.moving_in.meanings.kinds import Meaning, Names
from app.moving_in.report import Report, State

RESULT = "the result"  # what a function gives that was called; no Python name has spaces
LAST_REPLY = "the last reply"  # kept among the names, so that each way has its own
REFERENCE = "moved-in:"  # before the name of an agent that is made together with the flow


@dataclass(frozen=True, slots=True)
class Helper:
    """An agent that is made beside the flow, because a tool of it needs one."""

    ref: str
    name: str
    about: str
    graph: Graph


@dataclass(slots=True)
class Told:
    """A tool that the program keeps under a name, and whether an agent has it."""

    node: ast.stmt
    tool: ToolRead
    is_used: bool = False


@dataclass(slots=True)
class Loop:
    """A loop that is being walked: its own statements, what adds up over its items, and what
    each item adds to a list, by the list's name."""

    body: Sequence[ast.stmt] = ()
    carried: frozenset[str] = frozenset()
    lists: dict[str, Meaning] = field(default_factory=dict)


@dataclass(slots=True)
class Frame:
    """A function that is being walked: where each name is read last, and how it ended so far.

    `ends` are the ways on which it has returned, with what names mean there; None for the
    workflow itself, whose ways end with an answer. `loops` are those that are being walked.
    """

    name: str = ""
    reads: dict[str, int] = field(default_factory=dict)
    ends: list[tuple[tuple[Way, ...], Names]] | None = None
    parent: str | None = None  # the loop it is called in
    loops: list["Loop"] = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    """The program's declarations, the flow drawn so far, and what names mean here.

    `walk` goes through statements. `frames` are the functions that are being walked, outermost
    first, `running` says of functions whether they run agents, `calls` and `walked` count calls of
    functions and statements. `ran` are the variables of agents that ran, `placed` functions whose
    steps stand where they are called, `head` the statements around the workflow by the names they
    give. `own` are functions that are no tools, `in_code` what code of tools and steps holds,
    `instructing` functions that give instructions, `aliases` other names of agents.
    """

    report: Report
    walk: "Walk"
    frames: list[Frame] = field(default_factory=lambda: [Frame()])
    running: dict[ast.stmt, bool] = field(default_factory=dict)
    calls: int = 0
    walked: int = 0
    title: str = ""
    agents: dict[str, AgentMade] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    contexts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rules: dict[str, Rules] = field(default_factory=dict)
    tools: dict[str, Told] = field(default_factory=dict)
    helpers: dict[str, Helper] = field(default_factory=dict)
    making: set[str] = field(default_factory=set)
    own: list[ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=list)
    in_code: set[str] = field(default_factory=set)
    head: dict[str, ast.stmt] = field(default_factory=dict)
    head_names: Names = field(default_factory=dict)
    inputs: Shape = field(default_factory=Shape)
    names: Names = field(default_factory=dict)
    drawing: Drawing = field(default_factory=Drawing)
    ran: set[str] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)
    settings: dict[str, ast.expr] = field(default_factory=dict)
    instructing: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    state: str = ""  # the variable that holds the state of the workflow

    @property
    def last(self) -> Meaning | None:
        """What the model asked last on this way replied, as text."""
        return self.names.get(LAST_REPLY)

    @property
    def frame(self) -> Frame:
        """The function that is being walked."""
        return self.frames[-1]

    def is_read(self, name: str, behind: int) -> bool:
        """Whether a name counts behind this line; words in braces read the state, too."""
        return name in (RESULT, self.state) or self.frame.reads.get(name, 0) > behind

    @property
    def known(self) -> Known:
        """The classes read so far."""
        return Known(self.shapes, self.choices)

    def helped(self, key: str, name: str, about: str, graph: Graph) -> Helper:
        """Keep an agent that is made beside the flow; those it needs itself come before it."""
        helper = Helper(f"{REFERENCE}{len(self.helpers) + 1}", name, about, graph)
        self.helpers[key] = helper
        return helper

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


Walk: TypeAlias = Callable[[Scene, Sequence[ast.stmt]], None]
