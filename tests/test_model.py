"""Column kinds give back what was put in, on both databases."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from app import database, model
from app.accounts.models import Login, Theme, User
from app.lib import ids
from tests.databases import on_both


@on_both
def test_everything_comes_back_as_it_went_in(session: Session) -> None:
    at = datetime(2026, 11, 22, 9, 18, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    user = User(
        email="ada@harbour.example", name="Ada", theme=Theme.DARK, last_login=at, blocked_for=["x"]
    )
    with database.writing(session):
        session.add(user)
    session.expire_all()
    found = session.scalars(select(User)).one()
    assert isinstance(found.id, uuid.UUID)
    assert found.theme is Theme.DARK
    assert found.last_login == at
    assert found.last_login.tzinfo is UTC
    assert found.blocked_for == ["x"]


@on_both
def test_a_time_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError), database.writing(session):
        session.add(
            Login(user_id=ids.new_id(), token_hash="x", last_seen=datetime(2026, 1, 1))  # noqa: DTZ001  # the mistake under test
        )


def test_a_word_outside_the_set_is_refused() -> None:
    with pytest.raises(ValueError, match="purple"):
        model.Word(Theme).process_bind_param("purple", None)  # type: ignore[arg-type]


@on_both
def test_text_that_postgresql_refuses_is_made_storable(session: Session) -> None:
    with database.writing(session):
        session.add(User(email="a@b.example", name="A", blocked_for=["nul \x00", "half \ud800"]))
    session.expire_all()
    assert session.scalars(select(User.blocked_for)).one() == ["nul \ufffd", "half \ufffd"]


def test_keys_sort_by_the_time_they_were_made() -> None:
    made = [ids.new_id() for _ in range(100)]
    assert made == sorted(made)
    assert {key.version for key in made} == {7}
