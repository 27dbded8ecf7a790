"""A simple agent of Ben's, and browsers of the people who come to its page."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app import database
from app.agents import creation, drafts
from app.agents.models import Agent
from app.data_tables import tables
from app.data_tables.columns import Column
from app.engine.graph import Graph
from app.simple_agents import shape
from tests.accounts.browser import Browser
from tests.cast import Cast
from tests.runs.conftest import OpenBrowser, browser, house, make_agent, nursery
from tests.triggers.conftest import _filled_ports, keyring

__all__ = ["_filled_ports", "browser", "house", "keyring", "make_agent", "nursery"]
AGENT = "/w/harbour-pine/agents/product-helper"
SIMPLE = f"{AGENT}/simple"


@dataclass
class Desk:
    """A person at the page: what is in its form, and what is sent."""

    browser: Browser
    fields: MultiDict[str, str] = field(default_factory=MultiDict)

    def open(self) -> TestResponse:
        """Open the page and take what its form holds."""
        answer = self.browser.get(SIMPLE)
        self.fields = fields_of(answer.text)
        return answer

    def save(self, **typed: Any) -> TestResponse:
        """Send the form as htmx does, with other words in it; the page answers with itself."""
        answer = self.send(SIMPLE, {"HX-Request": "true"}, **typed)
        if 'id="simple-form"' in answer.text:
            self.fields = fields_of(answer.text)
        return answer

    def send(self, to: str, headers: dict[str, str] | None = None, **typed: Any) -> TestResponse:
        """Send the form as it is, with other words in it."""
        sent = MultiDict(self.fields)
        for name, value in typed.items():
            sent.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
        return self.browser.client.post(to, data=sent, headers=headers or {})


@pytest.fixture
def helper(session: Session, cast: Cast) -> Agent:
    """A simple agent that nobody has changed yet."""
    graph = shape.first_graph(instructions="Answer kindly.")
    with database.writing(session):
        return creation.create(
            session, cast.harbour, by=cast.ben, name="Product helper", graph=graph
        )


@pytest.fixture
def table(session: Session, cast: Cast) -> str:
    """The id of a table of orders."""
    columns = (Column("customer", "Customer"), Column("amount", "Amount"))
    with database.writing(session):
        made = tables.create(
            session, cast.harbour.id, by=cast.ben.id, name="Orders", columns=columns
        )
    return str(made.id)


@pytest.fixture
def desk(browser: OpenBrowser, cast: Cast, helper: Agent) -> Desk:
    """Ben at the page."""
    desk = Desk(browser(cast.ben))
    desk.open()
    return desk


@pytest.fixture
def draft(session: Session, helper: Agent) -> Callable[[], Graph]:
    """Reads the draft's graph as it is now."""

    def read() -> Graph:
        session.rollback()
        return drafts.draft_of(session, helper).flow_graph.graph

    return read


def fields_of(page: str) -> MultiDict[str, str]:
    """Every control of the page's form, as a browser would send it back unchanged."""
    form = re.search(r'<form class="make-parts" id="simple-form".*?</form>', page, re.DOTALL)
    assert form, "the page has no form"
    fields: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", form[0]):
        if not re.search(r'type="(checkbox|radio)"', tag) or " checked" in tag:
            fields.add(_attribute(tag, "name"), _attribute(tag, "value"))
    for tag, inside in re.findall(r"(<textarea[^>]*>)(.*?)</textarea>", form[0], re.DOTALL):
        fields.add(_attribute(tag, "name"), html.unescape(inside).removeprefix("\n"))
    for tag, inside in re.findall(r"(<select[^>]*>)(.*?)</select>", form[0], re.DOTALL):
        chosen = re.search(r"<option[^>]* selected[^>]*>", inside)
        fields.add(_attribute(tag, "name"), _attribute(chosen[0], "value") if chosen else "")
    return fields


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""
