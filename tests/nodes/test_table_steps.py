"""The steps about tables and variables, against a real table and a real variable."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.data_tables import tables
from app.data_tables.columns import Column, ColumnKind
from app.data_tables.door import TableDoor
from app.engine.attempt import closed_ports
from app.engine.errors import StepFailed
from app.engine.graph import Graph
from app.engine.ports import UTC, Ports
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import clock, ids
from app.nodes.add_rows import AddRows
from app.nodes.change_row import ChangeRow
from app.nodes.find_rows import FindRows
from app.nodes.put_row import PutRow
from app.nodes.remove_row import RemoveRow
from app.nodes.set_variable import SetVariable
from app.variables.door import VariableDoor
from app.vault.reference_walker import references
from tests.cast import Cast
from tests.runs.flows import step

ALL: dict[str, Json] = {"match": "all", "rows": []}


@dataclass
class Here:
    """A table, and ports that lead to it."""

    table: str
    ports: Ports

    def given(self, **settings: Any) -> dict[str, Any]:
        """Settings of a step that works on the table."""
        return {"table": self.table, **settings}


@pytest.fixture
def here(engine: Engine, session: Session, cast: Cast) -> Here:
    """A table of orders."""
    columns = (Column("customer", "Customer"), Column("price", "Price", ColumnKind.NUMBER))
    with database.writing(session):
        made = tables.create(
            session, cast.harbour.id, by=cast.ben.id, name="Orders", columns=columns
        )
    sessions, run_id = database.session_factory(engine), ids.new_id()
    ports = replace(
        closed_ports(clock.now, RunMode.LIVE, UTC),
        tables=TableDoor(sessions, workspace_id=cast.harbour.id, run_id=run_id, mode=RunMode.LIVE),
        variables=VariableDoor(
            sessions, workspace_id=cast.harbour.id, run_id=run_id, mode=RunMode.LIVE
        ),
        idempotency_key=f"{run_id}:step:",
    )
    return Here(str(made.id), ports)


def rows(**values: Json) -> list[dict[str, Json]]:
    """Rows of names and values."""
    return [{"name": name, "value": value} for name, value in values.items()]


def output(kind: Any, given: Mapping[str, Any], here: Here) -> dict[str, Any]:
    """What a step passes on, and that its sentence can be told."""
    value: dict[str, Any] = kind.run(given, here.ports).value
    assert kind.tell(given, value)
    return value


def test_a_row_goes_its_way(here: Here) -> None:
    added = output(
        AddRows(), here.given(what="one", values=rows(Customer="Bob", price="12,5")), here
    )
    assert (added["count"], added["row"]["price"]) == (1, 12.5)
    row_id = added["row"]["id"]
    again = output(AddRows(), here.given(what="one", values=rows(Customer="Bob", price=1)), here)
    assert again["row"]["id"] == row_id, "an interrupted try is not made twice"
    changed = output(ChangeRow(), here.given(row=row_id, values=rows(price="")), here)
    assert changed["row"] == {"id": row_id, "customer": "Bob", "price": None}
    put = output(PutRow(), here.given(match="customer", values=rows(customer="Bob", price=3)), here)
    assert (put["added"], put["row"]["id"]) == (False, row_id)
    given = here.given(conditions=ALL, sort="price", order="down", limit=5)
    found = output(FindRows(), given, here)
    assert (found["count"], found["first"]["price"]) == (1, 3)
    assert output(RemoveRow(), here.given(row=row_id), here) == {"removed": True}
    assert output(RemoveRow(), here.given(row=row_id), here) == {"removed": False}
    empty = output(FindRows(), here.given(conditions=ALL, sort="", order="up", limit=5), here)
    assert empty == {"rows": [], "first": None, "count": 0}
    assert FindRows().tell(given, empty) == "Found no row"


def test_a_list_of_rows_is_added(here: Here) -> None:
    added = output(AddRows(), here.given(what="list", rows=[{"customer": "A"}, {"price": 2}]), here)
    assert added["count"] == 2
    assert AddRows().tell({}, added) == "Added 2 rows"
    for odd in ("text", [1], None):
        with pytest.raises(StepFailed, match="must be a list of groups"):
            AddRows().run(here.given(what="list", rows=odd), here.ports)


def test_a_value_is_kept_for_later_runs(here: Here) -> None:
    kind = SetVariable()
    assert output(kind, {"name": "last", "value": 7}, here) == {"value": 7, "before": None}
    assert output(kind, {"name": " last ", "value": 8}, here)["before"] == 7
    assert kind.tell({"name": "last", "value": 8}, {}) == "Set last to 8"
    with pytest.raises(StepFailed, match="“Last one” cannot be a name"):
        kind.run({"name": "Last one", "value": 1}, here.ports)
    assert kind.problems({"name": "Last one"})[0][0] == "name"
    assert kind.problems({"name": "{{ trigger.name }}"}) == []


def test_a_rehearsal_shows_what_would_be_written(here: Here) -> None:
    row = here.given(what="one", values=rows(customer="Bob"))
    rehearsed = AddRows().rehearse(row).value
    assert rehearsed == {
        "rehearsed": True,
        "row": {"id": None, "customer": "Bob"},
        "rows": [{"id": None, "customer": "Bob"}],
        "count": 1,
    }
    assert AddRows().tell(row, rehearsed) == "Would have added 1 row"  # type: ignore[arg-type]
    change = here.given(row="x", values=rows(customer="Bob"))
    for kind, given in (
        (ChangeRow(), change),
        (PutRow(), here.given(match="customer", values=rows(customer="Bob"))),
        (RemoveRow(), change),
        (SetVariable(), {"name": "last", "value": 1}),
    ):
        value = kind.rehearse(given).value
        assert kind.tell(given, value).startswith("Would have ")  # type: ignore[arg-type]
    assert here.ports.tables.find(here.table, ALL, sort="", limit=9) == []


def test_settings_that_do_not_go_together_are_named() -> None:
    kind = PutRow()
    values: Json = [{"name": "price", "value": 1}]
    assert kind.problems({"match": "customer", "values": values}) == [
        ("values", "Give a value for “customer” too: the row is found by it.")
    ]
    assert kind.problems({"match": "price", "values": values}) == []
    assert kind.problems({"match": "", "values": values}) == []
    assert FindRows().fields["conditions"].initial() == {"match": "all", "rows": []}
    assert FindRows().fields["conditions"].check({"match": "all", "rows": []}) == []


def test_the_table_of_a_step_is_a_reference() -> None:
    table_id = uuid.uuid4()
    graph = Graph(steps=(step("find", "find_rows", {"table": str(table_id)}),), links=())
    assert [(one.kind, one.target_id) for one in references(graph)] == [("table", table_id)]
