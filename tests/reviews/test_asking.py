"""Asking, answering, asking again and taking it back: one thread for each agent."""

import threading

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.drafts import DraftMoved
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.engine.errors import EditRefused
from app.notices.models import Notice, NoticeCopy
from app.reviews import answering, asking, people, thread
from app.reviews.answering import ReviewMoved
from app.reviews.models import ActKind, Review, ReviewStatus
from app.versions import publication
from app.workspaces.models import Member
from tests.cast import Cast
from tests.databases import on_both
from tests.reviews.conftest import Answer, Ask, Change, MemberOf, Publish, rename


def told(session: Session, person: User) -> list[str]:
    """The subjects of a person's notices about reviews, the oldest first."""
    return list(
        session.scalars(
            select(Notice.subject)
            .join(NoticeCopy, NoticeCopy.notice_id == Notice.id)
            .where(NoticeCopy.user_id == person.id, Notice.kind == "review")
            .order_by(Notice.id)
        )
    )


@on_both
def test_it_works(
    session: Session, agent: Agent, changed: None, ask: Ask, answer: Answer, cast: Cast, cara: User
) -> None:
    review = ask(cast.ben, words="The greeting is kinder.")
    assert (review.status, review.round, review.changed_by) == ("waiting", 1, cast.ada.id)
    assert review.replaces_id == agent.active_version_id
    assert review.flow_graph.is_frozen
    assert told(session, cast.ben) == ["Ada asks you to look at “Greeter”"]
    assert told(session, cara) == [], "Ben was asked by name"
    assert answer(cast.ben).status is ReviewStatus.APPROVED
    assert told(session, cast.ada) == ["Ben approved “Greeter”"]
    acts = session.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.action.startswith("review"))
        .order_by(AuditEvent.position)
    )
    assert list(acts) == ["review_asked", "review_approved"]


def test_nobody_named_means_everybody_who_may_publish(
    session: Session, changed: None, ask: Ask, cast: Cast, cara: User
) -> None:
    ask()
    assert [len(told(session, one)) for one in (cast.ben, cara, cast.ada)] == [1, 1, 0]
    assert told(session, cast.olga) == told(session, cast.cleo) == []


def test_asking_again_goes_on_in_the_same_thread(
    session: Session, changed: None, change: Change, ask: Ask, answer: Answer, cast: Cast
) -> None:
    first = ask(cast.ben)
    answer(cast.ben, approve=False, words="Too long.")
    change(rename("Hi"))
    second = ask(cast.ben, words="Shorter now.")
    assert (second.id, second.round, second.status) == (first.id, 2, ReviewStatus.WAITING)
    assert thread.answers_of(session, second).changes == ()
    assert [act.kind for act in thread.acts_of(session, second)] == [
        ActKind.ASKED,
        ActKind.CHANGES_ASKED,
        ActKind.ASKED,
    ]
    assert told(session, cast.ben)[-1] == "Ada asks again about “Greeter”"


def test_asking_somebody_else_as_well_keeps_the_approval(
    session: Session, changed: None, ask: Ask, answer: Answer, cast: Cast, cara: User
) -> None:
    ask(cast.ben)
    answer(cast.ben)
    review = ask(cast.ben, cara)
    assert (review.round, review.status) == (1, ReviewStatus.APPROVED)
    assert {one.name for one in people.asked(session, review)} == {"Ben", "Cara"}


def test_who_asks_in_anothers_review_is_the_one_who_asked(
    session: Session, changed: None, ask: Ask, answer: Answer, cast: Cast, cara: User
) -> None:
    ask(cast.ben)
    answer(cast.ben)
    review = ask(cara, by=cast.ben)
    assert (review.round, review.asked_by) == (2, cast.ben.id)
    assert thread.answers_of(session, review).approved == ()
    with pytest.raises(EditRefused, match="You asked for this review"):
        answer(cast.ben)


def test_who_asked_or_changed_it_last_gives_no_answer(
    changed: None, change: Change, ask: Ask, answer: Answer, cast: Cast
) -> None:
    change(rename("Hi"), by=cast.ben)
    ask(cast.ben)
    with pytest.raises(EditRefused, match="You asked for this review"):
        answer(cast.ada)
    with pytest.raises(EditRefused, match="You changed this draft last"):
        answer(cast.ben)
    with pytest.raises(EditRefused, match="Only people who may publish answer"):
        answer(cast.olga)


def test_changes_need_words(changed: None, ask: Ask, answer: Answer, cast: Cast) -> None:
    ask(cast.ben)
    with pytest.raises(EditRefused, match="Say in a few words"):
        answer(cast.ben, approve=False, words="  ")


def test_an_answer_is_to_what_was_read(
    session: Session, changed: None, change: Change, ask: Ask, cast: Cast, member_of: MemberOf
) -> None:
    review = ask(cast.ben)
    read = review.digest
    change(rename("Hi"))
    review, ben = ask(cast.ben), member_of(cast.ben)
    session.rollback()
    with pytest.raises(ReviewMoved), database.writing(session):
        answering.answer(session, review, by=ben, approve=True, words="", digest=read, round_=1)


def test_taking_it_back_closes_it(
    session: Session,
    agent: Agent,
    changed: None,
    ask: Ask,
    answer: Answer,
    cast: Cast,
    cara: User,
    member_of: MemberOf,
) -> None:
    review = ask(cast.ben)
    stranger, owner = member_of(cara), member_of(cast.ada)
    session.rollback()
    with pytest.raises(EditRefused, match="Only who asked"), database.writing(session):
        asking.withdraw(session, review, by=stranger)
    with database.writing(session):
        asking.withdraw(session, review, by=owner)
    assert review.status is ReviewStatus.WITHDRAWN
    assert thread.open_review(session, agent) is None
    with pytest.raises(EditRefused, match="closed"), database.writing(session):
        asking.withdraw(session, review, by=owner)
    assert ask(cast.ben).id != review.id, "asking after that begins another one"


def test_nothing_new_is_nothing_to_ask_about(publish: Publish, ask: Ask, cast: Cast) -> None:
    publish()
    with pytest.raises(EditRefused, match=r"since version 1\.0\.0"):
        ask(cast.ben)


def test_only_people_of_this_workspace_are_asked(changed: None, ask: Ask, cast: Cast) -> None:
    with pytest.raises(EditRefused, match="Choose somebody"):
        ask(cast.dan)
    with pytest.raises(EditRefused, match="Choose somebody"):
        ask(cast.ada)


def test_what_is_asked_about_is_what_the_person_saw(
    session: Session, agent: Agent, changed: None, cast: Cast
) -> None:
    with pytest.raises(DraftMoved), database.writing(session):
        asking.ask(session, agent, by=cast.ada, to=(), words="", expected_revision=1)


def test_publishing_closes_the_review_and_another_draft_leaves_it_open(
    session: Session, changed: None, change: Change, ask: Ask, publish: Publish, cast: Cast
) -> None:
    review = ask(cast.ben)
    change(rename("Hi"))
    publish()
    assert review.is_open, "another draft was published than the one that was asked about"
    change(rename("Welcome"))
    assert ask(cast.ben).round == 2
    version = publish(by=cast.ben)
    assert (review.status, review.version_id) == (ReviewStatus.PUBLISHED, version.id)
    assert answering.approvals_of(session, [version]) == {}, "nobody had approved it"
    assert told(session, cast.ada)[-1] == "Ben published “Greeter”"


@on_both
def test_two_approve_at_once(
    engine: Engine, session: Session, agent: Agent, changed: None, ask: Ask, cast: Cast, cara: User
) -> None:
    review = ask(cast.ben, cara)
    key, asked = review.id, (review.digest, review.round)
    people_ids = [cast.ben.id, cara.id]
    session.rollback()
    start, wrong = threading.Barrier(2), []

    def approve(person: object) -> None:
        try:
            with database.session_factory(engine)() as own:
                mine = own.get_one(Review, key)
                member = own.scalars(
                    select(Member).where(
                        Member.workspace_id == mine.workspace_id, Member.user_id == person
                    )
                ).one()
                own.rollback()
                start.wait(10)
                with database.writing(own):
                    answering.answer(
                        own,
                        mine,
                        by=member,
                        approve=True,
                        words="",
                        digest=asked[0],
                        round_=asked[1],
                    )
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=approve, args=(one,)) for one in people_ids]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    session.expire_all()
    again = session.get_one(Review, key)
    approved = {one.name for one in thread.answers_of(session, again).approved}
    assert (again.status, approved) == (ReviewStatus.APPROVED, {"Ben", "Cara"})


@on_both
def test_publishing_races_a_change_of_the_draft(
    engine: Engine,
    session: Session,
    agent: Agent,
    changed: None,
    second_person: None,
    ask: Ask,
    answer: Answer,
    cast: Cast,
) -> None:
    """Whoever is first, nothing is published that Ben has not seen."""
    approved = ask(cast.ben).digest
    answer(cast.ben)
    revision = drafts.draft_of(session, agent).flow_graph.revision
    ada, agent_id = cast.ada.id, agent.id
    session.rollback()
    start = threading.Barrier(2)

    def change() -> None:
        with database.session_factory(engine)() as own:
            one, by = own.get_one(Agent, agent_id), own.get_one(User, ada)
            own.rollback()
            start.wait(10)
            with database.writing(own):
                drafts.change(
                    own, one, by=by, expected_revision=revision, command=rename("Not seen")
                )

    other = threading.Thread(target=change)
    other.start()
    start.wait(10)
    try:
        with database.writing(session):
            publication.publish(session, agent, by=cast.ada, expected_revision=revision)
    except DraftMoved:
        pass
    other.join()
    session.rollback()
    session.expire_all()
    version = agent.active_version
    assert version is not None
    assert version.version == "1.0.0" or version.spec_json["graph"] == approved
    assert drafts.draft_of(session, agent).flow_graph.graph.order[1].name == "Not seen"
