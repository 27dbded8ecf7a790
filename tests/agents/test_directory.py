"""Finding agents from their workspace."""

from sqlalchemy.orm import Session

from app import database
from app.agents import creation, directory, lifecycle
from app.agents.models import Agent
from tests.cast import Cast
from tests.databases import on_both


def test_another_workspace_does_not_find_it(session: Session, cast: Cast, agent: Agent) -> None:
    found = directory.by_slug(session, cast.harbour, slug="greeter")
    assert found is agent
    assert directory.by_slug(session, cast.elsewhere, slug="greeter") is None
    assert not directory.has_any(session, cast.elsewhere)


@on_both
def test_words_are_looked_for_in_names_and_descriptions(session: Session, cast: Cast) -> None:
    with database.writing(session):
        for name, description in (("Bill splitter", ""), ("Desk", "Splits 100% of mail")):
            creation.create(session, cast.harbour, by=cast.ben, name=name, description=description)

    def names(words: str) -> list[str]:
        page = directory.list_page(session, cast.harbour, words=words)
        return [agent.name for agent in page.agents]

    assert names("SPLIT") == ["Desk", "Bill splitter"]
    assert names("100%") == ["Desk"]
    assert names("%") == ["Desk"], "a percent sign is a sign like any other"
    assert names("nothing like it") == []


def test_agents_that_were_put_away_are_listed_apart(
    session: Session, cast: Cast, agent: Agent
) -> None:
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ben)
    assert directory.list_page(session, cast.harbour).agents == []
    assert directory.list_page(session, cast.harbour, archived=True).agents == [agent]


def test_a_long_list_comes_in_pages(session: Session, cast: Cast) -> None:
    with database.writing(session):
        for number in range(directory.PAGE_SIZE + 2):
            creation.create(session, cast.harbour, by=cast.ben, name=f"Agent {number}")
    first = directory.list_page(session, cast.harbour)
    second = directory.list_page(session, cast.harbour, older_than=first.older_than)
    assert len(first.agents) == directory.PAGE_SIZE
    assert [agent.name for agent in second.agents] == ["Agent 1", "Agent 0"]
    assert second.older_than is None
