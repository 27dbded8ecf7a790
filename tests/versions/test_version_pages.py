"""Publishing on the page, the list of versions, and the way back."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.engine import edit
from app.engine.graph import Graph
from app.versions import publication
from tests.agents.flows import named
from tests.agents.pages import AGENTS, post, words
from tests.cast import Cast

PAGE = f"{AGENTS}/greeter/publication"
Browser = Callable[[User], FlaskClient]


@pytest.fixture
def change(session: Session, agent: Agent, cast: Cast, revision: Callable[[], int]) -> object:
    """Changes the draft behind the browser's back."""

    def act(command: drafts.Command) -> None:
        now = revision()
        with database.writing(session):
            drafts.change(session, agent, by=cast.ada, expected_revision=now, command=command)

    return act


Change = Callable[[drafts.Command], None]


def _say(text: str) -> drafts.Command:
    def command(graph: Graph) -> Graph:
        greet = named(graph, "Greet")
        return edit.set_fields(graph, greet.id, {**greet.fields, "text": text})

    return command


def test_the_first_version_is_published_and_switched_on(ben: FlaskClient) -> None:
    assert "This is its first version, 1.0.0." in words(ben.get(PAGE))
    form = {"note": "First try", "bump": "minor", "switch_on": "yes", "revision": 1}
    answer = post(ben, PAGE, PAGE, form)
    assert answer.location == f"{AGENTS}/greeter"
    said = words(ben.get(answer.location))
    assert "Version 1.0.0 is published." in said
    assert "Switch off" in said


def test_problems_are_listed_and_nothing_is_published(ben: FlaskClient, change: Change) -> None:
    change(_say(""))
    page = ben.get(PAGE)
    assert "1 thing to mend before this can be published" in words(page)
    assert "edit?step=" in page.text
    answer = post(ben, AGENTS + "/new", PAGE, {"bump": "minor", "revision": 2})
    assert answer.status_code == 422
    assert "“Text” is empty." in words(answer)


def test_nobody_publishes_what_they_have_not_seen(ben: FlaskClient, change: Change) -> None:
    change(_say("Good day"))
    answer = post(ben, PAGE, PAGE, {"bump": "minor", "revision": 1})
    assert answer.status_code == 409
    assert "Somebody changed the draft meanwhile" in words(answer)


@pytest.mark.parametrize("form", [{"bump": "huge"}, {"bump": "minor", "note": "x" * 401}])
def test_a_wrong_form_comes_back(ben: FlaskClient, form: dict[str, object]) -> None:
    answer = post(ben, PAGE, PAGE, {"revision": 1, **form})
    assert answer.status_code == 422
    assert "One thing needs another look" in words(answer)


def test_nothing_new_is_said(ben: FlaskClient) -> None:
    form = {"bump": "minor", "revision": 1}
    post(ben, PAGE, PAGE, form)
    assert "Nothing has changed since version 1.0.0" in words(ben.get(PAGE))
    assert post(ben, AGENTS + "/new", PAGE, form).status_code == 422


def test_versions_are_listed_with_note_person_and_time(
    ben: FlaskClient, change: Change, browser: Browser, cast: Cast
) -> None:
    post(ben, PAGE, PAGE, {"bump": "minor", "note": "First try", "revision": 1})
    change(_say("Good day"))
    post(ben, PAGE, PAGE, {"bump": "patch", "note": "Kinder words", "revision": 2})
    said = words(browser(cast.cleo).get(f"{AGENTS}/greeter/versions"))
    assert "1.0.1 Kinder words Active Ben" in said
    assert "1.0.0 First try Earlier Ben" in said
    assert "Bring back to the draft" not in said, "a viewer only looks"
    version = words(browser(cast.cleo).get(f"{AGENTS}/greeter/versions/1"))
    assert "Version 1.0.0 First try" in version
    assert "1. Ask Form 2. Greet Answer" in version
    assert ben.get(f"{AGENTS}/greeter/versions/9").status_code == 404


def test_an_earlier_version_comes_back_to_the_draft(
    ben: FlaskClient, change: Change, draft_graph: Callable[[], Graph]
) -> None:
    post(ben, PAGE, PAGE, {"bump": "minor", "revision": 1})
    first = draft_graph()
    change(_say("Good day"))
    path = f"{AGENTS}/greeter/versions"
    answer = post(ben, path, f"{path}/1/draft", {"revision": 1})
    assert "Somebody changed the draft meanwhile" in words(ben.get(answer.location or ""))
    answer = post(ben, path, f"{path}/1/draft", {"revision": 2})
    assert answer.location == f"{AGENTS}/greeter/edit/view"
    assert draft_graph() == first


def test_no_versions_yet_says_what_will_be_here(ben: FlaskClient) -> None:
    assert "Nothing is published yet" in words(ben.get(f"{AGENTS}/greeter/versions"))


def test_a_version_is_not_news_to_itself(session: Session, agent: Agent, cast: Cast) -> None:
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
    graph = drafts.draft_of(session, agent).flow_graph.graph
    assert not publication.is_news(agent, graph)


def test_the_agents_line_of_the_sidebar_is_the_open_one(ben: FlaskClient) -> None:
    page = ben.get(f"{AGENTS}/greeter/versions").text
    assert re.search(rf'<a[^>]*href="{AGENTS}"[^>]*aria-current="page"', page)
