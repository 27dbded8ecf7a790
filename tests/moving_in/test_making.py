"""Making a moved-in agent with what its tools need: servers of the workspace, agents beside it."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.vault.models import Connection, ConnectorType
from app.workspaces.models import Workspace
from tests.cast import Cast
from tests.moving_in.conftest import HERE, program

Open = Callable[[User], FlaskClient]
ADDRESS = "https://mcp.lampshop.example/mcp"


def hidden(answer: TestResponse, name: str) -> str:
    """What the form carries under this name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text)
    assert found is not None
    return html.unescape(found[1])


def connect(session: Session, workspace: Workspace, by: User) -> Connection:
    """The server of the program, with one of the two tools that were allowed."""
    kept = {"name": "find_order", "description": "Finds one.", "schema": {}, "says_it_reads": True}
    with database.writing(session):
        made = Connection(
            workspace_id=workspace.id,
            connector_type=ConnectorType.MCP,
            name="Orders of the shop",
            config_json={"sign_in": "mcp", "address": ADDRESS, "hosts": [], "tools": [kept]},
            created_by=by.id,
        )
        session.add(made)
    return made


def make(ben: FlaskClient, **more: str) -> tuple[TestResponse, TestResponse]:
    """Bring the program and make the agent."""
    looked = ben.post(HERE, data={"code": program("order_help")})
    data = {"name": "Order help", "flow": hidden(looked, "flow")}
    data |= {"others": hidden(looked, "others"), **more}
    return looked, ben.post(f"{HERE}/agents", data=data)


def tools(session: Session, name: str = "Order help") -> dict[str, dict[str, Any]]:
    """The tools of the agent's step, by name."""
    session.rollback()
    agent = session.scalars(select(Agent).where(Agent.name == name)).one()
    graph = drafts.draft_of(session, agent).flow_graph.graph
    (step,) = [one for one in graph.steps if one.type == "agent_with_tools"]
    rows: Any = step.fields["tools"]
    return {row["name"]: row for row in rows}


def test_agents_that_tools_run_are_made_first(ben: FlaskClient, session: Session) -> None:
    looked, made = make(ben)
    assert "Agents made beside it" in looked.text
    assert made.status_code == 303
    session.rollback()
    agents = {one.name: one for one in session.scalars(select(Agent))}
    assert set(agents) == {"May return", "Translator", "Complaints", "Order help"}
    assert not any(one.is_on for one in agents.values())
    assert agents["May return"].description == "Says whether something may be returned."
    assert tools(session)["may_return"]["agent"] == str(agents["May return"].id)
    inner = tools(session, "Complaints")["to_icelandic"]
    assert inner["agent"] == str(agents["Translator"].id)
    opened = ben.get(made.location, follow_redirects=True)
    assert opened.status_code == 200
    assert "3 agents that its tools run" in opened.text


def test_a_server_that_is_connected_is_used(ben: FlaskClient, session: Session, cast: Cast) -> None:
    server = connect(session, cast.harbour, cast.ada)
    looked, _ = make(ben)
    assert "Orders of the shop" in looked.text
    found = tools(session)
    assert (found["find_order"]["connection"], found["find_order"]["mcp_tool"]) == (
        str(server.id),
        "find_order",
    )
    assert len(found["find_order"]["seen"]) == 16
    assert (found["file_ticket"]["connection"], found["file_ticket"]["mcp_tool"]) == ("", "")


@pytest.mark.parametrize(
    ("ticked", "policies"), [({}, ("ask_writes", "ask")), ({"may_go_on": "y"}, ("allow", "ask"))]
)
def test_no_tool_goes_without_asking_unless_somebody_ticks_it(
    ben: FlaskClient, session: Session, ticked: dict[str, str], policies: tuple[str, str]
) -> None:
    looked, _ = make(ben, **ticked)
    assert "Tools that never asked there" in looked.text
    found = tools(session)
    assert (found["find_order"]["policy"], found["file_ticket"]["policy"]) == policies


def test_a_server_of_another_workspace_is_not_used(
    ben: FlaskClient, session: Session, cast: Cast
) -> None:
    connect(session, cast.elsewhere, cast.dan)
    looked, _ = make(ben)
    assert "Orders of the shop" not in looked.text
    assert tools(session)["find_order"]["connection"] == ""


def test_who_may_not_add_connections_is_told_who_may(browser: Open, cast: Cast) -> None:
    code = {"code": program("order_help")}
    for_ben = browser(cast.ben).post(HERE, data=code).text
    assert "An admin adds it under Connections" in for_ben
    for_ada = browser(cast.ada).post(HERE, data=code).text
    link = re.search(r'href="([^"]*connections/new[^"]*)"', for_ada)
    assert link is not None
    filled = browser(cast.ada).get(html.unescape(link[1])).text
    assert f'value="{ADDRESS}"' in filled


@pytest.mark.parametrize(
    "others",
    [
        "{}",
        "[1]",
        "[" * 5_000,
        json.dumps([{"ref": "moved-in:1", "name": "X", "about": "", "flow": {"schema": 9}}]),
        json.dumps([{"ref": "other:1", "name": "X", "about": "", "flow": {}}]),
        json.dumps([{"ref": "moved-in:1", "name": " ", "about": "", "flow": {}}]),
        json.dumps([{"ref": "moved-in:1", "name": "X"}] * 30),
    ],
)
def test_agents_that_come_broken_are_refused(
    ben: FlaskClient, session: Session, others: str
) -> None:
    _, answer = make(ben, others=others)
    assert (answer.status_code, answer.location) == (303, HERE)
    session.rollback()
    assert session.scalars(select(Agent)).all() == []


def test_a_wrong_name_comes_back_with_all_of_it(ben: FlaskClient, session: Session) -> None:
    looked, answer = make(ben, name=" ")
    assert (answer.status_code, "Give the agent a name." in answer.text) == (422, True)
    assert hidden(answer, "others") == hidden(looked, "others")
    assert "Agents made beside it" in answer.text


def test_switching_a_simple_one_on_leads_to_publishing_all(ben: FlaskClient) -> None:
    code = {"code": program("customer_service")}
    looked = ben.post(HERE, data=code)
    data = {"name": "Customer service", "flow": hidden(looked, "flow")}
    ben.post(f"{HERE}/agents", data={**data, "others": hidden(looked, "others")})
    here = f"{HERE.removesuffix('/moving-in')}/agents/customer-service"
    page = ben.get(f"{here}/simple")
    assert "One that is gone" not in page.text
    assert "FAQ Agent" in page.text
    revision = hidden(page, "revision")
    sent = ben.post(f"{here}/simple/publication", data={"revision": revision, "name": "Desk"})
    assert sent.location == f"{here}/publication"
    assert "Publish all 4" in ben.get(sent.location).text


def test_tools_of_a_server_that_came_later_are_chosen_together(
    ben: FlaskClient, session: Session, cast: Cast
) -> None:
    make(ben)
    server = connect(session, cast.harbour, cast.ada)
    names = ("find_order", "list_orders", "file_ticket")
    with database.writing(session):
        server.config_json = {
            **server.config_json,
            "tools": [
                {"name": name, "description": "", "schema": {}, "says_it_reads": "file" not in name}
                for name in names
            ],
        }
    agent = session.scalars(select(Agent).where(Agent.name == "Order help")).one()
    graph = drafts.draft_of(session, agent).flow_graph.graph
    (step,) = [one for one in graph.steps if one.type == "agent_with_tools"]
    page = ben.get(f"/w/harbour-pine/agents/{agent.slug}/canvas/steps/{step.id}/panel").text
    found = re.findall(r'<option value="([^"]*)">(All [^<]*)</option>', page)
    told = {words: html.unescape(value).splitlines() for value, words in found}
    assert [len(told[words]) for words in ("All of these", "All that only read, as it says")] == [
        3,
        2,
    ]
    assert all(str(server.id) in line for lines in told.values() for line in lines)
