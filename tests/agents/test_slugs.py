"""The words that name agents in addresses."""

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, lifecycle
from app.agents.models import Agent
from app.agents.slugs import MAX_CHARS, RESERVED, slug_of
from tests.cast import Cast


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sort an enquiry", "sort-an-enquiry"),
        ("  Prüfe Bestellung №7 ", "prufe-bestellung-no7"),
        ("Straße", "strasse"),
        ("日本", "agent"),
        ("—", "agent"),
        ("New", "new-agent"),
    ],
)
def test_a_slug_is_made_from_the_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_no_slug_is_a_word_that_addresses_need() -> None:
    assert not RESERVED & {slug_of(word) for word in RESERVED}


def test_the_same_name_twice_gets_a_number(session: Session, cast: Cast) -> None:
    with database.writing(session):
        slugs = [
            creation.create(session, cast.harbour, by=cast.ben, name="Greeter").slug
            for _ in range(3)
        ]
        long = [
            creation.create(session, cast.harbour, by=cast.ben, name="y" * 80).slug
            for _ in range(2)
        ]
    assert slugs == ["greeter", "greeter-2", "greeter-3"]
    assert [len(slug) for slug in long] == [MAX_CHARS, MAX_CHARS]
    assert len(set(long)) == 2


def test_two_workspaces_may_use_the_same_word(session: Session, cast: Cast, agent: Agent) -> None:
    with database.writing(session):
        other = creation.create(session, cast.elsewhere, by=cast.dan, name="Greeter")
    assert other.slug == agent.slug


def test_a_new_name_keeps_the_address(session: Session, cast: Cast, agent: Agent) -> None:
    with database.writing(session):
        lifecycle.describe(session, agent, by=cast.ben, name="Welcome desk", description="")
    assert (agent.name, agent.slug) == ("Welcome desk", "greeter")
