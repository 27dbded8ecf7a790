"""Answering a question: once, by somebody who may, and only to exactly what was asked."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.approvals import people
from app.approvals.asking import notice_key
from app.approvals.models import MAX_COMMENT_CHARS, Approval, ApprovalStatus
from app.approvals.question import Question
from app.audit import trail
from app.engine.values import Json
from app.lib import clock
from app.nodes.proposal import changed_names
from app.notices.settling import settle
from app.runs import waits
from app.runs.models import Run, RunWait
from app.vault.keys import Keyring
from app.workspaces.models import Member


class Verdict(enum.StrEnum):
    """What a person says. ANSWER goes with forms, the others with approvals."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CHANGE = "change"
    ANSWER = "answer"


_BECOMES = {
    Verdict.APPROVE: ApprovalStatus.APPROVED,
    Verdict.REFUSE: ApprovalStatus.REFUSED,
    Verdict.CHANGE: ApprovalStatus.SENT_BACK,
    Verdict.ANSWER: ApprovalStatus.ANSWERED,
}


class AnswerRefused(Exception):
    """This answer does not count; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer: `values` are the proposed values by name, or a form's answers by key."""

    verdict: Verdict
    values: Mapping[str, Json]
    comment: str = ""
    argument_hash: str


def answer(
    session: Session, keyring: Keyring, approval: Approval, *, by: User, given: Given
) -> bool:
    """Answer, inside a write transaction; ring after it. False: somebody else was first.

    Raises AnswerRefused when this person may not answer, when it is too late, and when something
    else is asked by now than what the person has seen.
    """
    _hold(session, approval)
    if approval.status is not ApprovalStatus.OPEN:
        return False
    _check(session, approval, by, given)
    wait = wait_of(session, approval)
    if wait is None or wait.reply is not None:
        return False
    question = Question.of(waits.detail_of(keyring, wait))
    if given.verdict not in verdicts(question):
        raise AnswerRefused("This question takes other answers.")
    if not _hand_in(session, keyring, approval, question, by, given):
        return False
    _close(session, approval, question, by, given)
    return True


def verdicts(question: Question) -> tuple[Verdict, ...]:
    """The answers that a question takes."""
    if question.is_form:
        return (Verdict.ANSWER,)
    may_change = (Verdict.CHANGE,) if question.may_send_back else ()
    return (Verdict.APPROVE, Verdict.REFUSE, *may_change)


def assign(session: Session, approval: Approval, *, to: Member, by: User) -> None:
    """Give the question to one person; they are told by mail. Raises AnswerRefused."""
    _hold(session, approval)
    if not approval.is_open:
        raise AnswerRefused("This question is not open any more.")
    if not people.may_assign(session, approval, by):
        raise AnswerRefused("This question waits for somebody else.")
    if to.user_id not in {one.user_id for one in people.candidates(session, approval)}:
        raise AnswerRefused(f"{to.user.name} may not answer this question.")
    approval.assigned_to = to.user_id
    if to.user_id != by.id:
        approval.tell_at, approval.told = clock.now(), 0
    _record(session, "approval_assigned", approval, by, {"to": to.user.email})


def wait_of(session: Session, approval: Approval) -> RunWait | None:
    """The wait of the run that the question belongs to, while there is one."""
    return session.scalars(
        select(RunWait).where(
            RunWait.workspace_id == approval.workspace_id,
            RunWait.run_id == approval.run_id,
            RunWait.node_id == approval.node_id,
            RunWait.iteration == approval.iteration,
        )
    ).one_or_none()


def _hold(session: Session, approval: Approval) -> None:
    """Decide on what is true now. The run comes first, as it does where runs are recorded."""
    session.execute(select(Run.id).where(Run.id == approval.run_id).with_for_update())
    session.refresh(approval, with_for_update=True)


def _check(session: Session, approval: Approval, by: User, given: Given) -> None:
    if approval.is_late:
        raise AnswerRefused("The time for this answer is over.")
    if not people.may_answer(session, approval, by):
        raise AnswerRefused("This question waits for somebody else.")
    if given.argument_hash != approval.argument_hash:
        raise AnswerRefused("Something else is asked by now. Look at it again before you answer.")
    if given.verdict is Verdict.CHANGE and not given.comment.strip():
        raise AnswerRefused("Say what should change.")


def _hand_in(
    session: Session,
    keyring: Keyring,
    approval: Approval,
    question: Question,
    by: User,
    given: Given,
) -> bool:
    kind = "answers" if question.is_form else "values"
    return waits.reply(
        session,
        keyring,
        run_id=approval.run_id,
        node_id=approval.node_id,
        iteration=approval.iteration,
        value={
            "verdict": given.verdict.value,
            kind: dict(given.values),
            "comment": _comment(given),
            "by": by.name,
            "at": clock.now().isoformat(),
        },
        by=by,
    )


def _close(
    session: Session, approval: Approval, question: Question, by: User, given: Given
) -> None:
    changed = changed_names(question.values, given.values) if question.may_change else []
    approval.status = _BECOMES[given.verdict]
    approval.answered_by, approval.ended_at = by.id, clock.now()
    approval.comment, approval.tell_at = _comment(given), None
    approval.changes = len(changed)
    settle(session, workspace_id=approval.workspace_id, keys=[notice_key(approval.id)])
    details: dict[str, trail.Detail] = {"verdict": given.verdict.value, "changed": changed}
    _record(session, "approval_answered", approval, by, details)


def _comment(given: Given) -> str:
    return given.comment.strip()[:MAX_COMMENT_CHARS]


def _record(
    session: Session,
    action: str,
    approval: Approval,
    by: User,
    details: dict[str, trail.Detail],
) -> None:
    trail.record(
        session,
        action,
        workspace_id=approval.workspace_id,
        actor_id=by.id,
        subject=approval.title,
        details={**details, "run": str(approval.run_id), "asked": approval.argument_hash},
    )
