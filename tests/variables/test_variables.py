"""Variables on both databases: what they hold, what runs see, who uses them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation
from app.agents.surroundings import known_to
from app.agents.variable_users import agents_by_variable
from app.engine.errors import StepFailed
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import ids
from app.variables import directory, variables
from app.variables.door import VariableDoor
from app.variables.models import Variable, VariableKind
from app.variables.values import ValueRefused, looks_secret, read_typed, settled, written
from app.variables.variables import VariableRefused
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.flows import answer, form, in_a_row, step
from tests.variables.conftest import Make


@on_both
def test_runs_see_what_people_and_runs_set(
    session: Session, cast: Cast, make: Make, door: VariableDoor
) -> None:
    make("shop", "Harbour & Pine")
    make("rates", {"eur": [1, 2.5, None, True]})
    assert door.set("count", 1) is None
    assert door.set("count", "2") == 1
    assert door.set("shop", 7) == "Harbour & Pine"
    session.rollback()
    assert directory.values_of(session, cast.harbour.id) == {
        "count": 2,
        "rates": {"eur": [1, 2.5, None, True]},
        "shop": "7",
    }
    assert directory.values_of(session, cast.elsewhere.id) == {}
    count = session.scalars(select(Variable).where(Variable.name == "count")).one()
    assert (count.kind, count.updated_by, count.updated_run is None) == ("number", None, False)


@on_both
def test_many_runs_make_one_variable(session: Session, door: VariableDoor) -> None:
    with ThreadPoolExecutor(6) as pool:
        before = list(pool.map(lambda number: door.set("count", number), range(12)))
    assert before.count(None) == 1
    assert len(session.scalars(select(Variable.id)).all()) == 1


def test_no_variable_changes_in_a_rehearsal_also_when_a_step_forgets_to_ask(
    engine: Engine, session: Session, cast: Cast, door: VariableDoor
) -> None:
    door.set("rate", 1)
    rehearsing = VariableDoor(
        database.session_factory(engine),
        workspace_id=cast.harbour.id,
        run_id=ids.new_id(),
        mode=RunMode.REHEARSAL,
    )
    for name in ("rate", "limit"):
        with pytest.raises(StepFailed, match="This is a rehearsal: no variable is changed"):
            rehearsing.set(name, 2)
    assert [(one.name, one.value) for one in session.scalars(select(Variable))] == [("rate", 1)]


def test_what_does_not_fit_is_said(
    make: Make, door: VariableDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("count", 1)
    make("is_open", True)
    for name, value, words in (
        ("count", "many", "Variable count: “many” is not a number."),
        ("is_open", "perhaps", "neither yes nor no"),
        ("Count", 1, "“Count” cannot be a name. Use small letters"),
        ("x" * 41, 1, "40 characters at most"),
        ("text", "x" * 70_000, "64 KB at most"),
    ):
        with pytest.raises(StepFailed) as failed:
            door.set(name, value)
        assert words in failed.value.sentence
        assert not failed.value.can_retry
    monkeypatch.setattr(variables, "MAX_VARIABLES", 2)
    with pytest.raises(StepFailed, match="can have 2 variables"):
        door.set("another", 1)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", " as it is ", " as it is "),
        ("number", " 12.50 ", 12.5),
        ("number", "-3", -3),
        ("yes_no", "No", False),
        ("json", '[1, {"a": null}]', [1, {"a": None}]),
        ("json", "null", None),
    ],
)
def test_values_are_read_as_their_kind(kind: str, typed: str, kept: Json) -> None:
    found = VariableKind(kind)
    assert read_typed(found, typed) == kept
    assert read_typed(found, written(found, kept)) == kept
    assert settled(found, kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed"), [("number", "12x"), ("number", ""), ("json", "{"), ("yes_no", "maybe")]
)
def test_words_that_are_no_such_value(kind: str, typed: str) -> None:
    with pytest.raises(ValueRefused):
        read_typed(VariableKind(kind), typed)


@pytest.mark.parametrize(
    ("name", "value", "is_odd"),
    [
        ("shop", "Harbour & Pine, the shop on the quay", False),
        ("api_key", "x", True),
        ("smtp_password", "x", True),
        ("keyboard", "qwerty", False),
        ("a", "sk-proj-abcdefgh", True),
        ("a", "AKIAIOSFODNN7EXAMPLE", True),
        ("a", "eyJhbGciOiJIUzI1NiJ9.e30.abc", True),
        ("a", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEy", True),
        ("a", "0190f6e2-8f7a-7cc2-98d4-1b2f3c4d5e6f", False),
        ("a", "https://example.org/a/long/address/with/1/number", False),
        ("a", {"inner": ["ghp_abcdefghij"]}, True),
        ("a", {"token": "x"}, True),
        ("a", 12345678901234567890, False),
    ],
)
def test_what_looks_like_a_secret(name: str, value: Json, is_odd: bool) -> None:
    assert looks_secret(name, value) is is_odd


def test_a_name_is_taken_once(session: Session, cast: Cast, make: Make) -> None:
    make("shop", "x")
    with pytest.raises(VariableRefused, match="Another variable has this name"):
        make("shop", "y")


def test_who_uses_a_variable_is_known(app: Flask, session: Session, cast: Cast, make: Make) -> None:
    make("shop", "Harbour")
    flow = in_a_row(
        form("name"),
        step("keep", "set_variable", {"name": "last", "value": "{{ vars.shop | upper }}"}),
        answer("{{ vars.shop }} and {{ vars.gone }}"),
    )
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="Desk", graph=flow)
        creation.create(session, cast.elsewhere, by=cast.dan, name="Spy", graph=flow)
    with app.test_request_context():
        uses = agents_by_variable(session, cast.harbour.id)
    assert {name: [use.name for use in found] for name, found in uses.items()} == {
        "shop": ["Desk"],
        "last": ["Desk"],
        "gone": ["Desk"],
    }
    assert known_to(session, agent).variables == {"shop"}
