"""Trying a draft in a chat: who may, what runs, and the thread on another room's page."""

from collections.abc import Callable

from flask import Flask, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.agents.models import Agent, AgentVersion, VersionStatus
from app.chats import trial_routes
from app.chats.models import Chat, Message
from app.chats.scope import agent_here
from app.engine.graph import Graph
from app.runs.models import Run
from app.web.access import requires
from tests.cast import Cast
from tests.chats.conftest import start
from tests.chats.talk import CHATS, Talk
from tests.databases import on_both
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, has_ended, until

OpenTalk = Callable[..., Talk]
DRAFT = f"{CHATS}/draft/enquiry-desk"


@on_both
def test_the_draft_answers_and_changes_count(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    _change(session, desk, cast, in_a_row(start(), answer("The draft says {{ trigger.text }}")))
    ben = talk(cast.ben)
    assert ben.begin("one", DRAFT).status_code == 303
    house.open_worker()
    _until_ended(session, 1)
    assert "The draft says one" in ben.page
    assert ">Draft<" in ben.page
    run = session.scalars(select(Run)).one()
    assert session.get_one(AgentVersion, run.agent_version_id).status is VersionStatus.DRAFT
    _change(session, desk, cast, in_a_row(start(), answer("Now it says {{ trigger.text }}")))
    ben.say("two")
    _until_ended(session, 2)
    assert "Now it says two" in ben.page
    assert ben.browser.get(DRAFT).headers["Location"].startswith(ben.at)


def test_it_is_in_no_list_and_begins_anew(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    ben = talk(cast.ben)
    ben.begin("Try this", DRAFT)
    assert "Try this" not in ben.browser.get(CHATS).text
    ben.browser.send(ben.at, f"{DRAFT}/renewal")
    assert session.scalars(select(Chat)).all() == []
    assert "Only you see this chat" in ben.browser.get(DRAFT).text
    assert len(session.scalars(select(Run)).all()) == 1


def test_only_those_who_may_edit(desk: Agent, cast: Cast, talk: OpenTalk) -> None:
    ben, olga, ada = talk(cast.ben), talk(cast.olga), talk(cast.ada)
    ben.begin("Try this", DRAFT)
    assert olga.browser.get(DRAFT).status_code == 403
    assert ada.browser.get(ben.at).status_code == 404
    assert ben.do("link", to="open").status_code == 404
    olga.at = ben.at
    assert olga.browser.get(ben.at).status_code == 404


def test_a_draft_that_takes_no_messages_says_so(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    ben = talk(cast.ben)
    ben.begin("Try this", DRAFT)
    _change(session, desk, cast, in_a_row(step("start", "start_form"), answer("Hm")))
    assert "takes no messages" in ben.page
    assert ben.say("Again").status_code == 422
    assert len(session.scalars(select(Message)).all()) == 1


def test_another_page_embeds_it(
    desk: Agent, app: Flask, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    back = "/w/harbour-pine/agents/enquiry-desk"
    ben = talk(cast.ben)
    first = ben.begin("Try this", f"{DRAFT}?next={back}")
    assert first.headers["Location"] == back
    chat = session.scalars(select(Chat)).one()
    ben.at = f"{CHATS}/{chat.id}"
    part = ben.browser.get(f"{ben.at}/live?seen=x&next={back}").text
    assert "<html" not in part
    assert "chat-list" not in part
    assert f"next={back}" in part.replace("%2F", "/")
    assert ben.browser.get(f"{ben.at}/live?seen=x&next=//evil.example").text.count("evil") == 0


def test_the_panel_of_another_page(
    desk: Agent, app: Flask, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    back = "/w/harbour-pine/agents/enquiry-desk"
    _embed(app, back)
    ben = talk(cast.ben)
    assert "Ask me about parts." in ben.browser.get("/w/harbour-pine/embeds/enquiry-desk").text
    ben.begin("Try this", DRAFT)
    page = ben.browser.get("/w/harbour-pine/embeds/enquiry-desk").text
    assert "Try this" in page
    assert 'aria-label="Message to Enquiry desk"' in page
    assert f'action="{DRAFT}/renewal?next={back}"' in page


def _embed(app: Flask, back: str) -> None:
    """A page of another room."""

    @requires("agents.edit")
    def show(agent_slug: str) -> str:
        panel = trial_routes.panel(agent_here(agent_slug), back=back)
        return render_template("chats/_panel.html", panel=panel)

    app._got_first_request = False  # the app of this test alone gets one page more
    app.add_url_rule("/w/<workspace_slug>/embeds/<agent_slug>", "embeds.show", show)


def _change(session: Session, agent: Agent, cast: Cast, graph: Graph) -> None:
    session.rollback()
    with database.writing(session):
        revision = drafts.draft_of(session, agent).flow_graph.revision
        drafts.change(
            session, agent, by=cast.ben, expected_revision=revision, command=lambda _now: graph
        )


def _until_ended(session: Session, count: int) -> None:
    def is_over() -> bool:
        session.rollback()
        runs = session.scalars(select(Run)).all()
        return len(runs) == count and all(has_ended(session, run) for run in runs)

    until(is_over)
