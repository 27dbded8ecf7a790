"""A model understands and draws: planted answers, good ones, rubbish, and too much."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.chats.models import Message
from app.describing.models import Workflow
from app.engine.values import Json
from app.runs.models import Run, RunNode
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.chats.providers import connect
from tests.describing.person import Describing
from tests.llm import stubs
from tests.loopback import Loopback, Received
from tests.runs.conftest import OpenBrowser
from tests.runs.house import House

WISH = "When a form is sent, thank the person and answer."
EMPTY: dict[str, Json] = {"inside": "", "does": ""}
GOOD: dict[str, Json] = {
    "name": "Thank people",
    "description": "Thanks whoever sends the form.",
    "says": "It thanks **everybody**. <script>alert(1)</script> [x](javascript:alert(1))",
    "steps": [
        {
            "key": "form",
            "type": "start_form",
            "name": "The form",
            "after": [],
            "settings": [],
            **EMPTY,
        },
        {
            "key": "thanks",
            "type": "answer",
            "name": "Say thanks <img src=x onerror=alert(1)>",
            "after": [{"step": "form", "way": ""}],
            "settings": [{"name": "kind", "value": "text"}, {"name": "text", "value": "Thanks"}],
            **EMPTY,
        },
    ],
}


def _provider(asks: list[dict[str, Json]], flow: str) -> Callable[[Received], bytes]:
    """Answers with these questions first, with this text where a flow is wanted."""

    def say(request: Received) -> bytes:
        if request.method == "GET":
            return stubs.json_reply({"object": "list", "data": [{"id": "stub-large"}]})
        if b"ask at most three questions" in request.body:
            return stubs.openai(json.dumps({"summary": "Thank people", "questions": asks}))
        return stubs.openai(flow)

    return say


@pytest.fixture
def proposed(
    session: Session, keyring: Keyring, cast: Cast, house: House, browser: OpenBrowser
) -> Callable[..., tuple[Describing, Workflow]]:
    """What comes of a wish when the provider answers so."""

    def now(flow: str, asks: list[dict[str, Json]] | None = None) -> tuple[Describing, Workflow]:
        ben = Describing(browser(cast.ben), session)
        with Loopback(_provider(asks or [], flow)) as server:
            connect(session, keyring, cast, server)
            house.open_worker()
            ben.begin(WISH)
            return ben, ben.answer_all()

    return now


def test_a_model_asks_and_draws(proposed: Any, session: Session) -> None:
    question: dict[str, Json] = {"text": "In which language?", "choices": ["English", "German"]}
    ben, flow = proposed(json.dumps(GOOD), [question])
    assert (flow.name, flow.by_patterns) == ("Thank people", False)
    assert [step.type for step in flow.flow_graph.graph.steps] == ["start_form", "answer"]
    said = [one.text for one in session.scalars(select(Message).order_by(Message.id))]
    assert "English" in said
    assert any("In which language?" in one for one in said)
    costs = session.scalars(select(RunNode.tokens).where(RunNode.node_type == "compose_flow"))
    assert sum(costs) > 0
    page = ben.page
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert "<img src=x" not in page
    assert "practice model builds" not in page


@pytest.mark.parametrize(
    "answer",
    [
        "I am sorry, I cannot draw.",
        json.dumps(GOOD)[:200],
        json.dumps({**GOOD, "steps": "none"}),
        json.dumps({**GOOD, "steps": []}),
    ],
    ids=["words", "half", "text", "empty"],
)
def test_rubbish_still_leads_to_a_flow_that_says_what_it_is(proposed: Any, answer: str) -> None:
    _, flow = proposed(answer)
    assert flow.by_patterns
    assert flow.flow_graph.graph.steps


def test_a_model_cannot_use_the_steps_of_lamplights_own_agents(proposed: Any) -> None:
    wanted: Any = json.loads(json.dumps(GOOD))
    wanted["steps"][1]["type"] = "fill_in_code"
    _, flow = proposed(json.dumps(wanted))
    types = {step.type for step in flow.flow_graph.graph.steps}
    assert not types & {"fill_in_code", "compose_flow", "understand_wish"}


def test_a_provider_that_refuses_ends_the_run_in_words(
    session: Session, keyring: Keyring, cast: Cast, house: House, browser: OpenBrowser
) -> None:
    ben = Describing(browser(cast.ben), session)
    with Loopback(lambda _: stubs.json_reply({"error": {}}, "401 Unauthorized")) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        ben.begin(WISH)
        run = ben.ended()
    assert "key" in (run.error_message or "")
    assert session.scalars(select(Workflow)).all() == []
    assert session.scalars(select(Run)).all() == [run]
