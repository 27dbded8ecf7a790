"""The page of a simple agent: it saves as one writes, for those who may, and never loses words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.simple_agents import shape
from app.simple_agents.shape import SimpleFlow
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import OpenBrowser
from tests.simple_agents.conftest import AGENT, SIMPLE, Desk

Draft = Callable[[], Graph]


@pytest.fixture
def flow(draft: Draft) -> Callable[[], SimpleFlow]:
    """Reads the three steps as they are now."""

    def read() -> SimpleFlow:
        found = shape.read(draft())
        assert found is not None
        return found

    return read


def _change(session: Session, agent: Agent, cast: Cast, command: Callable[[Graph], Graph]) -> None:
    """Ada changes the draft, as if on the canvas."""
    session.rollback()
    with database.writing(session):
        now = drafts.draft_of(session, agent).flow_graph.revision
        drafts.change(session, agent, by=cast.ada, expected_revision=now, command=command)


def _moved(graph: Graph) -> Graph:
    return replace(graph, steps=tuple(replace(one, x=one.x + 50) for one in graph.steps))


def _tools(flow: SimpleFlow) -> list[Any]:
    found: Any = flow.agent.fields["tools"]
    return list(found)


def _told(instructions: str) -> Callable[[Graph], Graph]:
    return lambda graph: shape.with_settings(graph, {}, {"instructions": instructions})


@on_both
def test_what_is_written_is_saved(
    desk: Desk, flow: Callable[[], SimpleFlow], helper: Agent, session: Session
) -> None:
    said = desk.save(
        name="Shop helper",
        set__instructions="Answer.\r\nBe kind.",
        example=["Is it open?", "", "  Where is   it? "],
        set__welcome="Hello.",
        set__rounds="5",
    )
    assert said.status_code == 200
    assert "<!doctype" not in said.text, "htmx gets the part alone"
    now = flow()
    assert now.agent.fields["instructions"] == "Answer.\nBe kind."
    assert now.agent.fields["rounds"] == 5
    assert now.start.fields["examples"] == "Is it open?\nWhere is it?"
    assert now.start.fields["welcome"] == "Hello."
    session.refresh(helper)
    assert (helper.name, helper.slug) == ("Shop helper", "product-helper")
    assert "agent_described" in session.scalars(select(AuditEvent.action)).all()


def test_it_has_the_picture_that_is_chosen(
    desk: Desk, helper: Agent, session: Session, cast: Cast
) -> None:
    assert "Choose a picture" in desk.open().text
    assert desk.save(icon="wrench").status_code == 200
    session.refresh(helper)
    assert helper.icon == "wrench"
    with database.writing(session):
        lifecycle.describe(
            session, helper, by=cast.ada, name=helper.name, description="", icon="star"
        )
    desk.save(set__instructions="Be brief.")  # this page still shows the earlier one
    session.refresh(helper)
    assert helper.icon == "star"


def test_it_works_without_scripts(desk: Desk, flow: Callable[[], SimpleFlow]) -> None:
    said = desk.send(SIMPLE, set__instructions="Be brief.")
    assert (said.status_code, said.headers["Location"]) == (303, SIMPLE)
    assert flow().agent.fields["instructions"] == "Be brief."


def test_tools_are_added_named_and_removed(
    desk: Desk, table: str, flow: Callable[[], SimpleFlow]
) -> None:
    assert "Find rows of Orders" in desk.open().text
    said = desk.save(new_tool=f"find_rows:{table}").text
    assert "Find rows of a table · reads freely" in said
    said = desk.save(new_tool=f"add_row:{table}").text
    assert "asks you before it changes anything" in said
    desk.save(set__tools__2__policy="allow")
    reading, adding = _tools(flow())
    assert reading["name"] == "Find rows of Orders"
    assert adding["table"] == table
    assert adding["policy"] == "allow"
    desk.save(set__tools__1__remove="yes")
    [left] = _tools(flow())
    assert left["tool"] == "add_row"


def test_what_cannot_be_chosen_adds_nothing(
    desk: Desk, flow: Callable[[], SimpleFlow], table: str
) -> None:
    for odd in ("find_rows:elsewhere", f"shell:{table}", "find_rows", ":"):
        desk.save(new_tool=odd)
    assert _tools(flow()) == []


def test_a_tool_without_a_place_says_so(desk: Desk) -> None:
    said = desk.save(new_tool="http_read:").text
    assert "needs an address" in said
    assert 'name="set-tools-1-address"' in said


def test_examples_can_go(desk: Desk, flow: Callable[[], SimpleFlow]) -> None:
    desk.save(example=["One?", "Two?"])
    desk.save(remove_example="1")
    assert flow().start.fields["examples"] == "Two?"


def test_a_name_is_needed(desk: Desk, helper: Agent, session: Session) -> None:
    said = desk.save(name=" ", set__instructions="Kept all the same.")
    assert said.status_code == 422
    assert "Give the agent a name" in said.text
    assert "Kept all the same." in said.text
    session.refresh(helper)
    assert helper.name == "Product helper"


@on_both
def test_a_change_elsewhere_that_the_page_does_not_show_is_in_nobodys_way(
    desk: Desk, helper: Agent, session: Session, cast: Cast, flow: Callable[[], SimpleFlow]
) -> None:
    _change(session, helper, cast, _moved)
    assert desk.save(set__instructions="Mine.").status_code == 200
    assert (flow().agent.fields["instructions"], flow().agent.x) == ("Mine.", 50)


@on_both
def test_a_conflict_is_told_with_a_choice(
    desk: Desk, helper: Agent, session: Session, cast: Cast, flow: Callable[[], SimpleFlow]
) -> None:
    _change(session, helper, cast, _told("Theirs."))
    said = desk.save(set__instructions="Mine.")
    assert said.status_code == 409
    assert "Somebody changed this agent meanwhile" in said.text
    assert "Mine.</textarea>" in said.text
    assert "data-saves-typing" not in said.text, "until the person has chosen"
    assert flow().agent.fields["instructions"] == "Theirs."
    assert desk.save().status_code == 200, "Save mine"
    assert flow().agent.fields["instructions"] == "Mine."


def test_a_name_that_another_person_gave_stays(
    desk: Desk, helper: Agent, session: Session, cast: Cast
) -> None:
    with database.writing(session):
        lifecycle.describe(session, helper, by=cast.ada, name="Theirs", description="")
    desk.save(set__instructions="Mine.")
    session.refresh(helper)
    assert helper.name == "Theirs"


def test_a_flow_that_grew_is_said_and_left_alone(
    desk: Desk, helper: Agent, session: Session, cast: Cast, draft: Draft
) -> None:
    def grow(graph: Graph) -> Graph:
        found = shape.read(graph)
        assert found is not None
        return edit.add_step(graph, CATALOGUE["summarise"], after=found.agent.id)[0]

    _change(session, helper, cast, grow)
    before = draft().digest
    said = desk.save(set__instructions="Words of mine.")
    assert said.status_code == 409
    assert "What you had written" in said.text
    assert "Words of mine.</textarea>" in said.text
    page = desk.browser.get(SIMPLE).text
    assert "Its flow has 4 steps now, more than this page can show." in page
    assert f'href="{AGENT}/canvas"' in page
    assert 'id="simple-form"' not in page
    assert desk.browser.get(f"{AGENT}/edit/view").headers["Location"] == f"{AGENT}/canvas"
    assert draft().digest == before


def test_settings_of_the_flow_are_mentioned(
    desk: Desk, helper: Agent, session: Session, cast: Cast
) -> None:
    assert "stand only in its flow" not in desk.open().text

    def note(graph: Graph) -> Graph:
        return replace(graph, steps=tuple(replace(one, note="Ours") for one in graph.steps))

    _change(session, helper, cast, note)
    assert "stand only in its flow" in desk.open().text


def test_the_way_in_leads_to_the_view_that_was_used(
    desk: Desk, browser: OpenBrowser, cast: Cast
) -> None:
    way_in = f"{AGENT}/edit/view"
    ada = browser(cast.ada)
    assert ada.get(way_in).headers["Location"] == SIMPLE
    ada.client.get(f"{AGENT}/edit").close()
    assert ada.get(way_in).headers["Location"] == f"{AGENT}/edit"
    assert f'href="{SIMPLE}"' in ada.get(f"{AGENT}/edit").text
    assert f'href="{SIMPLE}"' in ada.get(f"{AGENT}/canvas").text
    ada.client.get(SIMPLE).close()
    assert ada.get(f"{way_in}?step=x").headers["Location"] == SIMPLE


def test_a_viewer_reads_and_changes_nothing(
    desk: Desk, browser: OpenBrowser, cast: Cast, draft: Draft
) -> None:
    cleo = browser(cast.cleo)
    page = cleo.get(SIMPLE).text
    assert "Answer kindly." in page
    assert "Switch on" not in page
    assert 'id="chat"' not in page
    assert '<fieldset class="make-parts" disabled>' in page
    before = draft().digest
    assert cleo.send("/account", SIMPLE, revision="1", name="x").status_code == 403
    for more in ("/publication", "/switch"):
        assert cleo.send("/account", f"{SIMPLE}{more}", revision="1").status_code == 403
    assert draft().digest == before


def test_another_workspace_gets_404(desk: Desk, browser: OpenBrowser, cast: Cast) -> None:
    dan = browser(cast.dan)
    assert dan.get(SIMPLE).status_code == 404
    assert dan.get(SIMPLE.replace("harbour-pine", "elsewhere")).status_code == 404
    assert dan.send("/account", SIMPLE, revision="1").status_code == 404


def test_one_that_was_put_away_is_left_alone(
    desk: Desk, helper: Agent, session: Session, cast: Cast
) -> None:
    with database.writing(session):
        lifecycle.archive(session, helper, by=cast.ada)
    said = desk.save(set__instructions="Mine.")
    assert said.status_code == 422
    assert "Bring it back before you change it" in said.text
    assert "This agent is put away" in desk.browser.get(SIMPLE).text


def test_a_form_without_a_revision_is_refused(desk: Desk) -> None:
    assert desk.browser.send(SIMPLE, SIMPLE, name="x").status_code == 400
