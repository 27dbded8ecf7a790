"""The pages of the vault: who may see and do what, and what comes back."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.vault import directory, ports
from app.vault.models import Connection, Secret
from app.vault.ports import Use
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.vault.conftest import CANARY, Make

HERE = "/w/harbour-pine/connections"
GOOD = {
    "name": "Post office",
    "hosts": "api.example.com\nhttps://b.example.com/v1",
    "secret": CANARY,
}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("bearer", {}),
        ("basic", {"username": "ada"}),
        ("header", {"header": "X-Key"}),
        ("query", {"parameter": "key"}),
        ("none", {}),
    ],
)
def test_it_works(ada: FlaskClient, session: Session, kind: str, more: dict[str, str]) -> None:
    form = ada.get(f"{HERE}/new?sign_in={kind}")
    assert form.status_code == 200
    for field in {"name", "hosts", *more}:
        assert f'name="{field}"' in form.text
    assert ('name="secret"' in form.text) == (kind != "none")

    made = ada.post(f"{HERE}?sign_in={kind}", data=GOOD | more)
    assert made.status_code == 303
    page = ada.get(made.location)
    assert page.status_code == 200
    for words in ("Post office", "api.example.com, b.example.com", *more.values()):
        assert words in page.text
    assert CANARY not in page.text
    assert ("Ends in d02a" in page.text) == (kind != "none")

    listed = ada.get(HERE)
    assert "Post office" in listed.text
    assert CANARY not in listed.text
    connection = session.scalars(select(Connection)).one()
    assert connection.sign_in == SignIn(kind)
    assert connection.config_json == {
        "sign_in": kind,
        **more,
        **({"hosts": ["api.example.com", "b.example.com"]} if kind == "none" else {}),
    }


def test_an_empty_list_offers_the_next_step(ada: FlaskClient) -> None:
    page = ada.get(HERE)
    assert "No connections yet" in page.text
    assert f"{HERE}/new" in page.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give the connection a name."),
        ({"name": "x" * 121}, "Use at most 120 characters."),
        ({"hosts": ""}, "Name at least one host"),
        ({"hosts": "*.com"}, "is too wide"),
        ({"hosts": "http://0x7f.1/"}, "is not a plain address"),
        ({"hosts": "\n".join(f"h{n}.example" for n in range(11))}, "Name at most 10 hosts."),
        ({"secret": ""}, "Fill in the access token."),
        ({"secret": "abc"}, "It must have 4 to 4,000 characters."),
        ({"secret": f"{CANARY}\nmore"}, "It must be one line."),
    ],
)
def test_a_wrong_form_comes_back(
    ada: FlaskClient, session: Session, change: dict[str, str], words: str
) -> None:
    sent = GOOD | change
    answer = ada.post(f"{HERE}?sign_in=bearer", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    if "name" not in change:
        assert 'value="Post office"' in answer.text
    if sent["hosts"]:
        assert sent["hosts"].split("\n")[0] in answer.text
    assert CANARY not in answer.text
    assert session.scalars(select(Connection)).all() == []


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("basic", {"username": ""}, "Fill in the user name."),
        ("basic", {"username": "a:b"}, "no colon"),
        ("header", {"header": "Host"}, "sets the header Host itself"),
        ("header", {"header": "X Key"}, "cannot be a header"),
        ("query", {"parameter": "a&amp;b=c"}, "Use letters, digits"),
    ],
)
def test_the_words_of_the_sign_in_are_checked(
    ada: FlaskClient, kind: str, change: dict[str, str], words: str
) -> None:
    answer = ada.post(f"{HERE}?sign_in={kind}", data=GOOD | change)
    assert answer.status_code == 422
    assert words in answer.text


def test_an_unknown_way_to_sign_in_gets_404(ada: FlaskClient) -> None:
    assert ada.get(f"{HERE}/new?sign_in=magic").status_code == 404
    assert ada.post(f"{HERE}?sign_in=magic", data=GOOD).status_code == 404


def test_a_name_that_is_taken_comes_back(ada: FlaskClient, make: Make) -> None:
    make(name="Post office")
    other = make(name="Bank")
    for address in (f"{HERE}?sign_in=bearer", f"{HERE}/{other.id}/details"):
        answer = ada.post(address, data=GOOD)
        assert answer.status_code == 422
        assert "Another connection has this name." in answer.text
        assert CANARY not in answer.text


def test_details_are_changed_without_the_secret(
    ada: FlaskClient, session: Session, make: Make
) -> None:
    made = make(SignIn.BASIC, username="ada", hosts=("a.example.com", "b.example.com"))
    form = ada.get(f"{HERE}/{made.id}/details").text
    assert 'value="ada"' in form
    assert "a.example.com\nb.example.com" in form
    assert CANARY not in form

    answer = ada.post(
        f"{HERE}/{made.id}/details",
        data={"name": "New name", "hosts": "b.example.com", "username": "ben"},
    )
    assert answer.status_code == 303
    read_again(session)
    assert (made.name, made.hosts) == ("New name", ["b.example.com"])
    assert made.config_json["username"] == "ben"


def test_another_host_needs_the_secret_again(
    ada: FlaskClient, session: Session, make: Make
) -> None:
    made = make(hosts=("api.example.com",))
    wider = {"name": made.name, "hosts": "api.example.com evil.example"}
    answer = ada.post(f"{HERE}/{made.id}/details", data=wider)
    assert answer.status_code == 422
    assert "Type it again" in answer.text
    assert "evil.example" in answer.text
    read_again(session)
    assert made.hosts == ["api.example.com"]

    answer = ada.post(f"{HERE}/{made.id}/details", data=wider | {"secret": "a-new-secret"})
    assert answer.status_code == 303
    read_again(session)
    assert made.hosts == ["api.example.com", "evil.example"]


def test_a_secret_is_replaced(ada: FlaskClient, session: Session, make: Make) -> None:
    made = make()
    assert made.secret is not None
    before = made.secret.encrypted_value
    wrong = ada.post(f"{HERE}/{made.id}/secret", data={"secret": "x"})
    assert (wrong.status_code, "It must have 4 to" in wrong.text) == (422, True)
    right = ada.post(f"{HERE}/{made.id}/secret", data={"secret": "the-new-secret-9876"})
    assert right.status_code == 303
    read_again(session)
    assert made.secret.encrypted_value != before
    assert "Ends in 9876" in ada.get(f"{HERE}/{made.id}").text


def test_a_connection_without_a_secret_has_none_to_replace(ada: FlaskClient, make: Make) -> None:
    made = make(SignIn.NONE)
    assert "Replace the secret" not in ada.get(f"{HERE}/{made.id}").text
    answer = ada.post(f"{HERE}/{made.id}/secret", data={"secret": "something"})
    assert answer.status_code == 404


def test_who_uses_it_is_told_before_it_is_deleted(
    ada: FlaskClient, session: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make()
    monkeypatch.setattr(
        ports, "used_by", lambda *_: [Use("Sort letters", "/w/harbour-pine/agents/sort-letters")]
    )
    page = ada.get(f"{HERE}/{made.id}").text
    assert '<a href="/w/harbour-pine/agents/sort-letters">Sort letters</a>' in page
    assert "1 agent stops working" in page

    answer = ada.post(f"{HERE}/{made.id}/deletion")
    assert (answer.status_code, answer.location) == (303, HERE)
    assert session.scalars(select(Connection)).all() == []
    assert session.scalars(select(Secret)).all() == []
    assert ada.get(f"{HERE}/{made.id}").status_code == 404


def test_the_list_is_searched_and_paged(
    ada: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "PAGE_SIZE", 2)
    for name in ("Bank one", "Bank 100%", "Post"):
        make(name=name)
    assert names(ada.get(f"{HERE}?q=bank").text) == ["Bank 100%", "Bank one"]
    assert names(ada.get(f"{HERE}?q=%25").text) == ["Bank 100%"]
    assert "No connection has this" in ada.get(f"{HERE}?q=nothing").text

    first = ada.get(HERE).text
    assert names(first) == ["Post", "Bank 100%"]
    older = re.search(r'href="([^"]*older_than=[^"]*)"', first)
    assert older
    assert names(ada.get(older.group(1)).text) == ["Bank one"]
    assert ada.get(f"{HERE}?older_than=nonsense").status_code == 200


def names(page: str) -> list[str]:
    return re.findall(r'<td class="what"><a [^>]*>([^<]*)</a>', page)


def test_every_act_is_audited_with_its_actor(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    made = ada.post(f"{HERE}?sign_in=bearer", data=GOOD).location
    ada.post(f"{made}/details", data=GOOD | {"name": "Bank"})
    ada.post(f"{made}/secret", data={"secret": "another-value"})
    ada.post(f"{made}/deletion")
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.position)).all()
    assert [event.action for event in events] == [
        "connection_created",
        "connection_changed",
        "secret_replaced",
        "secret_replaced",
        "connection_deleted",
    ]
    assert {event.actor_id for event in events} == {cast.ada.id}
    assert {event.workspace_id for event in events} == {cast.harbour.id}


def read_again(session: Session) -> None:
    session.rollback()  # leave the moment at which this session last looked
    session.expire_all()


def test_one_is_made_where_it_is_chosen(ada: FlaskClient, session: Session) -> None:
    """The form stands in a dialog beside another form: its fields have names of their own."""
    form = ada.get(f"{HERE}/new?place=dialog")
    assert form.text.lstrip().startswith('<div id="new-connection"')
    assert 'name="new-name"' in form.text
    address = f"{HERE}?sign_in=bearer&place=dialog"
    wrong = ada.post(address, data={"new-name": "Post office"})
    assert wrong.status_code == 422
    assert 'id="new-connection"' in wrong.text
    made = ada.post(address, data={f"new-{name}": value for name, value in GOOD.items()})
    connection = session.scalars(select(Connection)).one()
    assert f'data-made="{connection.id}" data-made-name="Post office"' in made.text
    assert CANARY not in made.text
