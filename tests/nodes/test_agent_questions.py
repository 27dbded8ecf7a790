"""How an agent with tools asks about a call: in the words of the people who answer."""

from typing import Any

from app.engine.step_type import Pause
from app.nodes.proposal import from_rows
from tests.nodes.tooling import Script, Try, calls, says, tool


def test_it_is_asked_in_the_words_of_people() -> None:
    script = Script(
        [calls(("add_a_row_to_orders", {"customer": "Ada", "amount": 84})), says("Done.")]
    )
    trial = Try(script, [tool("add_row", name="Add a row to Orders")])
    pause = trial.run()
    assert isinstance(pause, Pause)
    detail: Any = pause.detail
    assert detail["title"] == "May it use “Add a row to Orders”?"
    assert [one.called for one in from_rows(detail["values"])] == ["Customer", "Amount"]
    lines = trial.memory.shown["conversation"]
    assert [one["tool"] for one in lines if one["who"] == "tool"] == ["Add a row to Orders"]
