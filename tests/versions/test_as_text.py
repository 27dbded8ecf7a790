"""An agent as one text, and what is different about it beside its steps."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import drafts, settings
from app.agents.manner import Manner
from app.agents.models import Agent, AgentType
from app.agents.surroundings import known_to
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.versions.publication import compared_draft, draft_side
from app.versions.source import as_text
from tests.agents.pages import AGENTS, words
from tests.cast import Cast
from tests.versions.conftest import Change, Publish

Browser = Callable[[User], FlaskClient]
CODE = "total = 0\nfor row in rows:\n    total += row\ntotal  # ``` is no end\n"


def with_code(graph: Graph) -> Graph:
    """The greeting with a step of code in between."""
    graph, step = edit.add_step(graph, CATALOGUE["code"], after=graph.order[0].id, name="Add up")
    return edit.set_fields(graph, step.id, {**step.fields, "code": CODE})


def text_of(session: Session, agent: Agent) -> str:
    """The draft as text."""
    side = draft_side(agent, drafts.draft_of(session, agent))
    return as_text(agent, side, known_to(session, agent))


def test_it_holds_settings_steps_ways_and_code(
    session: Session, agent: Agent, change: Change, cast: Cast
) -> None:
    change(with_code)
    with database.writing(session):
        settings.set_command(session, agent, by=cast.ben, command="greet")
        settings.set_manner(
            session,
            agent,
            by=cast.ben,
            type_=AgentType.TASK_EXECUTOR,
            how=Manner(system_message="Be brief.", model="fast"),
        )
    told = text_of(session, agent)
    assert told.startswith("# Greeter\n\nSays hello.\n\n- Version: the draft\n- Type: Does a task")
    assert "- Command: /greet\n- Default model: Fast" in told
    assert "## Instructions\n\n```\nBe brief.\n```" in told
    assert f"Python code:\n\n````python\n{CODE.rstrip()}\n````" in told
    assert "## 1. Ask" in told
    assert "→ “Add up”" in told


def test_it_is_kept_with_the_agent_when_it_is_published(
    session: Session, agent: Agent, publish: Publish
) -> None:
    publish()
    session.expire_all()
    assert agent.src.startswith("# Greeter")
    assert "Hello {{ trigger.name }}" in agent.src


def test_it_has_a_page_and_a_file(
    browser: Browser, cast: Cast, agent: Agent, publish: Publish
) -> None:
    publish()
    cleo = browser(cast.cleo)
    assert "Hello {{ trigger.name }}" in words(cleo.get(f"{AGENTS}/greeter/versions/1/text"))
    file = cleo.get(f"{AGENTS}/greeter/versions/draft/text.md")
    assert file.headers["Content-Disposition"] == "attachment; filename=greeter-draft-as-text.md"
    assert file.text.startswith("# Greeter")
    assert cleo.get(f"{AGENTS}/greeter/versions/9/text").status_code == 404
    assert browser(cast.dan).get(f"{AGENTS}/greeter/versions/1/text").status_code == 404


def test_another_default_model_is_told_and_reaches_further(
    session: Session, agent: Agent, change: Change, publish: Publish, cast: Cast
) -> None:
    def with_a_model(graph: Graph) -> Graph:
        graph, step = edit.add_step(graph, CATALOGUE["ask_model"], after=graph.order[0].id)
        return edit.set_fields(graph, step.id, {**step.fields, "question": "Hello?"})

    change(with_a_model)
    published = publish()
    assert published.spec_json["capabilities"] == agent.capabilities
    assert agent.capabilities == ["Show texts to the workspace's default language model"]
    with database.writing(session):
        settings.set_manner(session, agent, by=cast.ben, type_=agent.type, how=Manner(model="good"))
    draft = drafts.draft_of(session, agent)
    compared = compared_draft(session, agent, draft, known_to(session, agent))
    assert [one.key for one in compared.wider] == ["read model good"]
    told = ["".join(piece.text for piece in one.told) for one in compared.difference.changes]
    assert "Another default model" in told


def test_an_earlier_version_comes_back_with_how_it_worked(
    session: Session, agent: Agent, publish: Publish, cast: Cast, revision: Callable[[], int]
) -> None:
    first = publish()
    with database.writing(session):
        settings.set_manner(
            session, agent, by=cast.ben, type_=agent.type, how=Manner(system_message="Be brief.")
        )
    now = revision()
    with database.writing(session):
        drafts.bring_back(session, agent, version=first, by=cast.ada, expected_revision=now)
    assert agent.system_message == ""
