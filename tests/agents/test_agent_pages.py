"""The pages about agents as a whole."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import creation, lifecycle
from app.agents.models import Agent
from app.versions import publication
from tests.agents.pages import AGENTS, post, words
from tests.cast import Cast

Browser = Callable[[User], FlaskClient]


def test_the_list_names_agents_and_says_whether_they_are_on(
    browser: Browser, cast: Cast, agent: Agent
) -> None:
    answer = browser(cast.cleo).get(AGENTS)
    assert answer.status_code == 200
    assert "Greeter Says hello. Off Not published – Never" in words(answer)


def test_an_empty_workspace_offers_ways_to_begin(browser: Browser, cast: Cast) -> None:
    assert "Try an example" in words(browser(cast.ben).get(AGENTS))
    assert "When somebody who builds here makes one" in words(browser(cast.cleo).get(AGENTS))


def test_the_search_keeps_the_words_and_says_when_nothing_fits(
    browser: Browser, cast: Cast, agent: Agent
) -> None:
    ben = browser(cast.ben)
    assert "Greeter" in words(ben.get(f"{AGENTS}?q=HELLO"))
    answer = ben.get(f"{AGENTS}?q=zebra")
    assert 'value="zebra"' in answer.text
    assert "No agent like that" in words(answer)


def test_a_long_list_has_a_next_page(browser: Browser, cast: Cast, session: Session) -> None:
    with database.writing(session):
        for number in range(31):
            creation.create(session, cast.harbour, by=cast.ben, name=f"Agent {number:02}")
    ben = browser(cast.ben)
    first = ben.get(AGENTS)
    assert "Agent 30" in first.text
    assert "Agent 00" not in first.text
    older = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = words(ben.get(older.replace("&amp;", "&")))
    assert "Agent 00" in second
    assert "Agent 30" not in second
    assert ben.get(f"{AGENTS}?older_than=yesterday").status_code == 404


def test_a_new_agent_opens_in_the_editor(browser: Browser, cast: Cast, session: Session) -> None:
    ben = browser(cast.ben)
    answer = post(ben, f"{AGENTS}/new", AGENTS, {"name": "  Desk ", "description": "Sorts."})
    assert (answer.status_code, answer.location) == (303, f"{AGENTS}/desk/edit/view")
    agent = session.scalars(select(Agent)).one()
    assert (agent.name, agent.created_by) == ("Desk", cast.ben.id)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "   "}, "Give the agent a name."),
        ({"name": "x" * 81}, "Use at most 80 characters."),
        ({"name": "Desk", "description": "y" * 401}, "Use at most 400 characters."),
    ],
)
def test_a_wrong_form_comes_back(
    browser: Browser, cast: Cast, session: Session, data: dict[str, object], sentence: str
) -> None:
    answer = post(browser(cast.ben), f"{AGENTS}/new", AGENTS, data)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert str(data["name"]).strip() in answer.text
    assert session.scalars(select(Agent)).all() == []


def test_the_page_of_an_agent_tells_its_steps(browser: Browser, cast: Cast, agent: Agent) -> None:
    said = words(browser(cast.cleo).get(f"{AGENTS}/greeter"))
    assert "1. Ask Form 2. Greet Answer" in said
    assert "Not published yet" in said
    assert "See its steps" in said
    assert "Change its steps" not in said


def test_a_new_name_keeps_the_address(browser: Browser, cast: Cast, agent: Agent) -> None:
    ben = browser(cast.ben)
    page = f"{AGENTS}/greeter/details"
    assert 'value="Greeter"' in ben.get(page).text
    answer = post(ben, page, page, {"name": "Welcome desk", "description": ""})
    assert answer.location == f"{AGENTS}/greeter"
    assert "Welcome desk" in words(ben.get(answer.location))
    assert post(ben, page, page, {"name": ""}).status_code == 422
    limited = {"name": "Welcome desk", "description": "", "max_parallel": "2"}
    assert post(ben, page, page, limited).location == f"{AGENTS}/greeter"
    assert 'value="2"' in ben.get(page).text
    assert post(ben, page, page, {**limited, "max_parallel": "0"}).status_code == 422


def test_a_copy_is_made_and_shown(browser: Browser, cast: Cast, agent: Agent) -> None:
    ben = browser(cast.ben)
    answer = post(ben, f"{AGENTS}/greeter", f"{AGENTS}/greeter/copies")
    assert answer.location == f"{AGENTS}/copy-of-greeter"
    assert "“Greeter” stays as it was" in words(ben.get(answer.location))


def test_the_switch_works_once_a_version_is_published(
    browser: Browser, cast: Cast, agent: Agent, session: Session
) -> None:
    ben, page = browser(cast.ben), f"{AGENTS}/greeter"
    post(ben, page, f"{page}/switch", {"to": "on"})
    assert "Publish the agent first." in words(ben.get(page))
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
    post(ben, page, f"{page}/switch", {"to": "on"})
    assert "Switch off" in words(ben.get(page))
    post(ben, page, f"{page}/switch", {"to": "off"})
    assert "Switch on" in words(ben.get(page))


def test_an_agent_is_put_away_and_brought_back(browser: Browser, cast: Cast, agent: Agent) -> None:
    ben, page = browser(cast.ben), f"{AGENTS}/greeter"
    post(ben, page, f"{page}/archival")
    assert "It does nothing and cannot be started." in words(ben.get(page))
    assert "Greeter" not in words(ben.get(AGENTS))
    assert "Greeter" in words(ben.get(f"{AGENTS}?show=archived"))
    post(ben, page, f"{page}/return")
    assert "Greeter" in words(ben.get(AGENTS))


@pytest.mark.parametrize("person", ["cleo", "olga"])
@pytest.mark.parametrize(
    "path", ["copies", "switch", "archival", "return", "details", "publication", "edit/steps"]
)
def test_only_builders_change_agents(
    browser: Browser, cast: Cast, agent: Agent, person: str, path: str
) -> None:
    client = browser(getattr(cast, person))
    answer = post(client, AGENTS, f"{AGENTS}/greeter/{path}", {"revision": 1})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["", "/edit", "/versions", "/versions/1", "/details", "/publication"],
)
def test_another_workspace_gets_404(browser: Browser, cast: Cast, agent: Agent, path: str) -> None:
    dan = browser(cast.dan)
    assert dan.get(f"{AGENTS}/greeter{path}").status_code == 404
    assert dan.get(f"/w/elsewhere/agents/greeter{path}").status_code == 404


def test_an_agent_that_was_put_away_is_read_only(
    browser: Browser, cast: Cast, agent: Agent, session: Session
) -> None:
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ben)
    ben = browser(cast.ben)
    page = ben.get(f"{AGENTS}/greeter/edit")
    assert "Add a step" not in words(page)
    assert "Bring it back before you publish it" in words(ben.get(f"{AGENTS}/greeter/publication"))
    answer = post(
        ben, AGENTS, f"{AGENTS}/greeter/edit/steps", {"revision": 1, "type": "set_values"}
    )
    assert answer.status_code == 422
    assert "put away" in words(answer)
