"""Settings of an agent: its command counts at once, how it works from the next version on."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import creation, directory, lifecycle, settings
from app.agents.looks import PICTURES, offered
from app.agents.manner import Manner, manner_of
from app.agents.model_users import agents_by_models
from app.agents.models import Agent, AgentType
from app.engine.errors import EditRefused
from app.versions import publication
from tests.agents.pages import AGENTS, post, words
from tests.cast import Cast
from tests.databases import on_both

Browser = Callable[[User], FlaskClient]
PAGE = f"{AGENTS}/greeter/details"
BRIEF = {
    "type": "task_executor",
    "system_message": "Be brief.",
    "model": "fast",
    "language": "German",
    "timezone": "Europe/Berlin",
}


@pytest.mark.parametrize("typed", ["greet-me", " /Greet-me "])
@on_both
def test_a_command_is_one_small_word(
    session: Session, agent: Agent, cast: Cast, typed: str
) -> None:
    with database.writing(session):
        settings.set_command(session, agent, by=cast.ben, command=typed)
    assert agent.command == "greet-me"
    with database.writing(session):
        settings.set_command(session, agent, by=cast.ben, command="")
    assert agent.command is None


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("two words", "one word"),
        ("x", "one word"),
        ("-dash", "one word"),
        ("grüße", "one word"),
        ("a" * 31, "one word"),
        ("help", "a meaning of its own"),
        ("sorter", "calls “Sorter”"),
        ("sort", "calls “Sorter”"),
    ],
)
def test_a_word_that_cannot_be_one_is_refused(
    session: Session, agent: Agent, cast: Cast, command: str, reason: str
) -> None:
    with database.writing(session):
        other = creation.create(session, cast.harbour, by=cast.ben, name="Sorter")
        settings.set_command(session, other, by=cast.ben, command="sort")
    with pytest.raises(EditRefused, match=reason), database.writing(session):
        settings.set_command(session, agent, by=cast.ben, command=command)
    assert agent.command is None


def test_another_workspace_may_use_the_same_word(
    session: Session, agent: Agent, cast: Cast
) -> None:
    with database.writing(session):
        other = creation.create(session, cast.elsewhere, by=cast.dan, name="Sorter")
        settings.set_command(session, other, by=cast.dan, command="greet")
        settings.set_command(session, agent, by=cast.ben, command="greet")
    assert agent.command == other.command == "greet"


def test_the_page_keeps_both_forms(browser: Browser, cast: Cast, agent: Agent) -> None:
    ben = browser(cast.ben)
    names = {"name": "Greeter", "description": "", "command": "greet"}
    assert post(ben, PAGE, PAGE, names).location == f"{AGENTS}/greeter"
    answer = post(ben, PAGE, f"{AGENTS}/greeter/manner", dict(BRIEF))
    assert answer.location == f"{AGENTS}/greeter"
    shown = words(ben.get(f"{AGENTS}/greeter"))
    assert "Command /greet" in shown
    assert "Be brief." in shown
    page = ben.get(PAGE).text
    assert 'value="greet"' in page
    assert '<option selected value="German">' in page
    assert '<option selected value="Europe/Berlin">' in page


def test_an_agent_has_another_picture(
    browser: Browser, session: Session, cast: Cast, agent: Agent
) -> None:
    ben = browser(cast.ben)
    names = {"name": "Greeter", "description": "", "command": ""}
    post(ben, PAGE, PAGE, {**names, "icon": "rocket"})
    session.refresh(agent)
    assert agent.icon == "rocket"
    assert 'value="rocket" aria-label="Rocket" checked' in ben.get(PAGE).text
    for odd in ("", "no-such-icon", "../../x"):
        post(ben, PAGE, PAGE, {**names, "icon": odd})
        session.refresh(agent)
        assert agent.icon == "rocket"


def test_all_pictures_are_drawn() -> None:
    drawn = Path("static/icons/icons.txt").read_text("utf-8").split()
    assert set(PICTURES) <= set(drawn)
    assert next(iter(offered("plug"))) == "plug"  # of a template, which may have any
    assert offered("bot") == PICTURES


def test_a_wrong_form_comes_back(browser: Browser, cast: Cast, agent: Agent) -> None:
    ben = browser(cast.ben)
    answer = post(ben, PAGE, PAGE, {"name": "Greeter", "command": "two words"})
    assert answer.status_code == 422
    assert "A command is one word" in words(answer)
    assert 'value="two words"' in answer.text
    for name, value in (("model", "gone"), ("type", "system"), ("timezone", "Europe/Atlantis")):
        answer = post(ben, PAGE, f"{AGENTS}/greeter/manner", {**BRIEF, name: value})
        assert answer.status_code == 422, name
        assert "Be brief." in answer.text


@pytest.mark.parametrize("person", ["cleo", "olga"])
def test_only_builders_change_settings(
    browser: Browser, cast: Cast, agent: Agent, person: str
) -> None:
    client = browser(getattr(cast, person))
    assert client.get(PAGE).status_code == 403
    assert post(client, AGENTS, f"{AGENTS}/greeter/manner", dict(BRIEF)).status_code == 403


def test_an_agent_of_lamplight_shows_its_settings_and_takes_none(
    browser: Browser, cast: Cast, agent: Agent, session: Session
) -> None:
    ben = browser(cast.ben)
    page = ben.get(PAGE).text
    with database.writing(session), lifecycle.keeping(agent, built_in="greeter"):
        agent.type = AgentType.SYSTEM
    assert "Nobody here changes it" in words(ben.get(PAGE))
    assert "copy" not in words(ben.get(f"{AGENTS}/greeter")).lower()  # its steps work nowhere else
    assert "Switch on" not in words(ben.get(f"{AGENTS}/greeter"))
    assert page
    post(ben, AGENTS, f"{AGENTS}/greeter/manner", {**BRIEF, "type": "system"})
    session.rollback()
    assert manner_of(agent) == Manner()


def test_what_the_draft_is_told_is_the_next_version_s(
    session: Session, agent: Agent, cast: Cast
) -> None:
    how = Manner(system_message="Be brief.", model="fast", language="German")
    kind = AgentType.DATA_PROCESSOR
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
        settings.set_manner(session, agent, by=cast.ben, type_=kind, how=how)
    before = agent.active_version
    assert before is not None
    assert before.spec_json["system_message"] == ""
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
    session.expire_all()
    assert agent.active_version is not None
    spec = agent.active_version.spec_json
    assert (spec["system_message"], spec["type"]) == ("Be brief.", "data_processor")
    assert spec["config"] == {"model": "fast", "language": "German"}
    assert how.told_first.startswith("Be brief.\n\nAnswer in German")


@on_both
def test_a_default_model_counts_as_used(
    app: Flask, session: Session, agent: Agent, cast: Cast
) -> None:
    model_id = uuid.uuid4()
    how = Manner(model=str(model_id))
    with database.writing(session):
        settings.set_manner(session, agent, by=cast.ben, type_=agent.type, how=how)
    with app.test_request_context():
        found = agents_by_models(session, agent.workspace_id, [model_id, uuid.uuid4()])
        assert [one.name for one in found] == ["Greeter"]
        assert agents_by_models(session, agent.workspace_id, [uuid.uuid4()]) == []


def test_who_may_call_it_reads_what_it_may_do(session: Session, agent: Agent, cast: Cast) -> None:
    assert directory.capabilities(session, cast.harbour.id) == {}
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
    told = directory.capabilities(session, cast.harbour.id)
    assert told == {str(agent.id): "touch nothing outside its own run"}


def test_a_new_agent_does_not_get_the_word_of_another(
    session: Session, agent: Agent, cast: Cast
) -> None:
    with database.writing(session):
        settings.set_command(session, agent, by=cast.ben, command="sorter")
        other = creation.create(session, cast.harbour, by=cast.ben, name="Sorter")
    assert other.slug == "sorter-2"
