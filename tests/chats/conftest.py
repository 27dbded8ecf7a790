"""Agents that people talk to, and browsers to do it with."""

from collections.abc import Callable

import pytest

from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.values import Json
from tests.chats.talk import Talk
from tests.runs.conftest import OpenBrowser, browser, house, make_agent, nursery, start_run
from tests.runs.flows import answer, in_a_row, step
from tests.triggers.conftest import SwitchOn, _filled_ports, keyring, publish, switched_on

__all__ = [
    "_filled_ports",
    "browser",
    "house",
    "keyring",
    "make_agent",
    "nursery",
    "publish",
    "start_run",
    "switched_on",
]


def start(**fields: Json) -> object:
    """The start step of a chat."""
    return step("start", "start_chat", fields)


def echo() -> Graph:
    """Answers with the words that came and those before."""
    return in_a_row(
        step("start", "start_chat", {"welcome": "Ask me about parts.", "examples": "Late parts?"}),
        answer("You said **{{ trigger.text }}** after {{ trigger.history | length }}"),
    )


@pytest.fixture
def desk(switched_on: SwitchOn) -> Agent:
    """An agent that answers in a chat, published and on."""
    return switched_on(echo(), "Enquiry desk")


@pytest.fixture
def talk(browser: OpenBrowser) -> Callable[..., Talk]:
    """Opens a chat as this person."""
    return lambda person: Talk(browser(person))
