"""The pages of variables: who may see and do what, and what comes back."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEvent
from app.variables import ports
from app.variables.models import Variable
from app.variables.ports import Use
from tests.cast import Cast
from tests.variables.conftest import Make

HERE = "/w/harbour-pine/variables"
GOOD = {"name": "shop", "kind": "text", "value": "Harbour", "description": "What we are called"}
Open = Callable[[User], FlaskClient]


@pytest.fixture
def ben(browser: Open, cast: Cast) -> FlaskClient:
    """Ben builds."""
    return browser(cast.ben)


def only(session: Session) -> Variable:
    """The only variable."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(Variable)).one()


def test_it_works(ben: FlaskClient, session: Session) -> None:
    assert "No variables yet" in ben.get(HERE).text
    assert ben.get(f"{HERE}/new").status_code == 200
    assert ben.post(HERE, data=GOOD).location == HERE
    page = ben.get(HERE).text
    assert "What we are called" in page
    assert "{{ vars.shop }} now" in page
    assert "Harbour" in ben.get(f"{HERE}/shop").text
    changed = {"kind": "json", "value": '["a"]', "description": ""}
    assert ben.post(f"{HERE}/shop", data=changed).location == HERE
    assert (only(session).value, only(session).kind) == (["a"], "json")
    assert "No variable like that" in ben.get(f"{HERE}?q=nothing").text
    assert ben.post(f"{HERE}/shop/deletion").location == HERE
    assert ben.get(f"{HERE}/shop").status_code == 404
    session.rollback()
    actions = [one.action for one in session.scalars(select(AuditEvent))]
    assert actions == ["variable_made", "variable_changed", "variable_deleted"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give the variable a name."),
        ({"name": "My shop"}, "“My shop” cannot be a name."),
        ({"name": "new"}, "is kept for a page"),
        ({"name": "taken"}, "Another variable has this name."),
        ({"kind": "number"}, "“Harbour” is not a number."),
        ({"kind": "json"}, "This is not valid JSON"),
        ({"value": "sk-proj-1234567890"}, "This looks like a password or a key"),
    ],
)
def test_a_wrong_form_comes_back(
    ben: FlaskClient, make: Make, change: dict[str, str], words: str
) -> None:
    make("taken", 1)
    answer = ben.post(HERE, data=GOOD | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "What we are called" in answer.text


def test_a_key_is_kept_only_when_somebody_is_sure(
    ben: FlaskClient, session: Session, make: Make
) -> None:
    make("code", "x")
    sent = {"kind": "text", "value": "ghp_0123456789abcdef", "description": ""}
    answer = ben.post(f"{HERE}/code", data=sent)
    assert (answer.status_code, "/w/harbour-pine/connections" in answer.text) == (422, True)
    assert only(session).value == "x"
    assert ben.post(f"{HERE}/code", data=sent | {"sure": "yes"}).status_code == 303
    assert "Looks like a key" in ben.get(HERE).text


def test_who_uses_it_is_told_before_it_is_deleted(
    ben: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("shop", "x")
    uses = {"shop": [Use("Sort letters", "/w/harbour-pine/agents/sort-letters")]}
    monkeypatch.setattr(ports, "used_by", lambda *_: uses)
    page = ben.get(f"{HERE}/shop").text
    assert '<a href="/w/harbour-pine/agents/sort-letters">Sort letters</a>' in page
    assert "1 agent stops working" in page


def test_a_viewer_may_not(browser: Open, cast: Cast, make: Make) -> None:
    make("shop", "Harbour")
    cleo = browser(cast.cleo)
    page = cleo.get(f"{HERE}/shop").text
    assert "Harbour" in page
    assert "Delete" not in page
    assert cleo.get(f"{HERE}/new").status_code == 403
    assert browser(cast.olga).post(f"{HERE}/shop", data=GOOD).status_code == 403


def test_another_workspace_gets_404(browser: Open, cast: Cast, make: Make) -> None:
    make("shop", "Harbour")
    dan = browser(cast.dan)
    assert dan.get(HERE).status_code == 404
    assert dan.get("/w/elsewhere/variables/shop").status_code == 404
    assert dan.post("/w/elsewhere/variables/shop/deletion").status_code == 404
