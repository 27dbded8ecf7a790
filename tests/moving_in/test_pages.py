"""Bringing a program, looking at what it becomes, and making the agent."""

import html
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent, Origin
from app.audit.models import AuditEvent
from tests.canary import everything_stored
from tests.cast import Cast, sign_in
from tests.moving_in.conftest import HERE, program

Open = Callable[[User], FlaskClient]
KEY = "sk-proj-4f9c1b7ed02a4f9c1b7ed02a"
WORD = "Lantern-9"
WITH_KEYS = f"""
import os
from agents import Agent, HostedMCPTool, Runner, WebSearchTool
# The key is {KEY}
OPENAI_API_KEY = "{WORD}"
os.environ["OPENAI_API_KEY"] = "{KEY}"
mcp = HostedMCPTool(tool_config={{"type": "mcp", "server_url": "https://u:{KEY}@mcp.example.org/s",
  "authorization": "{WORD}", "headers": {{"X-Api-Key": "{WORD}"}}}})
asker = Agent(name="Asker", instructions="Say {WORD} and {KEY} to nobody.", tools=[mcp])
async def run_workflow(workflow_input):
    print("{KEY}")
    token = os.getenv("SERVICE_TOKEN", "{WORD}")
    result = await Runner.run(asker, input=f"{{workflow_input['input_as_text']}} {KEY}")
    return {{"output_text": result.final_output_as(str)}}
"""


def _flow_in(answer: TestResponse) -> str:
    found = re.search(r'name="flow"[^>]*value="([^"]*)"', answer.text)
    assert found is not None
    return html.unescape(found[1])


def test_it_works(ben: FlaskClient, session: Session) -> None:
    assert "See what it becomes" in ben.get(HERE).text
    looked = ben.post(HERE, data={"code": program("returns_desk")})
    assert looked.status_code == 200
    assert "Returns desk" in looked.text
    assert re.search(r"\d+ ready", looked.text)
    assert re.search(r"\d+ to check", looked.text)
    assert "1 by hand" in looked.text
    assert session.scalars(select(Agent)).all() == []
    made = ben.post(f"{HERE}/agents", data={"name": "Returns", "flow": _flow_in(looked)})
    assert made.status_code == 303
    session.rollback()
    agent = session.scalars(select(Agent)).one()
    assert (agent.name, agent.origin, agent.is_on) == ("Returns", Origin.IMPORT, False)
    graph = drafts.draft_of(session, agent).flow_graph.graph
    assert {"guard", "ask_model", "switch", "ask_person", "answer"} <= {
        step.type for step in graph.steps
    }
    assert "Left to do" in graph.notes[0].text
    assert f"/agents/{agent.slug}" in made.location
    assert ben.get(made.location, follow_redirects=True).status_code == 200
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "agent_created")).all()
    assert [event.subject for event in events] == ["Returns"]


def test_a_file_goes_before_what_is_pasted(ben: FlaskClient) -> None:
    content = program("returns_desk").encode()
    data = {"file": (io.BytesIO(content), "returns.py"), "code": "nonsense("}
    looked = ben.post(HERE, data=data)
    assert (looked.status_code, "Returns desk" in looked.text) == (200, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00x", "not text in UTF-8"),
        (b"x = 1\n", "no workflow in it"),
        (b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n", "is not Python"),
        (b'{"nodes": [], "edges": []}', "no workflow in it"),
    ],
)
def test_a_wrong_file_comes_back(ben: FlaskClient, content: bytes, sentence: str) -> None:
    answer = ben.post(HERE, data={"file": (io.BytesIO(content), "a.py")})
    assert (answer.status_code, sentence in html.unescape(answer.text)) == (422, True)


def test_a_file_of_800_kilobytes_comes_back(ben: FlaskClient) -> None:
    """Written out by hand: the client of tests would leave a large upload's own file open."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.py"\r\n\r\n'
    body = head + b"# words\n" * 100_000 + b"\r\n--x--\r\n"
    answer = ben.post(HERE, data=body, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, "larger than 512 KB" in answer.text) == (422, True)


def test_a_wrong_form_comes_back(ben: FlaskClient, session: Session) -> None:
    empty = ben.post(HERE, data={})
    assert (empty.status_code, "There is nothing in it yet" in empty.text) == (422, True)
    wrong = ben.post(HERE, data={"code": "async def run_workflow(:\n"})
    assert (wrong.status_code, "Line 1 is not Python" in wrong.text) == (422, True)
    assert "async def run_workflow(:" in wrong.text
    flow = _flow_in(ben.post(HERE, data={"code": program("returns_desk")}))
    nameless = ben.post(f"{HERE}/agents", data={"name": " ", "flow": flow})
    assert (nameless.status_code, "Give the agent a name." in nameless.text) == (422, True)
    for broken in ("", "{", '{"schema": 9}', "[" * 100_000):
        answer = ben.post(f"{HERE}/agents", data={"name": "X", "flow": broken})
        assert (answer.status_code, answer.location) == (303, HERE)
    assert session.scalars(select(Agent)).all() == []


def test_no_key_gets_anywhere(
    ben: FlaskClient, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        looked = ben.post(HERE, data={"code": WITH_KEYS})
        assert looked.status_code == 200
        made = ben.post(f"{HERE}/agents", data={"name": "Asker", "flow": _flow_in(looked)})
    page = ben.get(made.location, follow_redirects=True).text
    kept = everything_stored(engine)
    for secret in (KEY, WORD):
        for place in (looked.text, made.text, page, kept, caplog.text):
            assert secret not in place
    assert "[hidden]" in kept


def test_a_viewer_may_not(browser: Open, cast: Cast) -> None:
    for person in (cast.cleo, cast.olga):
        visitor = browser(person)
        assert visitor.get(HERE).status_code == 403
        assert visitor.post(HERE, data={"code": "x"}).status_code == 403
        assert visitor.post(f"{HERE}/agents", data={"name": "X", "flow": "{}"}).status_code == 403


def test_another_workspace_gets_404(browser: Open, cast: Cast) -> None:
    dan = browser(cast.dan)
    assert dan.get(HERE).status_code == 404
    assert dan.post(f"{HERE}/agents", data={"name": "X", "flow": "{}"}).status_code == 404


def test_forms_of_other_pages_are_refused(app: Flask, session: Session, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    ben = sign_in(app.test_client(), session, cast.ben)
    assert ben.post(HERE, data={"code": program("returns_desk")}).status_code == 400
    assert ben.post(f"{HERE}/agents", data={"name": "X", "flow": "{}"}).status_code == 400
