"""The values a step can use: as a tree of what earlier steps gave, and put into a text."""

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.data_tables import tables
from app.data_tables.columns import Column
from app.engine.graph import Graph
from app.engine.states import RunStatus, StepStatus
from app.runs.models import Run, RunNode
from tests.cast import Cast
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, form, in_a_row, set_values, step

STEPS = "/w/harbour-pine/agents/greeter/steps"
TELL = f"{STEPS}/answer00"
ORDER = {
    "number": 48213,
    "buyer": {"first name": "Olga", "address": {"town": {"name": {"deep": "Kiel"}}}},
    "items": [{"sku": f"L{number}"} for number in range(9)],
    "token": "[hidden]",
}


def record(session: Session, run: Run, node: str, output: Any, iteration: str = "") -> None:
    """A step of this run gave that."""
    with database.writing(session):
        run.status = RunStatus.SUCCESS
        session.add(
            RunNode(
                workspace_id=run.workspace_id,
                run_id=run.id,
                node_id=node,
                node_type="set_values",
                iteration=iteration,
                status=StepStatus.SUCCESS,
                output=output,
                started_at=run.created_at,
                finished_at=run.created_at,
            )
        )


@pytest.fixture
def agent(make_agent: MakeAgent) -> Agent:
    """Asks for a name, reads an order and answers."""
    find = step("find", "parse_json", {"text": "{{ trigger.name }}"})
    return make_agent(in_a_row(form("name"), find, answer("Hello {{ trigger.name }}")))


@pytest.fixture
def ran(session: Session, agent: Agent, start_run: StartRun) -> Run:
    """A run of the agent: Olga came, and an order was found."""
    run = start_run(agent, {"name": "Olga"})
    record(session, run, "start000", {"name": "Olga"})
    record(session, run, "find0000", {"value": ORDER})
    return run


def told(browser: Any, text: str, step: str = TELL, **more: str) -> dict[str, Any]:
    """What a text in a setting of the step comes to."""
    answer = browser.send(STEPS.replace("/steps", "/edit"), f"{step}/values/preview", text=text)
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.text))


def test_it_works(browser: OpenBrowser, cast: Cast, ran: Run) -> None:
    tree = browser(cast.ben).get(f"{TELL}/values").text
    assert 'data-insert="{{ trigger.name }}"' in tree
    assert ">Olga<" in tree
    assert 'data-insert="{{ steps.find.value.number }}"' in tree
    assert "steps.find.value.buyer[&#39;first name&#39;]" in tree
    assert "steps.find.value.items[0].sku" in tree
    assert "steps.find.value.items[3]" not in tree, "items of a list are mostly alike"
    assert "list of 9" in tree
    assert "buyer.address" in tree
    assert "address.town.name" not in tree, "four levels are enough"
    assert "[hidden]" in tree
    assert "from the run of" in tree


def test_a_step_that_never_ran_says_what_it_will_give(
    browser: OpenBrowser, cast: Cast, agent: Agent
) -> None:
    tree = browser(cast.ben).get(f"{TELL}/values").text
    assert 'data-insert="{{ steps.find.value }}"' in tree


def test_what_a_step_gave_with_other_settings_is_not_offered(
    browser: OpenBrowser, session: Session, cast: Cast, ran: Run
) -> None:
    session.rollback()
    found = session.query(RunNode).filter_by(run_id=ran.id, node_id="find0000").one()
    with database.writing(session):
        found.output = {"value": 1, "of_before": 2}
    tree = browser(cast.ben).get(f"{TELL}/values").text
    assert "steps.find.value" in tree
    assert "of_before" not in tree


def test_the_run_that_is_shown_counts(
    browser: OpenBrowser, session: Session, cast: Cast, agent: Agent, ran: Run, start_run: StartRun
) -> None:
    later = start_run(agent, {"name": "Tobias"})
    record(session, later, "start000", {"name": "Tobias"})
    ben = browser(cast.ben)
    assert "Tobias" in ben.get(f"{TELL}/values").text
    assert "Tobias" not in ben.get(f"{TELL}/values?run={ran.id}").text


def test_a_text_is_shown_with_its_values(browser: OpenBrowser, cast: Cast, ran: Run) -> None:
    ben = browser(cast.ben)
    assert told(ben, "Dear {{ trigger.name }}, {{ steps.find.value.number }}") == {
        "text": "Dear Olga, 48213",
        "is_problem": False,
    }
    assert told(ben, "{{ steps.find.value.token }}")["text"] == "[hidden]"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{ steps.gret.number }}", "There is no “gret” in steps"),
        ("{{ steps.find.value.number", "A {{ has no }} behind it."),
        ("{{ steps.find.value.number | shout }}", "There is no filter “shout”."),
    ],
)
def test_what_is_wrong_is_said(
    browser: OpenBrowser, cast: Cast, ran: Run, text: str, sentence: str
) -> None:
    answer = told(browser(cast.ben), text)
    assert answer["is_problem"]
    assert sentence in answer["text"]


def test_what_is_not_known_yet_is_said(browser: OpenBrowser, cast: Cast, agent: Agent) -> None:
    ben = browser(cast.ben)
    assert "“Find” has given nothing yet" in told(ben, "{{ steps.find.value }}")["text"]
    assert "Nothing has set the agent off yet" in told(ben, "{{ trigger.name }}")["text"]


def test_inside_a_loop_the_first_item_is_shown(
    browser: OpenBrowser, session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    flow = in_a_row(
        form("name"),
        set_values("find", orders="none"),
        step("each", "for_each", {"items": "{{ steps.find.orders }}"}),
    )
    inside = step("note", "set_values", {"values": []}, parent="each0000")
    agent = make_agent(Graph(steps=(*flow.steps, inside), links=flow.links))
    run = start_run(agent, {"name": "Olga"})
    record(session, run, "find0000", {"orders": [{"sku": "L1"}, {"sku": "L2"}]})
    ben, note = browser(cast.ben), f"{STEPS}/note0000"
    assert "item.sku" in ben.get(f"{note}/values").text
    assert told(ben, "{{ item.sku }}", note)["text"] == "L1"


def test_a_viewer_may_not(browser: OpenBrowser, cast: Cast, agent: Agent) -> None:
    assert browser(cast.cleo).get(f"{TELL}/values").status_code == 403


def test_another_workspace_gets_404(browser: OpenBrowser, cast: Cast, agent: Agent) -> None:
    assert browser(cast.dan).get(f"{TELL}/values").status_code == 404


def test_a_run_of_another_agent_is_not_found(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, agent: Agent, start_run: StartRun
) -> None:
    other = start_run(make_agent(in_a_row(form("name"), answer("Hi")), "Other"), {"name": "Cleo"})
    assert browser(cast.ben).get(f"{TELL}/values?run={other.id}").status_code == 404


def test_columns_of_a_table_and_expected_values_are_offered_before_any_run(
    browser: OpenBrowser, session: Session, cast: Cast, make_agent: MakeAgent
) -> None:
    with database.writing(session):
        table = tables.create(
            session,
            cast.harbour.id,
            by=cast.ben.id,
            name="Lamps",
            columns=(Column("shade", "Shade"),),
        )
    lines = [{"name": "sku", "kind": "text", "required": True, "description": "Its number"}]
    shape = [
        {"name": "lines", "kind": "groups", "required": False, "description": "", "inside": lines}
    ]
    make_agent(
        in_a_row(
            form("name"),
            step("look", "find_rows", {"table": str(table.id)}),
            step("read", "parse_json", {"text": "{{ trigger.name }}", "shape": shape}),
            answer("Hello"),
        )
    )
    tree = browser(cast.ben).get(f"{TELL}/values").text
    assert "{{ steps.look.first.shade }}" in tree
    assert "{{ steps.look.rows[0].shade }}" in tree
    assert "Shade, text" in tree
    assert "{{ steps.read.value.lines[0].sku }}" in tree
    assert "Its number" in tree
