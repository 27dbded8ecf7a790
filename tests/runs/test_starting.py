"""Starting runs: from a form, again, as a rehearsal, and who may."""

from sqlalchemy.orm import Session

from app import database
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import RunMode, RunStatus, TriggerType
from app.versions import publication
from tests.cast import Cast
from tests.loopback import Loopback, reply
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, form, http, in_a_row, step
from tests.runs.house import House, has_ended, until
from tests.runs.pages import FORM, RUNS, START, all_runs


def publish(session: Session, agent: Agent, cast: Cast) -> None:
    """Make the draft the active version."""
    with database.writing(session):
        revision = drafts.draft_of(session, agent).flow_graph.revision
        publication.publish(session, agent, by=cast.ben, expected_revision=revision)


def test_it_works(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session, house: House
) -> None:
    ben = browser(cast.ben)
    sent = ben.send(FORM, START, in_name="Ada", mode="live")
    assert sent.status_code == 303
    (run,) = all_runs(session)
    assert sent.location == f"{RUNS}/{run.id}"
    assert (run.trigger_type, run.started_by, run.mode) == (
        TriggerType.MANUAL,
        cast.ben.id,
        RunMode.LIVE,
    )
    assert "every 1s" in ben.get(sent.location).text

    house.open_worker()
    until(lambda: has_ended(session, run))
    shown = ben.get(sent.location).text
    assert "Hello Ada" in shown
    assert "every" not in shown
    assert "Started by hand by Ben" in ben.get(f"{sent.location}/log").text
    assert "Read the form" in ben.get(RUNS).text


def test_a_wrong_form_comes_back(browser: OpenBrowser, cast: Cast, make_agent: MakeAgent) -> None:
    inputs = [
        {"key": "amount", "label": "Amount", "kind": "number", "required": True},
        {"key": "mail", "label": "E-mail", "kind": "email"},
        {"key": "kind", "label": "Kind", "kind": "choice", "options": ["A", "B"]},
        {"key": "due", "label": "Due", "kind": "date"},
        {"key": "urgent", "label": "Urgent", "kind": "switch"},
        {"key": "words", "label": "Words", "kind": "long_text"},
    ]
    make_agent(in_a_row(step("start", "start_form", {"inputs": inputs}), answer("Hello")))
    sent = browser(cast.ben).send(
        FORM, START, in_amount="a lot", in_mail="nobody", in_kind="C", in_due="soon", in_words="Hm"
    )
    assert sent.status_code == 422
    for kept in ("a lot", "nobody", "soon", "Hm"):
        assert kept in sent.text
    for said in ("It must be a number.", "It must be an e-mail address", "one of its choices"):
        assert said in sent.text


def test_a_form_sent_twice_is_one_run(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session
) -> None:
    ben, olga = browser(cast.ben), browser(cast.ada)
    for _ in range(2):
        assert ben.send(FORM, START, in_name="Ada", once="abc").status_code == 303
    assert len(all_runs(session)) == 1
    olga.send(FORM, START, in_name="Ada", once="abc")
    assert len(all_runs(session)) == 2


def test_the_flow_is_frozen_when_the_run_begins(
    agent: Agent, session: Session, cast: Cast, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Ada"})
    with database.writing(session):
        draft = drafts.draft_of(session, agent)
        drafts.change(
            session,
            agent,
            by=cast.ben,
            expected_revision=draft.flow_graph.revision,
            command=lambda graph: Graph(steps=graph.steps[:1]),
        )
    session.rollback()
    assert len(run.flow_graph.graph.steps) == 3
    assert drafts.draft_of(session, agent).flow_graph_id != run.flow_graph_id


def test_a_viewer_may_not(browser: OpenBrowser, cast: Cast, agent: Agent, session: Session) -> None:
    cleo = browser(cast.cleo)
    assert cleo.get(FORM).status_code == 403
    assert cleo.send("/account", START, in_name="Ada").status_code == 403
    assert all_runs(session) == []


def test_an_operator_runs_what_is_published(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session
) -> None:
    olga = browser(cast.olga)
    assert "not published yet" in olga.get(FORM).text
    publish(session, agent, cast)
    assert olga.get(f"{FORM}?draft=yes").status_code == 403
    assert olga.send(FORM, START, in_name="Ada").status_code == 303
    (run,) = all_runs(session)
    assert run.agent_version_id == agent.active_version_id

    ben = browser(cast.ben)
    assert "Version 1.0.0" in ben.get(FORM).text
    assert ben.send(f"{FORM}?draft=yes", START, in_name="Ada", draft="yes").status_code == 303
    assert all_runs(session)[1].agent_version_id == drafts.draft_of(session, agent).id


def test_an_agent_that_is_put_away_does_not_run(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session
) -> None:
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ben)
    ben = browser(cast.ben)
    assert "is put away" in ben.get(FORM).text
    assert ben.send("/account", START, in_name="Ada").status_code == 409
    assert all_runs(session) == []


def test_a_flow_that_cannot_run_says_why(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session
) -> None:
    make_agent(in_a_row(form("name"), http("lookup", ""), answer("Hello")))
    ben = browser(cast.ben)
    shown = ben.get(FORM).text
    assert "keeps this agent from running" in shown
    assert "step=lookup00" in shown
    assert ben.send("/account", START, in_name="Ada").status_code == 422
    assert all_runs(session) == []


def test_again_with_other_input(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session, start_run: StartRun
) -> None:
    graph = in_a_row(form("name", "password"), answer("Hello {{ trigger.name }}"))
    run = start_run(make_agent(graph), {"name": "Ada", "password": "sesame street"})
    asked = browser(cast.ben).get(f"{FORM}?again={run.id}").text
    assert "were hidden or shortened" in asked
    assert 'value="Ada"' in asked
    assert "sesame" not in asked


def test_a_rehearsal_sends_nothing(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session, house: House
) -> None:
    with Loopback(lambda _request: reply(body=b"1")) as service:
        graph = in_a_row(
            form("name"),
            http("look", service.url),
            http("tell", service.url, "POST", body_kind="text", body="{{ trigger.name }}"),
            answer("Hello"),
        )
        make_agent(graph)
        ben = browser(cast.ben)
        assert "Rehearse" in ben.get(FORM).text
        page = ben.send(FORM, START, in_name="Ada", mode="rehearsal").location
        (run,) = all_runs(session)
        house.open_worker()
        until(lambda: has_ended(session, run))
        assert [one.method for one in service.received] == ["GET"]
    assert (run.status, run.mode) == (RunStatus.SUCCESS, RunMode.REHEARSAL)
    assert "Rehearsal" in ben.get(page).text
