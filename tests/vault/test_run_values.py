"""A run's exact values: back as they were, and nowhere else."""

import os

import pytest
from sqlalchemy.orm import Session

from app import database
from app.engine.values import Json
from app.lib import ids
from app.lib.cipher import CannotOpen
from app.vault.keys import Keyring
from app.vault.run_values import RunValues
from tests.cast import Cast


@pytest.fixture
def values(session: Session, cast: Cast, keyring: Keyring) -> RunValues:
    """The values of a run that has begun."""
    values = RunValues(keyring, workspace_id=cast.harbour.id, run_id=ids.new_id())
    with database.writing(session):
        values.seal_payload(session, None)
    return values


@pytest.mark.parametrize("value", [None, 0, "", "Grüße", [1.5, {"a": [None, True]}], {}])
def test_it_works(session: Session, values: RunValues, value: Json) -> None:
    with database.writing(session):
        payload = values.seal_payload(session, value)
    assert values.open_payload(payload) == value
    sealed = values.seal(value, step_id="aaaaaaaa", iteration="2.0")
    assert values.open(sealed, step_id="aaaaaaaa", iteration="2.0") == value


def test_nothing_of_it_can_be_read(values: RunValues) -> None:
    assert b"lantern" not in values.seal("lantern", step_id="aaaaaaaa", iteration="")


def test_a_value_opens_only_in_its_own_place(
    cast: Cast, keyring: Keyring, values: RunValues
) -> None:
    sealed = values.seal("lantern", step_id="aaaaaaaa", iteration="1")
    for step_id, iteration in (("bbbbbbbb", "1"), ("aaaaaaaa", "2"), ("aaaaaaaa", ""), ("", "")):
        with pytest.raises(CannotOpen):
            values.open(sealed, step_id=step_id, iteration=iteration)
    other = RunValues(keyring, workspace_id=cast.harbour.id, run_id=ids.new_id())
    with pytest.raises(CannotOpen):
        other.open(sealed, step_id="aaaaaaaa", iteration="1")
    with pytest.raises(CannotOpen):
        values.open(os.urandom(60), step_id="aaaaaaaa", iteration="1")
