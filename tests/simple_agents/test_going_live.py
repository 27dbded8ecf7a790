"""A simple agent is made, switched on and published from its page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.reviews import rule
from app.simple_agents import shape
from app.workspaces.models import Member
from tests.cast import Cast
from tests.runs.conftest import OpenBrowser
from tests.simple_agents.conftest import SIMPLE, Desk

NEW = "/w/harbour-pine/simple-agents/new"
MAKE = "/w/harbour-pine/simple-agents"
PUBLISH = f"{SIMPLE}/publication"
CHAT = "/w/harbour-pine/chats/with/product-helper"


def test_a_new_one_begins_with_a_name(
    browser: OpenBrowser, cast: Cast, session: Session, helper: Agent
) -> None:
    ben = browser(cast.ben)
    refused = ben.send(NEW, MAKE, name="", instructions="Be kind.")
    assert refused.status_code == 422
    assert "Give the agent a name." in refused.text
    assert "Be kind." in refused.text
    made = ben.send(NEW, MAKE, name="Front desk", instructions="Be kind.")
    assert made.headers["Location"].endswith("/agents/front-desk/simple")
    page = ben.get(made.headers["Location"])
    assert "Be kind.</textarea>" in page.text
    assert "Message Front desk" in page.text, "it can be talked to at once"
    assert browser(cast.cleo).send("/account", MAKE, name="No").status_code == 403


def test_it_is_switched_on_with_what_was_just_typed(
    desk: Desk, helper: Agent, session: Session
) -> None:
    said = desk.send(PUBLISH, set__instructions="Just typed.", example=["Late parts?"])
    assert said.headers["Location"] == SIMPLE
    session.refresh(helper)
    assert helper.is_on
    assert helper.active_version
    live = shape.read(helper.active_version.flow_graph.graph)
    assert live
    assert live.agent.fields["instructions"] == "Just typed."
    assert "Late parts?" in desk.browser.get(CHAT).text, "the version holds its questions"
    page = desk.open().text
    assert "As published, version 1.0.0" in page
    assert "Publish changes" not in page
    assert "Publish changes" in desk.save(set__instructions="Other words.").text


def test_what_it_newly_reaches_is_confirmed(
    desk: Desk, helper: Agent, session: Session, table: str
) -> None:
    desk.send(PUBLISH)
    desk.open()
    desk.save(new_tool=f"add_row:{table}")
    refused = desk.send(PUBLISH)
    assert refused.status_code == 422
    assert "It will reach further than before" in refused.text
    assert "Orders" in refused.text
    keys = [
        line.split('value="', 1)[1].split('"', 1)[0]
        for line in refused.text.splitlines()
        if 'name="confirmed"' in line
    ]
    assert desk.send(PUBLISH, confirmed=keys).status_code == 303
    session.refresh(helper)
    assert helper.version == "2.0.0", "it can change what it could not"


def test_problems_are_told_in_place(desk: Desk, helper: Agent, session: Session) -> None:
    refused = desk.send(PUBLISH, new_tool="http_read:")
    assert refused.status_code == 422
    assert "Mend what is marked below" in refused.text
    assert refused.text.count("needs an address") >= 2, "above, and where it is mended"
    session.refresh(helper)
    assert not helper.is_published


def test_a_second_person_is_asked_where_the_rule_says_so(
    desk: Desk, session: Session, cast: Cast
) -> None:
    ada = session.scalars(select(Member).where(Member.user_id == cast.ada.id)).one()
    with database.writing(session):
        rule.switch(session, cast.harbour, on=True, by=ada)
    refused = desk.send(PUBLISH)
    assert refused.status_code == 422
    assert "Publishing needs a second person here." in refused.text
    assert "Ask a colleague" in refused.text


def test_it_is_switched_off_and_on_again(desk: Desk, helper: Agent, session: Session) -> None:
    desk.send(PUBLISH)
    desk.send(f"{SIMPLE}/switch")
    session.refresh(helper)
    assert not helper.is_on
    assert "Switch on" in desk.open().text
    desk.send(PUBLISH)
    session.rollback()
    assert (helper.is_on, helper.version) == (True, "1.0.0")


def test_an_empty_chat_follows_its_first_words(desk: Desk) -> None:
    said = desk.save(example=["Which parts are late?"]).text
    assert "Which parts are late?" in said.partition("<hx-partial")[2]
    assert "<hx-partial" not in desk.save(set__instructions="Else.").text
