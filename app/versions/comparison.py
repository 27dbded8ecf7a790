"""Two states of an agent side by side: what is different, and what reaches further."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion
from app.engine.diff import Difference, difference
from app.engine.diff_change import Change, Size, sentence
from app.engine.diff_text import marked_words, shortened
from app.engine.graph import Graph
from app.engine.problem import Known
from app.engine.reach_card import Touch, widened
from app.engine.reach_card_words import reach_changes
from app.engine.values import canonical
from app.nodes.catalogue import CATALOGUE
from app.versions.reach import names_in, reach_of

DRAFT = "draft"
_BESIDE_STEPS = {
    "system_message": "its instructions",
    "type": "what kind of agent it is",
    "config": "its settings",
    "capabilities": "what it says it can do",
    "command": "the command it answers to",
}


@dataclass(frozen=True, slots=True)
class Side:
    """The draft or a version: `word` names it in addresses, `spec` is all but its steps."""

    row: AgentVersion
    graph: Graph
    spec: Mapping[str, Any]

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.row.version_number is None

    @property
    def word(self) -> str:
        """`draft`, or the number of the version."""
        return DRAFT if self.is_draft else str(self.row.version_number)

    @property
    def name(self) -> str:
        """What it is called on screen."""
        return "Draft" if self.is_draft else self.row.version


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different in `after`; without `before` there was nothing to compare with.

    `reach` is what `after` can touch, `wider` the part of it that `before` could not.
    """

    before: Side | None
    after: Side
    difference: Difference
    reach: tuple[Touch, ...]
    wider: tuple[Touch, ...]


def compare(
    session: Session, agent: Agent, before: Side | None, after: Side, known: Known
) -> Comparison:
    """The two sides of an agent next to each other."""
    reach = reach_of(session, agent, after.graph, known)
    if before is None:
        return Comparison(None, after, Difference((), {}), reach, ())
    found = difference(before.graph, after.graph, CATALOGUE, known=known)
    earlier = reach_of(session, agent, before.graph, known)
    names = names_in(before.graph, after.graph)
    more = (*reach_changes(earlier, reach, names, known), *_beside_steps(before.spec, after.spec))
    return Comparison(before, after, found.with_more(more), reach, widened(earlier, reach))


def _beside_steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What is different about the agent that is not in any step."""
    for name, words in _BESIDE_STEPS.items():
        old, new = before.get(name) or "", after.get(name) or ""
        if old != new:
            texts = (one if isinstance(one, str) else canonical(one) for one in (old, new))
            told = sentence(f"Other words in {words}")
            yield Change(
                turn="changed", told=told, wording=shortened(marked_words(*texts)), size=Size.FIX
            )
