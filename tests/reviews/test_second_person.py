"""Where publishing needs a second person, nobody gets past it, whichever way they come."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.engine.errors import EditRefused
from app.reviews import answering, rule
from app.workspaces import membership
from app.workspaces.roles import Role
from tests.cast import Cast
from tests.databases import on_both
from tests.reviews.conftest import Answer, Ask, Change, MemberOf, Publish, rename


@on_both
def test_nobody_publishes_alone(
    session: Session,
    changed: None,
    second_person: None,
    publish: Publish,
    ask: Ask,
    answer: Answer,
    cast: Cast,
) -> None:
    with pytest.raises(EditRefused, match="Ask a colleague to look at this draft first"):
        publish()
    ask(cast.ben)
    with pytest.raises(EditRefused, match="Nobody has approved this draft yet"):
        publish()
    answer(cast.ben)
    with pytest.raises(EditRefused, match="You approved this draft yourself"):
        publish(by=cast.ben)
    version = publish()
    assert answering.approvals_of(session, [version]) == {version.id: "Ben"}
    event = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.action == "agent_published")
        .order_by(AuditEvent.position.desc())
    ).first()
    assert event is not None
    assert event.details["approved_by"] == ["Ben"]


@on_both
def test_an_approval_is_of_exactly_one_draft(
    changed: None,
    second_person: None,
    publish: Publish,
    change: Change,
    ask: Ask,
    answer: Answer,
    cast: Cast,
) -> None:
    ask(cast.ben)
    answer(cast.ben)
    change(rename("Hello"))
    with pytest.raises(EditRefused, match="The draft has changed since it was asked about"):
        publish()
    change(rename("Welcome"))  # back to what Ben has seen
    assert publish().version == "1.0.1"


def test_what_is_beside_the_steps_counts_too(
    session: Session,
    agent: Agent,
    changed: None,
    second_person: None,
    publish: Publish,
    ask: Ask,
    answer: Answer,
    cast: Cast,
) -> None:
    ask(cast.ben)
    answer(cast.ben)
    with database.writing(session):
        agent.system_message = "Be rude."
    with pytest.raises(EditRefused, match="has changed since"):
        publish()


def test_changes_that_are_asked_for_take_the_approval_back(
    changed: None, second_person: None, publish: Publish, ask: Ask, answer: Answer, cast: Cast
) -> None:
    ask(cast.ben)
    answer(cast.ben)
    answer(cast.ben, approve=False, words="The greeting is too long.")
    with pytest.raises(EditRefused, match="Ben asked for changes"):
        publish()


@pytest.mark.parametrize("how", ["leaves", "looks only", "is blocked"])
def test_who_approved_must_still_be_one_who_may_publish(
    session: Session,
    changed: None,
    second_person: None,
    publish: Publish,
    ask: Ask,
    answer: Answer,
    cast: Cast,
    member_of: MemberOf,
    how: str,
) -> None:
    ask(cast.ben)
    answer(cast.ben)
    owner, ben = member_of(cast.ada), member_of(cast.ben)
    session.rollback()
    with database.writing(session):
        if how == "leaves":
            membership.remove(session, ben, by=owner)
        elif how == "looks only":
            membership.change_role(session, ben, to=Role.VIEWER, by=owner)
        else:
            ben.user.blocked_for = ["too many mails"]
    with pytest.raises(EditRefused, match="Ben approved it, but may not publish here any more"):
        publish()


def test_an_earlier_version_that_comes_back_needs_a_look_again(
    session: Session,
    agent: Agent,
    changed: None,
    second_person: None,
    publish: Publish,
    ask: Ask,
    answer: Answer,
    cast: Cast,
    revision: Callable[[], int],
) -> None:
    first = agent.active_version
    assert first is not None
    ask(cast.ben)
    answer(cast.ben)
    publish()
    now = revision()
    with database.writing(session):
        drafts.bring_back(session, agent, version=first, by=cast.ada, expected_revision=now)
    with pytest.raises(EditRefused, match="Ask a colleague"):
        publish()


def test_the_version_that_is_replaced_is_part_of_what_was_approved(
    session: Session,
    changed: None,
    publish: Publish,
    change: Change,
    ask: Ask,
    answer: Answer,
    cast: Cast,
    member_of: MemberOf,
) -> None:
    """Without the setting somebody publishes another draft meanwhile, then it is switched on."""
    ask(cast.ben)
    answer(cast.ben)
    change(rename("Hello"))
    publish()
    change(rename("Welcome"))
    owner = member_of(cast.ada)
    session.rollback()
    with database.writing(session):
        rule.switch(session, cast.harbour, on=True, by=owner)
    with pytest.raises(EditRefused, match="Another version was published since"):
        publish()


def test_without_the_setting_whoever_builds_publishes(changed: None, publish: Publish) -> None:
    assert publish().version == "1.0.1"


def test_the_setting_is_not_switched_on_where_nobody_could_publish(
    session: Session, cast: Cast, member_of: MemberOf
) -> None:
    owner, ben = member_of(cast.ada), member_of(cast.ben)
    session.rollback()
    with database.writing(session):
        membership.change_role(session, ben, to=Role.OPERATOR, by=owner)
    with pytest.raises(EditRefused, match="Invite a colleague"), database.writing(session):
        rule.switch(session, cast.harbour, on=True, by=owner)
    assert not rule.is_on(session, cast.harbour.id)


def test_switching_is_kept_in_the_trail_once(
    session: Session, cast: Cast, second_person: None, member_of: MemberOf
) -> None:
    owner = member_of(cast.ada)
    session.rollback()
    with database.writing(session):
        rule.switch(session, cast.harbour, on=True, by=owner)
    with database.writing(session):
        rule.switch(session, cast.harbour, on=False, by=owner)
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.action.contains("second")))
    assert sorted(events) == ["second_person_needed", "second_person_not_needed"]


def test_the_first_version_needs_a_look_too(
    second_person: None, publish: Publish, ask: Ask, answer: Answer, cast: Cast, cara: User
) -> None:
    with pytest.raises(EditRefused, match="Ask a colleague"):
        publish()
    ask(cara)
    answer(cara)
    assert publish().version == "1.0.0"
