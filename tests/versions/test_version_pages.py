"""Publishing on the page, the list of versions, and the way back."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
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


def _call(graph: Graph) -> Graph:
    graph, step = edit.add_step(
        graph, CATALOGUE["http_request"], after=named(graph, "Ask").id, name="Tell them"
    )
    fields = {**step.fields, "url": "https://hooks.example/x", "method": "POST"}
    return edit.set_fields(graph, step.id, fields)


def _flow_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="flow">(.*?)</script>', text, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_first_version_is_published_and_switched_on(ben: FlaskClient) -> None:
    assert "This is its first version, 1.0.0." in words(ben.get(PAGE))
    form = {"note": "First try", "version": "1.0.0", "switch_on": "yes", "revision": 1}
    answer = post(ben, PAGE, PAGE, form)
    assert answer.location == f"{AGENTS}/greeter"
    said = words(ben.get(answer.location))
    assert "Version 1.0.0 is published." in said
    assert "Switch off" in said


def test_problems_are_listed_and_nothing_is_published(ben: FlaskClient, change: Change) -> None:
    change(_say(""))
    page = ben.get(PAGE)
    assert "1 thing to mend before this can be published" in words(page)
    assert "edit/view?step=" in page.text
    answer = post(ben, AGENTS + "/new", PAGE, {"revision": 2})
    assert answer.status_code == 422
    assert "“Text” is empty." in words(answer)


def test_nobody_publishes_what_they_have_not_seen(ben: FlaskClient, change: Change) -> None:
    change(_say("Good day"))
    answer = post(ben, PAGE, PAGE, {"revision": 1})
    assert answer.status_code == 409
    assert "Somebody changed the draft meanwhile" in words(answer)


@pytest.mark.parametrize("form", [{"version": "x" * 21}, {"note": "x" * 401}])
def test_a_wrong_form_comes_back(ben: FlaskClient, form: dict[str, object]) -> None:
    answer = post(ben, PAGE, PAGE, {"revision": 1, **form})
    assert answer.status_code == 422
    assert "One thing needs another look" in words(answer)


def test_nothing_new_is_said(ben: FlaskClient) -> None:
    form = {"revision": 1}
    post(ben, PAGE, PAGE, form)
    assert "Nothing has changed since version 1.0.0" in words(ben.get(PAGE))
    assert post(ben, AGENTS + "/new", PAGE, form).status_code == 422


def test_a_version_that_is_none_comes_back_with_what_was_typed(ben: FlaskClient) -> None:
    answer = post(ben, PAGE, PAGE, {"revision": 1, "version": "one", "note": "First try"})
    assert answer.status_code == 422
    assert "A version is three numbers with dots between" in words(answer)
    assert 'value="First try"' in answer.text


def test_versions_are_listed_with_note_person_and_time(
    ben: FlaskClient, change: Change, browser: Browser, cast: Cast
) -> None:
    post(ben, PAGE, PAGE, {"note": "First try", "revision": 1})
    change(_say("Good day"))
    post(ben, PAGE, PAGE, {"note": "Kinder words", "revision": 2})
    said = words(browser(cast.cleo).get(f"{AGENTS}/greeter/versions"))
    assert "1.0.1 Active Kinder words Ben" in said
    assert "1.0.0 First try Ben" in said
    assert "Draft As published" in said
    assert "Publish" not in said, "a viewer only looks"
    version = words(browser(cast.cleo).get(f"{AGENTS}/greeter/versions/1"))
    assert "Version 1.0.0" in version
    assert "Bring back to the draft" not in version
    assert "1. Ask Form 2. Greet Answer" in version
    assert ben.get(f"{AGENTS}/greeter/versions/9").status_code == 404


def test_the_draft_stands_beside_the_live_version(ben: FlaskClient, change: Change) -> None:
    post(ben, PAGE, PAGE, {"revision": 1})
    change(_say("Good day"))
    page = ben.get(f"{AGENTS}/greeter/versions")
    said = words(page)
    assert "Draft compared with 1.0.0 1 changed" in said
    assert "“Text” went from Hello {{ trigger.name }} to Good day" in said
    assert re.search(r'name="version" value="1\.0\.1"', page.text)
    assert "1.0.1, as it does the same with other words or settings." in said


def test_two_versions_stand_beside_each_other(ben: FlaskClient, change: Change) -> None:
    for revision, text in ((1, "Good day"), (2, "Good evening"), (3, "Good night")):
        post(ben, PAGE, PAGE, {"revision": revision})
        change(_say(text))
    at = f"{AGENTS}/greeter/versions"
    assert "Version 1.0.2 compared with 1.0.1" in words(ben.get(f"{at}/3"))
    beside = words(ben.get(f"{at}/3?with=1"))
    assert "Version 1.0.2 compared with 1.0.0" in beside
    assert "“Text” went from Hello {{ trigger.name }} to Good evening" in beside
    assert "compared with the draft" in words(ben.get(f"{at}/1?with=draft"))
    assert "Compare with 1.0.2" in words(ben.get(f"{at}?with=1")), "publishing is from the live one"
    for wrong in ("9", "x", "draft2", "-1", "1" * 30):
        assert ben.get(f"{at}/3?with={wrong}").status_code == 404


def test_what_reaches_further_is_asked_for(ben: FlaskClient, change: Change) -> None:
    post(ben, PAGE, PAGE, {"revision": 1})
    change(_call)
    page = ben.get(PAGE)
    assert "It will reach further than before" in words(page)
    assert "Send data to hooks.example Step “Tell them”" in words(page)
    assert "Can reach 1 new host" in words(page)
    answer = post(ben, PAGE, PAGE, {"revision": 2, "note": "Tells them"})
    assert answer.status_code == 422
    assert "Say yes to each new thing that it can touch" in words(answer)
    form = {"revision": 2, "note": "Tells them", "confirmed": "write host hooks.example"}
    assert post(ben, PAGE, PAGE, form).status_code == 303
    assert "2.0.0" in words(ben.get(f"{AGENTS}/greeter/versions"))


def test_own_words_are_kept_until_they_are_reset(ben: FlaskClient, change: Change) -> None:
    at = f"{AGENTS}/greeter/description"
    assert "## What sets it off" in ben.get(at).text
    text = "# Hello\n\n- **Kind** <b>words</b>\n  - deeper"
    assert post(ben, at, at, {"text": text}).status_code == 303
    page = ben.get(f"{AGENTS}/greeter/versions")
    assert "<li><b>Kind</b> &lt;b&gt;words&lt;/b&gt;<ul><li>deeper</li></ul></li>" in page.text
    file = ben.get(f"{AGENTS}/greeter/versions/draft/words.md")
    assert file.text == text + "\n"
    assert "filename=greeter-draft.md" in file.headers["Content-Disposition"]
    assert post(ben, at, at, {"text": "x" * 20_001}).status_code == 422
    post(ben, at, f"{at}/renewal", {})
    assert "What sets it off" in words(ben.get(f"{AGENTS}/greeter/versions"))


def test_the_machine_form_is_the_whole_flow(
    ben: FlaskClient, draft_graph: Callable[[], Graph]
) -> None:
    post(ben, PAGE, PAGE, {"revision": 1, "note": "First try"})
    told = json.loads(ben.get(f"{AGENTS}/greeter/versions/1/machine.json").text)
    assert (told["name"], told["version"]) == ("Greeter", "1.0.0")
    assert Graph.from_json(told["flow"]) == draft_graph()
    assert told["spec"]["graph"] == draft_graph().digest


def test_a_flow_is_drawn_with_what_was_added_and_what_is_gone(
    ben: FlaskClient, change: Change
) -> None:
    change(_call)
    post(ben, PAGE, PAGE, {"revision": 2})
    change(lambda graph: edit.remove_step(graph, named(graph, "Tell them").id))
    change(lambda graph: edit.add_step(graph, CATALOGUE["wait"], after=named(graph, "Ask").id)[0])
    page = ben.get(f"{AGENTS}/greeter/versions/draft/flow")
    flow = _flow_of(page.text)
    names = {node["id"]: node["name"] for node in flow["graph"]["nodes"]}
    assert {names[step]: mark for step, mark in flow["marks"].items()} == {
        "Wait": "added",
        "Tell them": "removed",
    }
    assert set(flow["views"]) == set(names)
    assert flow["editable"] is False
    corners = {names[node["id"]]: (node["x"], node["y"]) for node in flow["graph"]["nodes"]}
    gone = corners.pop("Tell them")
    assert gone not in corners.values(), "what is gone hides nothing"
    assert page.text.count('class="card rows agent-steps"') == 2, "two outlines without scripts"
    alone = _flow_of(ben.get(f"{AGENTS}/greeter/versions/1/flow?with=none").text)
    assert alone["marks"] == {}


def test_an_earlier_version_comes_back_to_the_draft(
    ben: FlaskClient, change: Change, draft_graph: Callable[[], Graph]
) -> None:
    post(ben, PAGE, PAGE, {"revision": 1})
    first = draft_graph()
    change(_say("Good day"))
    path = f"{AGENTS}/greeter/versions"
    answer = post(ben, path, f"{path}/1/draft", {"revision": 1})
    assert "Somebody changed the draft meanwhile" in words(ben.get(answer.location or ""))
    answer = post(ben, path, f"{path}/1/draft", {"revision": 2})
    assert answer.location == f"{AGENTS}/greeter/edit/view"
    assert draft_graph() == first


def test_no_versions_yet_says_what_will_be_here(ben: FlaskClient) -> None:
    assert "Not published yet" in words(ben.get(f"{AGENTS}/greeter/versions"))


def test_a_version_is_not_news_to_itself(session: Session, agent: Agent, cast: Cast) -> None:
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
    graph = drafts.draft_of(session, agent).flow_graph.graph
    assert not publication.is_news(agent, graph)


def test_the_agents_line_of_the_sidebar_is_the_open_one(ben: FlaskClient) -> None:
    page = ben.get(f"{AGENTS}/greeter/versions").text
    assert re.search(rf'<a[^>]*href="{AGENTS}"[^>]*aria-current="page"', page)
