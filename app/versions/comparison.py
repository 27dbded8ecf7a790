"""Two states of an agent side by side: what is different, and what reaches further."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion
from app.engine.diff import Difference, difference
from app.engine.graph import Graph
from app.engine.problem import Known
from app.engine.reach_card import Touch, widened
from app.engine.reach_card_words import reach_changes
from app.nodes.catalogue import CATALOGUE
from app.versions.beside_steps import beside_steps
from app.versions.reach import NOBODY, names_in, reach_of

DRAFT = "draft"


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
    session: Session,
    agent: Agent,
    before: Side | None,
    after: Side,
    known: Known,
    *,
    beside: Mapping[str, Graph] = NOBODY,
) -> Comparison:
    """The two sides of an agent next to each other.

    `beside` are flows of agents that are published together with it, by their id.
    """
    reach = reach_of(session, agent, after.graph, known, spec=after.spec, beside=beside)
    if before is None:
        return Comparison(None, after, Difference((), {}), reach, ())
    found = difference(before.graph, after.graph, CATALOGUE, known=known)
    earlier = reach_of(session, agent, before.graph, known, spec=before.spec)
    names = names_in(before.graph, after.graph)
    more = (
        *reach_changes(earlier, reach, names, known),
        *beside_steps(before.spec, after.spec, known),
    )
    return Comparison(before, after, found.with_more(more), reach, widened(earlier, reach))
