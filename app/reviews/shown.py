"""All that the page of one review shows: what is different, where it stands, what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import AgentVersion, FlowGraph
from app.agents.outline import Card, Outline, outline
from app.agents.surroundings import known_to
from app.engine import check
from app.engine.problem import Known
from app.engine.reach_card_words import Line
from app.engine.states import RunMode
from app.nodes.catalogue import CATALOGUE
from app.reviews import commenting, people, thread
from app.reviews.models import ActKind, Review, ReviewAct, ReviewComment
from app.reviews.standing import Standing, standing_of
from app.reviews.thread import Answers
from app.runs.models import Run
from app.versions.company import ALONE, Company, company_of, known_in
from app.versions.comparison import Comparison, Side, compare
from app.versions.publication import version_side
from app.versions.reach import card_of
from app.workspaces.models import Member

MAX_REHEARSALS = 3
StepChoices: TypeAlias = Sequence[tuple[str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Talk:
    """A comment and the answers to it."""

    first: ReviewComment
    answers: Sequence[ReviewComment]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was said about one step, or about the whole. `card` is None when the step is gone."""

    step_id: str = ""
    name: str = ""
    card: Card | None = None
    mark: str = ""  # added, changed, removed
    talks: list[Talk] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One review for one person."""

    review: Review
    compared: Comparison
    outline: Outline
    reach: Sequence[Line]
    wider: Sequence[Line]
    acts: Sequence[ReviewAct]
    answers: Answers
    asked: Sequence[User]
    standing: Standing
    draft: AgentVersion
    company: Company
    whole: About
    steps: Sequence[About]
    rehearsals: Sequence[Run]
    why_no_answer: str
    may_comment: bool
    may_withdraw: bool

    @property
    def is_stale(self) -> bool:
        """Whether it is open, and what was asked about is not what would be published now."""
        return self.review.is_open and not (self.standing.is_same and self.standing.is_current)

    @property
    def round_words(self) -> str:
        """What the asker said in the round that is on."""
        said = [act.words for act in self.acts if act.kind is ActKind.ASKED]
        return said[-1] if said else ""

    @property
    def side(self) -> Side:
        """What was asked about."""
        return self.compared.after

    @property
    def choices(self) -> StepChoices:
        """The steps that a comment can be about."""
        return _choices(self.compared)


def shown(session: Session, review: Review, member: Member) -> Shown:
    """All of it, read for this person."""
    company = company_in(session, review)
    known = known_in(session, review.agent, company)
    draft = drafts.draft_of(session, review.agent)
    compared = compared_of(session, review, known, company)
    side = compared.after
    acts = thread.acts_of(session, review)
    listed = outline(side.graph, check.problems(side.graph, CATALOGUE, known=known))
    whole, steps = _talks(commenting.comments_of(session, review), compared, listed)
    return Shown(
        review=review,
        compared=compared,
        outline=listed,
        reach=card_of(compared.reach, side.graph, known),
        wider=card_of(compared.wider, side.graph, known),
        acts=acts,
        answers=thread.answers_in(review, acts),
        asked=people.asked(session, review),
        standing=standing_of(session, review.agent, draft.flow_graph.digest, member.user),
        draft=draft,
        company=company,
        whole=whole,
        steps=steps,
        rehearsals=_rehearsals(session, review),
        why_no_answer=people.why_no_answer(review, member),
        may_comment=people.may_comment(session, review, member),
        may_withdraw=people.may_withdraw(review, member),
    )


def step_choices(session: Session, review: Review) -> StepChoices:
    """The steps that a comment can be about."""
    return _choices(compared_of(session, review, known_to(session, review.agent)))


def compared_of(
    session: Session, review: Review, known: Known, company: Company = ALONE
) -> Comparison:
    """What was asked about, beside the version that it would replace."""
    before = version_side(review.replaces) if review.replaces else None
    side = side_of(session, review)
    return compare(session, review.agent, before, side, known, beside=company.flows)


def company_in(session: Session, review: Review) -> Company:
    """The agents that what was asked about runs, and that were never published."""
    if not review.is_open:
        return ALONE
    return company_of(session, review.agent, side_of(session, review).graph)


def side_of(session: Session, review: Review) -> Side:
    """What was asked about; the version that it became, once it is one."""
    if review.version:
        return version_side(review.version)
    draft = drafts.draft_of(session, review.agent)
    return Side(draft, review.flow_graph.graph, review.spec_json)


def _choices(compared: Comparison) -> StepChoices:
    """Groups of (id, name): the steps that changed, then all others."""
    marks = compared.difference.marks
    named = [(one.id, one.name) for one in compared.after.graph.order]
    if compared.before:
        gone = (one for one in compared.before.graph.order if marks.get(one.id) == "removed")
        named += [(one.id, f"{one.name} (removed)") for one in gone]
    groups = (
        ("Changed steps", [one for one in named if one[0] in marks]),
        ("Other steps" if marks else "Steps", [one for one in named if one[0] not in marks]),
    )
    return [(title, ones) for title, ones in groups if ones]


def _talks(
    comments: Sequence[ReviewComment], compared: Comparison, listed: Outline
) -> tuple[About, Sequence[About]]:
    """The comments by what they are about: the whole, then the steps in the order of the flow."""
    marks: Mapping[str, str] = compared.difference.marks
    order = [step.id for step in compared.after.graph.order]
    abouts: dict[str, About] = {"": About()}
    for first in (one for one in comments if one.answers_id is None):
        step_id = first.step_id or ""
        about = abouts.setdefault(
            step_id,
            About(
                step_id=step_id,
                name=first.step_name,
                card=listed.card(step_id),
                mark=marks.get(step_id, ""),
            ),
        )
        about.talks.append(Talk(first, [one for one in comments if one.answers_id == first.id]))
    whole = abouts.pop("")
    place = {step_id: number for number, step_id in enumerate(order)}
    return whole, sorted(abouts.values(), key=lambda one: place.get(one.step_id, len(place)))


def _rehearsals(session: Session, review: Review) -> Sequence[Run]:
    """The last rehearsals of exactly this flow, the newest first."""
    return session.scalars(
        select(Run)
        .join(
            FlowGraph,
            (FlowGraph.id == Run.flow_graph_id) & (FlowGraph.workspace_id == Run.workspace_id),
        )
        .options(joinedload(Run.starter))
        .where(
            Run.workspace_id == review.workspace_id,
            Run.agent_id == review.agent_id,
            Run.mode == RunMode.REHEARSAL,
            Run.only_node_id.is_(None),
            FlowGraph.digest == review.digest,
        )
        .order_by(Run.id.desc())
        .limit(MAX_REHEARSALS)
    ).all()
