"""What became of each statement: it works, somebody should look, or it is to be done by hand."""

import ast
import enum
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from app.engine.redact import Redactor
from app.engine.words import short

MAX_ORIGINAL_CHARS = 140


class State(enum.StrEnum):
    """How far a statement has come."""

    READY = "ready"
    CHECK = "check"
    BY_HAND = "by_hand"

    @property
    def words(self) -> str:
        """What people read."""
        return {"ready": "Ready", "check": "To check", "by_hand": "By hand"}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement, the lines it stands on, and what became of it."""

    line: int
    last_line: int
    original: str
    state: State
    sentence: str

    @property
    def where(self) -> str:
        """The lines, in words."""
        several = self.last_line > self.line
        return f"Lines {self.line}–{self.last_line}" if several else f"Line {self.line}"


class Report:
    """The findings of one program, one for each statement; what is said twice is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], Finding] = {}
        self._written: dict[tuple[int, int], str] = {}
        self._redactor = Redactor()

    def written(self, at: ast.pattern, text: str) -> None:
        """Say how a part is written that is no statement and is reported as one."""
        self._written[(at.lineno, at.col_offset)] = text

    def add(self, node: ast.stmt, state: State, sentence: str, *, head_only: bool = False) -> None:
        """Say what became of a statement.

        `head_only` is for statements whose parts are reported on their own. Of two findings about
        one statement the graver state stays, with both sentences.
        """
        known = self._found.get((node.lineno, node.col_offset))
        if known is not None:
            state = max(known.state, state, key=list(State).index)
            if sentence in known.sentence:
                sentence = known.sentence
            else:
                sentence = f"{known.sentence} {sentence}"
        original = known.original if known is not None else self._original(node)
        last = _end_of_head(node) if head_only else (node.end_lineno or node.lineno)
        self._found[(node.lineno, node.col_offset)] = Finding(
            _first_line(node), last, original, state, sentence
        )

    def _original(self, node: ast.stmt) -> str:
        """The statement as one short line, without secrets."""
        try:
            lines = ast.unparse(_without_body(node)).splitlines()
        except (ValueError, RecursionError):
            return "…"
        line = next((one for one in lines if not one.startswith("@")), "…")
        line = self._written.get((node.lineno, node.col_offset), line)
        return short(self._redactor.text(line), MAX_ORIGINAL_CHARS)

    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order of the program."""
        return tuple(self._found[place] for place in sorted(self._found))


def grouped(findings: Iterable[Finding]) -> tuple[tuple[State, tuple[Finding, ...]], ...]:
    """The findings by state, the ones with work in them first; states with none are left out."""
    found = tuple(findings)
    groups = ((state, tuple(one for one in found if one.state is state)) for state in State)
    return tuple(one for one in reversed(tuple(groups)) if one[1])


def _without_body(node: ast.AST) -> ast.AST:
    """The head alone: what stands inside is long, and told on its own."""
    if not isinstance(getattr(node, "body", None), list):
        return node
    head = copy(node)
    for part in ("body", "orelse", "handlers", "finalbody"):
        if hasattr(head, part):
            setattr(head, part, [])
    head.body = [ast.Pass()]  # type: ignore[attr-defined]
    return head


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(int(one.lineno) for one in decorators)])


def _end_of_head(node: ast.stmt) -> int:
    body: list[ast.stmt] | None = getattr(node, "body", None)
    return max(node.lineno, body[0].lineno - 1) if body else (node.end_lineno or node.lineno)
