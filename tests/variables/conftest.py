"""Variables of the harbour, and the door that a run's steps have to them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import ids
from app.variables import variables
from app.variables.door import VariableDoor
from app.variables.models import Variable
from app.variables.values import kind_of
from tests.cast import Cast, sign_in

Make = Callable[[str, Json], Variable]


@pytest.fixture
def make(session: Session, cast: Cast) -> Make:
    """Makes a variable of Ben's."""

    def make_one(name: str, value: Json) -> Variable:
        with database.writing(session):
            return variables.create(
                session,
                cast.harbour.id,
                by=cast.ben.id,
                name=name,
                kind=kind_of(value),
                value=value,
            )

    return make_one


@pytest.fixture
def door(engine: Engine, cast: Cast) -> VariableDoor:
    """The variables of the harbour, for a run."""
    sessions = database.session_factory(engine)
    return VariableDoor(
        sessions, workspace_id=cast.harbour.id, run_id=ids.new_id(), mode=RunMode.LIVE
    )


@pytest.fixture
def browser(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser in which this person is signed in; the tests of forms as such say so."""
    app.config["WTF_CSRF_ENABLED"] = False
    return lambda person: sign_in(app.test_client(), session, person)
