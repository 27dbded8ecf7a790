"""The page of an agent's versions: all of them at the side, one of them beside another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Response, request

from app.agents.models import Agent
from app.agents.outline import Outline, outline
from app.agents.scope import person
from app.engine import check
from app.engine.describe import touching
from app.engine.problem import Known
from app.engine.reach_card_words import Line
from app.nodes.catalogue import CATALOGUE
from app.versions import description, directory, ports, publication, together
from app.versions.company import Company, company_of, known_in
from app.versions.comparison import Comparison, Side, compare
from app.versions.forms import PublicationForm
from app.versions.reach import card_of
from app.versions.sides import draft_here, other_here
from app.versions.written import Block, blocks
from app.web.pages import page
from app.web.transactions import session


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands at the right: one side beside another, and all that is told about it."""

    compared: Comparison
    outline: Outline
    reach: Sequence[Line]
    wider: Sequence[Line]
    words: Sequence[Block]
    is_own_words: bool

    @property
    def side(self) -> Side:
        """The draft or the version that was chosen."""
        return self.compared.after


def history_page(
    agent: Agent,
    chosen: Side | None = None,
    *,
    status: int = 200,
    form: PublicationForm | None = None,
    ticked: Collection[str] = (),
    refusal: str = "",
    has_moved: bool = False,
) -> Response:
    """The page with the draft chosen, or one of the versions."""
    draft = chosen if chosen and chosen.is_draft else draft_here(agent)
    company = company_of(session(), agent, draft.graph)
    known = known_in(session(), agent, company)
    shown = _shown(agent, chosen or draft, known, company)
    ahead = shown.compared
    if not shown.side.is_draft or "with" in request.args:
        ahead = publication.compared_draft(session(), agent, draft.row, known, company)
    found = directory.list_page(session(), agent, older_than=_number("older_than"))
    beside = [] if shown.side.is_draft else [shown.side.row]
    return page(
        "versions/index.html",
        status,
        agent=agent,
        found=found,
        approvals=ports.approvals(session(), [*found.versions, *beside]),
        standing=ports.standing(session(), agent, draft.row.flow_graph.digest, person()),
        draft=draft,
        ahead=ahead,
        beside=together.parts_of(session(), company, person()),
        shown=shown,
        is_news=publication.is_news(agent, draft.graph),
        revision=draft.row.flow_graph.revision,
        proposed=publication.proposed(agent, ahead),
        form=form or PublicationForm(formdata=None),
        ticked=ticked,
        refusal=refusal,
        has_moved=has_moved,
    )


def _shown(agent: Agent, side: Side, known: Known, company: Company) -> Shown:
    before = other_here(agent, side)
    compared = compare(session(), agent, before, side, known, beside=company.flows)
    problems = check.problems(side.graph, CATALOGUE, known=known) if side.is_draft else ()
    text = description.text_of(agent, side, known, reach=compared.reach)
    text = text.replace(touching(compared.reach), "")  # stands in a card of its own beside
    return Shown(
        compared,
        outline(side.graph, problems),
        card_of(compared.reach, side.graph, known),
        card_of(compared.wider, side.graph, known),
        blocks(text),
        bool(side.row.spec_markdown) and side.is_draft,
    )


def _number(name: str) -> int | None:
    return request.args.get(name, type=int)
