"""The canvas as tests use it: its draft as JSON, sent and read as the page does."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.engine.graph import Graph
from tests.agents.pages import AGENTS

Read = Callable[[], Graph]
Count = Callable[[], int]
Save = Callable[..., TestResponse]
Drawn: TypeAlias = dict[str, Any]
CANVAS = f"{AGENTS}/greeter/canvas"
DRAFT = f"{AGENTS}/greeter/draft"


def csrf(client: FlaskClient) -> str:
    """The token that the canvas sends with each request."""
    page = client.get(f"{AGENTS}/greeter/edit").text
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


def put(client: FlaskClient, address: str, value: object) -> TestResponse:
    """Send JSON as the canvas does; bytes and text as they are."""
    body = value if isinstance(value, bytes | str) else json.dumps(value)
    return client.put(
        address,
        data=body,
        content_type="application/json",
        headers={"X-CSRFToken": csrf(client)},
    )


@pytest.fixture
def save(ben: FlaskClient, revision: Count) -> Save:
    """Ben's canvas saves a graph, from the newest draft unless told otherwise."""

    def send(graph: object, *, of: int | None = None) -> TestResponse:
        sent = {"revision": revision() if of is None else of, "graph": graph}
        return put(ben, DRAFT, sent)

    return send


@pytest.fixture
def drawn(draft_graph: Read) -> Drawn:
    """The draft as the canvas holds it."""
    return json.loads(json.dumps(draft_graph().to_json()))


def step_named(drawn: Drawn, name: str) -> Drawn:
    """The step with this name in the draft as the canvas holds it."""
    return next(one for one in drawn["nodes"] if one["name"] == name)


def flow_of(client: FlaskClient) -> Drawn:
    """The data of the canvas page."""
    page = client.get(CANVAS).text
    text = page.partition('id="flow">')[2].partition("</script>")[0]
    return dict(json.loads(text))
