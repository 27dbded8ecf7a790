"""From a wish to an agent: questions, a proposal, ticks, applying and taking back."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.agents.models import Agent
from app.chats.models import Message
from app.describing.conversation import ASKS, SKIP
from app.describing.models import WorkflowStatus
from app.engine.edit_steps import rename_step
from app.runs.models import Run
from tests.cast import Cast
from tests.databases import on_both
from tests.describing.person import PLACE, Describing
from tests.runs.conftest import OpenBrowser
from tests.runs.house import House, until

WISH = (
    "When an enquiry comes in by a form, sort it into complaint or question and draft an answer. "
    "Ask me before it is sent."
)


@pytest.fixture
def ben(browser: OpenBrowser, cast: Cast, session: Session) -> Describing:
    """Ben, who builds."""
    return Describing(browser(cast.ben), session)


@on_both
def test_a_wish_becomes_an_agent_and_can_be_taken_back(
    ben: Describing, session: Session, cast: Cast, house: House
) -> None:
    house.open_worker()
    assert ben.begin(WISH) == 303
    flow = ben.answer_all()
    assert (flow.status, flow.number, flow.by_patterns) == (WorkflowStatus.DRAFT, 1, True)
    questions = [one for one in session.scalars(select(Message)) if ASKS in one.meta]
    assert len(questions) <= 3
    page = ben.page
    assert "Proposal 1" in page
    assert "flow-picture" in page
    assert "What it can touch" in page
    assert "practice model" in page
    runs = session.scalars(select(Run)).all()
    assert {run.parent_run is None for run in runs} == {True, False}
    ben.do("application", change=ben.changes)
    applied = ben.newest
    agent = applied.agent
    assert applied.status is WorkflowStatus.ACTIVE
    assert agent is not None
    types = [step.type for step in drafts.draft_of(session, agent).flow_graph.graph.steps]
    assert "ask_person" in types
    assert "Open in the editor" in ben.page
    ben.do("application/withdrawal")
    assert ben.newest.status is WorkflowStatus.DRAFT
    session.refresh(agent)
    assert agent.is_archived


def test_the_page_says_that_it_waits_for_an_answer(ben: Describing, house: House) -> None:
    house.open_worker()
    ben.begin("When an enquiry comes in, sort it and draft an answer")
    ben.settled()
    assert "It waits for your answer" in ben.page
    ben.answer_all()
    assert "It waits for your answer" not in ben.page


def test_whoever_may_set_up_mail_is_led_there(
    ben: Describing, browser: OpenBrowser, cast: Cast, session: Session, house: House
) -> None:
    house.open_worker()
    ben.begin("When somebody fills in the form, send me a mail")
    ben.answer_all()
    assert "no mail server is set up yet" in ben.page
    assert "Set up the mail server" not in ben.page
    ada = Describing(browser(cast.ada), session)
    ada.begin("When somebody fills in the form, send me a mail")
    ada.settled()
    assert "Set up the mail server" in ada.page


def test_what_is_not_ticked_is_left_out(ben: Describing, session: Session, house: House) -> None:
    house.open_worker()
    ben.begin(WISH)
    whole = ben.answer_all().flow_graph.graph
    every = ben.changes
    ben.do("application", change=[every[0], *every[2:]], all=every)
    assert "cannot do without what you left out" in ben.page
    assert ben.newest.agent_id is None
    ben.do("application", change=every[:-1], all=every)
    agent = ben.newest.agent
    assert agent is not None
    kept = drafts.draft_of(session, agent).flow_graph.graph
    assert 0 < len(kept.steps) < len(whole.steps)


def test_nothing_ticked_makes_nothing(ben: Describing, session: Session, house: House) -> None:
    house.open_worker()
    ben.begin(WISH)
    ben.answer_all()
    ben.do("application")
    assert "Tick at least one change" in ben.page
    assert ben.newest.agent_id is None


def test_an_agent_is_changed_and_the_change_taken_back(
    ben: Describing, session: Session, house: House, agent: Agent
) -> None:
    house.open_worker()
    before = drafts.draft_of(session, agent).flow_graph.graph
    ben.begin("Also tell me by mail", agent=agent.slug)
    flow = ben.answer_all()
    assert (flow.is_change, flow.agent_id) == (True, agent.id)
    assert flow.name == agent.name
    ben.do("application", change=ben.changes)
    session.rollback()
    after = drafts.draft_of(session, agent).flow_graph.graph
    assert "send_email" in [step.type for step in after.steps]
    ben.do("application/withdrawal")
    session.rollback()
    assert drafts.draft_of(session, agent).flow_graph.graph.digest == before.digest


def test_a_draft_that_moved_on_is_not_written_over(
    ben: Describing, session: Session, cast: Cast, house: House, agent: Agent
) -> None:
    house.open_worker()
    ben.begin("Also tell me by mail", agent=agent.slug)
    ben.answer_all()
    ticked = ben.changes
    _edit(session, agent, cast, "Meanwhile")
    assert "The draft has changed since this was proposed" in ben.page
    ben.do("application", change=ticked)
    assert ben.newest.status is WorkflowStatus.DRAFT
    assert "was changed after this was proposed" in ben.page
    ben.do("renewal")
    ben.settled()
    anew = until(lambda: ben.found(number=1))
    assert "Meanwhile" in [step.name for step in anew.flow_graph.graph.steps]
    assert "The draft has changed since" not in ben.page


def test_what_was_edited_since_is_not_taken_back(
    ben: Describing, session: Session, cast: Cast, house: House, agent: Agent
) -> None:
    house.open_worker()
    ben.begin("Also tell me by mail", agent=agent.slug)
    ben.answer_all()
    ben.do("application", change=ben.changes)
    _edit(session, agent, cast, "Later")
    assert "was edited after this was applied" in ben.page
    ben.do("application/withdrawal")
    assert ben.newest.status is WorkflowStatus.ACTIVE


def test_it_rehearses_what_is_proposed(ben: Describing, session: Session, house: House) -> None:
    house.open_worker()
    ben.begin(WISH)
    flow = ben.answer_all()
    chosen = ben.do("rehearsals/choice", change=ben.changes)
    assert chosen.count("change=") == len(ben.changes)
    assert "token" not in chosen
    form = ben.browser.get(f"{PLACE}/workflows/{flow.id}/rehearsals/new").text
    names = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', form)
    asked = {one: "ana@harbour.example" for one in names if one not in ("csrf_token", "once")}
    where = ben.do("rehearsals", **{name: asked[name] for name in asked if name != "change"})
    session.rollback()
    run = session.get_one(Run, UUID(where.rsplit("/", 1)[-1]))
    assert run.flow_graph_id == flow.flow_graph_id
    assert run.mode.value == "rehearsal"
    shown = ben.browser.get(where).text
    assert f"The proposal “{flow.name}”" in shown
    assert f'href="{PLACE}/describe/{flow.chat_id}"' in shown
    assert "Run again" not in shown
    assert "Show on the canvas" not in shown
    assert ben.browser.get(f"{where}/repeats/new").status_code == 404


def test_skipping_questions_leads_on(ben: Describing, session: Session, house: House) -> None:
    house.open_worker()
    ben.begin("Sort my mail")
    ben.settled()
    if ben.found() is None:
        ben.say(SKIP)
        ben.settled()
    assert ben.found() is not None


def test_a_wish_in_another_language_is_told_so_and_does_not_linger(
    browser: OpenBrowser, cast: Cast, session: Session, house: House
) -> None:
    house.open_worker()
    ada = Describing(browser(cast.ada), session)
    ada.begin("Wenn eine Anfrage kommt, sortiere sie und entwirf eine Antwort. Frag mich vorher.")
    ada.settled()
    assert ada.found() is None
    assert "I can read wishes in English only" in ada.page
    assert re.search(rf'href="{PLACE}/settings/models"[^>]*>Settings → Models</a>', ada.page)
    ada.say("When somebody fills in a form, mail me what it says.")
    flow = ada.answer_all()
    texts = str(flow.flow_graph.graph.to_json()) + flow.name + flow.tech_spec
    assert "Anfrage" not in texts


def test_an_operator_may_not(browser: OpenBrowser, cast: Cast, builder: Agent) -> None:
    assert browser(cast.olga).get(f"{PLACE}/describe").status_code == 403


def test_an_operator_who_talks_to_it_is_told(
    browser: OpenBrowser, cast: Cast, builder: Agent, session: Session, house: House
) -> None:
    house.open_worker()
    olga = Describing(browser(cast.olga), session)
    to = f"{PLACE}/chats/with/{builder.slug}"
    olga.post(olga.browser.get(to).text, to, text=WISH)
    run = session.scalars(select(Run)).one()

    def ended() -> bool:
        session.refresh(run)
        session.rollback()
        return run.status.is_final

    until(ended)
    assert "builders and admins" in (run.error_message or "")


def test_strangers_get_404(ben: Describing, browser: OpenBrowser, cast: Cast, house: House) -> None:
    house.open_worker()
    ben.begin(WISH)
    flow = ben.answer_all()
    ada = browser(cast.ada)
    assert ada.get(ben.at).status_code == 404
    assert ada.get(f"{PLACE}/workflows/{flow.id}/rehearsals/new").status_code == 404


def test_an_empty_wish_comes_back(ben: Describing) -> None:
    assert ben.begin("  ") == 422


def _edit(session: Session, agent: Agent, cast: Cast, name: str) -> None:
    with database.writing(session):
        row = drafts.draft_of(session, agent).flow_graph
        drafts.change(
            session,
            agent,
            by=cast.ben,
            expected_revision=row.revision,
            command=lambda graph: rename_step(graph, graph.steps[0].id, name),
        )


def test_the_ways_in(browser: OpenBrowser, cast: Cast, agent: Agent, builder: Agent) -> None:
    ben = browser(cast.ben)
    assert f'{PLACE}/describe"' in ben.get(f"{PLACE}/").text
    new = ben.get(f"{PLACE}/agents/new").text
    assert new.index("Describe it") < new.index("put the steps together")
    way = f"{PLACE}/describe?agent={agent.slug}"
    assert way in ben.get(f"{PLACE}/agents/{agent.slug}").text
    assert way in ben.get(f"{PLACE}/agents/{agent.slug}/canvas").text
    assert "Change by describing" in ben.get(way).text
    assert ben.get(f"{PLACE}/describe?agent={builder.slug}").status_code == 404
    own = ben.get(f"{PLACE}/agents?show=lamplight").text
    assert "Workflow creator" in own
    assert "Workflow creator" not in ben.get(f"{PLACE}/agents").text
    shown = ben.get(f"{PLACE}/agents/{builder.slug}").text
    assert "Change its steps" not in shown
