"""What a new version can touch is confirmed, others may have to agree, and words are kept."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts
from app.agents.drafts import Command
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.engine import edit
from app.engine.errors import EditRefused
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.versions import description, ports, publication
from app.versions.publication import WideningRefused
from tests.agents.flows import greeting
from tests.cast import Cast
from tests.versions.conftest import Change, Publish, rename


def calls(url: str, method: str) -> Command:
    """A call before the answer."""

    def command(graph: Graph) -> Graph:
        graph, step = edit.add_step(graph, CATALOGUE["http_request"], after=graph.order[0].id)
        return edit.set_fields(graph, step.id, {**step.fields, "url": url, "method": method})

    return command


def runs(agent_id: str) -> Command:
    """A step that runs this agent."""

    def command(graph: Graph) -> Graph:
        graph, step = edit.add_step(graph, CATALOGUE["run_agent"], after=graph.order[0].id)
        return edit.set_fields(graph, step.id, {**step.fields, "agent": agent_id})

    return command


def test_what_reaches_further_is_confirmed_thing_by_thing(
    session: Session, agent: Agent, publish: Publish, change: Change
) -> None:
    publish()
    change(calls("https://hooks.example/x", "POST"))
    with pytest.raises(WideningRefused) as refused:
        publish()
    (touch,) = refused.value.touches
    assert touch.key == "write host hooks.example"
    session.rollback()
    with pytest.raises(WideningRefused):
        publish(confirmed={"read host hooks.example"})
    session.rollback()
    assert agent.version == "1.0.0"
    assert publish(confirmed={touch.key}).version == "2.0.0"
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.position.desc())).first()
    assert event is not None
    assert event.details["confirmed"] == ["Send data to hooks.example"]


def test_what_it_could_touch_before_needs_no_word(publish: Publish, change: Change) -> None:
    change(calls("https://hooks.example/x", "POST"))
    publish()
    change(calls("https://hooks.example/y", "GET"))
    assert publish().version == "1.1.0"


def test_what_a_called_agent_touches_counts(
    session: Session, agent: Agent, publish: Publish, change: Change, cast: Cast
) -> None:
    publish()
    with database.writing(session):
        other = creation.create(session, cast.harbour, by=cast.ben, name="Poster", graph=greeting())
        drafts.change(
            session,
            other,
            by=cast.ben,
            expected_revision=1,
            command=calls("https://h.example/", "PUT"),
        )
        publication.publish(session, other, by=cast.ben, expected_revision=2)
    change(runs(str(other.id)))
    with pytest.raises(WideningRefused) as refused:
        publish()
    assert {touch.key for touch in refused.value.touches} == {
        "write host h.example",
        f"write agent {other.id}",
    }


def test_somebody_else_may_have_to_agree(
    session: Session, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "may_publish", lambda *_: "Olga has to look at it first.")
    with pytest.raises(EditRefused, match="Olga has to look at it first"):
        publish()


def test_a_version_keeps_its_words_and_own_words_win(
    session: Session, agent: Agent, publish: Publish, change: Change, cast: Cast
) -> None:
    first = publish()
    assert "## What sets it off" in first.spec_markdown
    assert "**Greet** answers “Hello …”." in first.spec_markdown
    with database.writing(session):
        description.write(session, agent, by=cast.ben, text="It greets people.")
    change(rename("Welcome"))
    second = publish()
    assert second.spec_markdown == "It greets people."
    assert "**Greet**" in first.spec_markdown
    with database.writing(session):
        description.reset(session, agent, by=cast.ben)
    change(rename("Hello"))
    assert "**Hello** answers" in publish().spec_markdown
