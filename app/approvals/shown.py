"""One question as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Field

from app.accounts.models import User
from app.approvals import people
from app.approvals.answering import wait_of
from app.approvals.forms import AnswerForm, answer_form, place_key
from app.approvals.models import Approval
from app.approvals.question import Question, ways_on
from app.engine.values import Json
from app.lib.cipher import CannotOpen
from app.nodes.proposal import Proposed
from app.runs import waits
from app.runs.models import RunNode
from app.vault.keys import Keyring
from app.workspaces.models import Member


@dataclass(frozen=True, slots=True)
class Line:
    """One proposed value, with its field where it may be changed."""

    proposed: Proposed
    field: Field | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A question, what is known of it, and what this person may do about it.

    `question` and `form` are None when it is closed, or cannot be opened. `output` is what the
    step made of the answer, in the copy for people.
    """

    approval: Approval
    question: Question | None
    form: AnswerForm | None
    may_answer: bool
    answerers: Sequence[Member]
    candidates: Sequence[Member]
    ways: Sequence[tuple[str, Sequence[str]]]
    output: Json

    @property
    def lines(self) -> list[Line]:
        """The proposed values in their order."""
        if self.question is None:
            return []
        return [
            Line(one, self.form.field_of(place_key(place)) if self.form else None)
            for place, one in enumerate(self.question.values)
        ]

    @property
    def fields(self) -> list[Field]:
        """The fields of a form's questions."""
        if self.question is None or self.form is None:
            return []
        found = (self.form.field_of(one.key) for one in self.question.questions)
        return [field for field in found if field is not None]

    @property
    def approve_way(self) -> Sequence[str]:
        """The names of the steps that come next after a yes."""
        return next((steps for way, steps in self.ways if way in ("approved", "out")), ())


def shown(session: Session, keyring: Keyring, approval: Approval, *, to: User) -> Shown:
    """Read what the page of this question shows to this person."""
    question = _question(session, keyring, approval) if approval.is_open else None
    candidates = people.candidates(session, approval) if question else ()
    answerers = people.among(candidates, approval)
    may_answer = any(one.user_id == to.id for one in answerers)
    may_assign = any(one.user_id == to.id for one in candidates)
    form = answer_form(question, argument_hash=approval.argument_hash) if question else None
    graph = approval.run.flow_graph.graph
    return Shown(
        approval=approval,
        question=question,
        form=form,
        may_answer=may_answer,
        answerers=answerers,
        candidates=[one for one in candidates if one.user_id != to.id] if may_assign else (),
        ways=ways_on(graph, approval.node_id, question) if question else (),
        output=None if approval.is_open else _output(session, approval),
    )


def _question(session: Session, keyring: Keyring, approval: Approval) -> Question | None:
    wait = wait_of(session, approval)
    if wait is None:
        return None
    try:
        return Question.of(waits.detail_of(keyring, wait))
    except CannotOpen:
        return None


def _output(session: Session, approval: Approval) -> Json:
    """What the run keeps of the answer; another round of the same step may have overwritten it."""
    output: Json = session.scalar(
        select(RunNode.output).where(
            RunNode.workspace_id == approval.workspace_id,
            RunNode.run_id == approval.run_id,
            RunNode.node_id == approval.node_id,
            RunNode.iteration == approval.iteration,
        )
    )
    return output if isinstance(output, dict) else None
