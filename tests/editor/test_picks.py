"""A setting that chooses something of the workspace."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.agents import creation
from app.data_tables import tables
from app.data_tables.columns import Column
from app.engine.graph import Graph
from app.versions import publication
from tests.agents.flows import greeting, named
from tests.agents.pages import AGENTS, panel_form, words
from tests.cast import Cast

Act = Callable[..., TestResponse]
Read = Callable[[], Graph]
EDIT = f"{AGENTS}/greeter/edit"


def test_an_agent_is_chosen_and_one_that_is_gone_is_told(
    ben: FlaskClient, act: Act, draft_graph: Read, session: Session, cast: Cast
) -> None:
    act("", type="run_agent", after=named(draft_graph(), "Ask").id, port="out")
    step = named(draft_graph(), "Run another agent")
    empty = words(ben.get(f"{EDIT}?step={step.id}"))
    assert "No other agent is published yet. Agents" in empty
    assert "“Agent” is empty." in empty
    with database.writing(session):
        sorter = creation.create(
            session, cast.harbour, by=cast.ben, name="Sorter", graph=greeting()
        )
        publication.publish(session, sorter, by=cast.ben, expected_revision=1)
    form = panel_form(ben, step.id)
    assert form["set-agent"] == ""
    act(f"/{step.id}/settings", **{**form, "set-agent": str(sorter.id)})
    assert "No problems" in words(ben.get(EDIT))
    chosen = words(ben.get(f"{EDIT}?step={step.id}"))
    assert "It may: touch nothing outside its own run." in chosen
    gone = "01890000-0000-7000-8000-000000000000"
    act(f"/{step.id}/settings", **{**panel_form(ben, step.id), "set-agent": gone})
    page = ben.get(f"{EDIT}?step={step.id}")
    assert "One that is gone" in page.text
    assert "choose another" in words(page)
    assert panel_form(ben, step.id)["set-agent"] == gone, "nothing is changed silently"


def test_tables_are_made_on_their_own_page(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    act("", type="find_rows", after=named(draft_graph(), "Ask").id, port="out")
    page = ben.get(f"{EDIT}?step={named(draft_graph(), 'Find rows').id}")
    assert "There is no table yet. Tables" in words(page)
    assert 'href="/w/harbour-pine/tables"' in page.text


def test_tools_are_added_and_show_what_they_need(
    ben: FlaskClient, act: Act, draft_graph: Read, session: Session, cast: Cast
) -> None:
    with database.writing(session):
        table = tables.create(
            session,
            cast.harbour.id,
            by=cast.ben.id,
            name="Orders",
            columns=[Column("amount", "Amount")],
        )
    act("", type="agent_with_tools", after=named(draft_graph(), "Ask").id, port="out")
    step = named(draft_graph(), "Agent with tools")
    act(f"/{step.id}/settings", **panel_form(ben, step.id), add_row="tools")
    act(f"/{step.id}/settings", **{**panel_form(ben, step.id), "set-tools-1-tool": "add_row"})
    page = ben.get(f"{EDIT}?step={step.id}")
    assert "The tool “add_a_row_to_a_table” needs a table." in words(page)
    chosen = {
        **panel_form(ben, step.id),
        "set-task": "Add an order.",
        "set-tools-1-table": str(table.id),
        "set-tools-1-in-1-argument": "amount",
        "set-tools-1-in-1-value": "100",
    }
    act(f"/{step.id}/settings", **chosen)
    assert "No problems" in words(ben.get(EDIT))
    again = panel_form(ben, step.id)
    assert again["set-tools-1-policy"] == "ask_writes"
    assert again["set-tools-1-in-1-operator"] == "at_most"
    row = named(draft_graph(), "Agent with tools").fields["tools"][0]  # type: ignore[index,call-overload]
    assert row["table"] == str(table.id)  # type: ignore[index,call-overload]
