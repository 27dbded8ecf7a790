"""Samples: pinned, replaced, taken off, and never anywhere but at their own step."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.trials import earlier, samples
from app.trials.models import Sample
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.databases import on_both

PASSWORD = {"name": "Ada", "password": "open sesame street"}


def _pin(session: Session, keyring: Keyring, agent: Agent, cast: Cast, value: object) -> Sample:
    step = drafts.draft_of(session, agent).flow_graph.graph.step("start000")
    with database.writing(session):
        return samples.pin(
            session, keyring, agent, step, value=value, source="typed by Ben", by=cast.ben
        )


@on_both
def test_it_works(app: Flask, session: Session, cast: Cast, keyring: Keyring, agent: Agent) -> None:
    sample = _pin(session, keyring, agent, cast, PASSWORD)
    assert sample.shown == {"name": "Ada", "password": "[hidden]"}
    assert samples.opened(keyring, sample) == PASSWORD
    assert b"sesame" not in sample.sealed
    step = drafts.draft_of(session, agent).flow_graph.graph.step("start000")
    with app.test_request_context():
        known = earlier.newest(session, keyring, agent, [step])
    assert known["start000"].exact == PASSWORD
    assert known["start000"].is_pinned


@on_both
def test_a_second_one_takes_its_place(
    session: Session, cast: Cast, keyring: Keyring, agent: Agent
) -> None:
    _pin(session, keyring, agent, cast, {"name": "Ada"})
    _pin(session, keyring, agent, cast, {"name": "Ben"})
    (only,) = session.scalars(select(Sample))
    assert only.shown == {"name": "Ben"}


def test_it_is_taken_off_and_both_are_on_record(
    session: Session, cast: Cast, keyring: Keyring, agent: Agent
) -> None:
    _pin(session, keyring, agent, cast, 1)
    step = drafts.draft_of(session, agent).flow_graph.graph.step("start000")
    with database.writing(session):
        samples.unpin(session, agent, step, by=cast.ben)
    assert session.scalars(select(Sample)).all() == []
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position.desc()).limit(2))
    assert list(acts) == ["sample_unpinned", "sample_pinned"]


def test_a_copy_of_the_agent_has_none(
    session: Session, cast: Cast, keyring: Keyring, agent: Agent
) -> None:
    _pin(session, keyring, agent, cast, {"name": "Ada"})
    with database.writing(session):
        copy = creation.duplicate(session, agent, by=cast.ben)
    assert samples.of_step(session, copy, "start000") is None
    assert "Ada" not in str(drafts.draft_of(session, copy).flow_graph.graph_json)
