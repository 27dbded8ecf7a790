"""The room's fixtures: an agent that is there, and Ben who changes its steps."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.agents.greeter import agent, ben, browser, draft_graph, revision
from tests.agents.pages import AGENTS, post
from tests.editor.canvas import drawn, save

__all__ = ["agent", "ben", "browser", "draft_graph", "drawn", "revision", "save"]
EDIT = f"{AGENTS}/greeter/edit"


@pytest.fixture
def act(ben: FlaskClient, revision: Callable[[], int]) -> Callable[..., TestResponse]:
    """Ben sends a form of the editor, made from the newest draft unless told otherwise."""

    def send(path: str, **data: object) -> TestResponse:
        return post(ben, EDIT, f"{EDIT}/steps{path}", {"revision": revision(), **data})

    return send
