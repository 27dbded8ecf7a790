"""The room's fixtures: Ben's agent is published once and changed since; Cara builds here, too."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app import database, ports
from app.accounts.models import User
from app.agents import drafts
from app.agents.drafts import Command
from app.agents.models import Agent, AgentVersion
from app.reviews import answering, asking, rule, thread
from app.reviews.models import Review
from app.versions import publication
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.agents.greeter import agent, ben, browser, draft_graph, revision
from tests.cast import Cast
from tests.versions.conftest import rename

__all__ = ["agent", "ben", "browser", "draft_graph", "rename", "revision"]

Change = Callable[..., None]
Ask = Callable[..., Review]
Answer = Callable[..., Review]
Publish = Callable[..., AgentVersion]
MemberOf = Callable[[User], Member]


@pytest.fixture(autouse=True)
def wired() -> None:
    """Publishing asks this room, as it does in the app."""
    ports.fill()


@pytest.fixture
def cara(session: Session, cast: Cast) -> User:
    """Another builder."""
    with database.writing(session):
        person = User(email="cara@harbour.example", name="Cara")
        session.add(person)
        session.flush()
        session.add(Member(workspace_id=cast.harbour.id, user_id=person.id, role=Role.BUILDER))
    return person


@pytest.fixture
def member_of(session: Session, cast: Cast) -> MemberOf:
    """The place of a person in the harbour."""

    def find(person: User) -> Member:
        here = {"workspace_id": cast.harbour.id, "user_id": person.id}
        return session.query(Member).filter_by(**here).one()

    return find


@pytest.fixture
def publish(session: Session, agent: Agent, cast: Cast, revision: Callable[[], int]) -> Publish:
    """Somebody, by default Ada, publishes the draft as it is now."""

    def act(by: User | None = None, **values: object) -> AgentVersion:
        now = revision()
        with database.writing(session):
            return publication.publish(
                session,
                agent,
                by=by or cast.ada,
                expected_revision=now,
                **values,  # type: ignore[arg-type]
            )

    return act


@pytest.fixture
def change(session: Session, agent: Agent, cast: Cast, revision: Callable[[], int]) -> Change:
    """Somebody, by default Ada, changes the draft."""

    def act(command: Command, by: User | None = None) -> None:
        now = revision()
        with database.writing(session):
            drafts.change(session, agent, by=by or cast.ada, expected_revision=now, command=command)

    return act


@pytest.fixture
def changed(publish: Publish, change: Change) -> None:
    """Version 1.0.0 is active, and Ada has changed the draft since."""
    publish()
    change(rename("Welcome"))


@pytest.fixture
def ask(session: Session, agent: Agent, cast: Cast, revision: Callable[[], int]) -> Ask:
    """Somebody, by default Ada, asks colleagues."""

    def act(*to: User, by: User | None = None, words: str = "") -> Review:
        now = revision()
        people = {one.id for one in to}
        with database.writing(session):
            return asking.ask(
                session, agent, by=by or cast.ada, to=people, words=words, expected_revision=now
            )

    return act


@pytest.fixture
def answer(session: Session, agent: Agent, member_of: MemberOf) -> Answer:
    """Somebody answers what is asked now."""

    def act(by: User, *, approve: bool = True, words: str = "Looks right.") -> Review:
        session.rollback()
        review = thread.open_review(session, agent)
        assert review is not None
        member, asked = member_of(by), (review.digest, review.round)
        session.rollback()
        with database.writing(session):
            return answering.answer(
                session,
                review,
                by=member,
                approve=approve,
                words=words,
                digest=asked[0],
                round_=asked[1],
            )

    return act


@pytest.fixture
def second_person(session: Session, cast: Cast, member_of: MemberOf) -> None:
    """Publishing needs a second person here."""
    owner = member_of(cast.ada)
    session.rollback()
    with database.writing(session):
        rule.switch(session, cast.harbour, on=True, by=owner)
