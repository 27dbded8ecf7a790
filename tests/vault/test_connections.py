"""What happens to connections: made, changed, re-aimed, replaced, deleted, and always audited."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.vault import connections
from app.vault.connections import NameTaken, SecretNeeded, Wishes
from app.vault.keys import Keyring
from app.vault.models import Connection, Secret
from app.vault.secret_values import open_secret
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.databases import on_both
from tests.vault.conftest import CANARY, Make


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)))


@on_both
def test_it_works(session: Session, cast: Cast, keyring: Keyring, make: Make) -> None:
    made = make(SignIn.HEADER, name="Post", header="X-Key", hosts=("a.example", "*.b.example"))
    assert (made.name, made.sign_in) == ("Post", SignIn.HEADER)
    assert made.config_json == {"sign_in": "header", "header": "X-Key"}
    assert made.hosts == ["a.example", "*.b.example"]
    assert made.secret is not None
    assert made.secret.last_four == CANARY[-4:]
    assert open_secret(keyring, made.secret) == CANARY
    (event,) = session.scalars(select(AuditEvent))
    assert (event.action, event.actor_id) == ("connection_created", cast.ada.id)
    assert event.workspace_id == cast.harbour.id
    assert event.details["hosts"] == "a.example, *.b.example"


def test_the_end_of_a_short_secret_is_not_kept(make: Make) -> None:
    made = make(secret="fifteen-letters")
    assert made.secret is not None
    assert made.secret.last_four == ""


def test_a_connection_without_sign_in_keeps_no_secret(session: Session, make: Make) -> None:
    made = make(SignIn.NONE, hosts=("open.example",))
    assert (made.secret, made.hosts) == (None, ["open.example"])
    assert session.scalars(select(Secret)).all() == []


def test_a_sealed_value_does_not_open_in_another_row(
    session: Session, keyring: Keyring, make: Make
) -> None:
    one, two = make(), make(secret="another-secret-value")
    assert one.secret is not None
    assert two.secret is not None
    with database.writing(session):
        one.secret.encrypted_value = two.secret.encrypted_value
    with pytest.raises(Exception, match="does not belong here"):
        open_secret(keyring, one.secret)


@on_both
def test_names_are_unique_in_a_workspace(session: Session, make: Make, keyring: Keyring) -> None:
    make(name="Post")
    other = make(name="Bank")
    with pytest.raises(NameTaken):
        make(name="Post")
    with pytest.raises(NameTaken), database.writing(session):
        connections.change(
            session,
            keyring,
            connection=other,
            by=other.created_by,
            wishes=Wishes(name="Post", hosts=("api.example.com",)),
        )
    assert {one.name for one in session.scalars(select(Connection))} == {"Post", "Bank"}


@pytest.mark.parametrize(
    ("hosts", "needs_secret"),
    [
        (("api.example.com", "b.example.com"), False),
        (("b.example.com",), False),
        (("api.example.com",), False),
        (("evil.example",), True),
        (("api.example.com", "evil.example"), True),
        (("*.example.com",), True),
        (("api.example.com:444",), True),
    ],
)
def test_only_someone_who_knows_a_secret_can_aim_it_elsewhere(
    session: Session,
    keyring: Keyring,
    make: Make,
    hosts: tuple[str, ...],
    needs_secret: bool,
) -> None:
    made = make(hosts=("api.example.com", "b.example.com"))

    def change(secret: str) -> None:
        with database.writing(session):
            connections.change(
                session,
                keyring,
                connection=made,
                by=made.created_by,
                wishes=Wishes(name="New", hosts=hosts, secret=secret),
            )

    if needs_secret:
        with pytest.raises(SecretNeeded):
            change("")
        session.refresh(made)
        assert made.hosts == ["api.example.com", "b.example.com"]
        assert acts(session) == ["connection_created"]
        change("a-new-value")
        assert acts(session)[1:] == ["connection_changed", "secret_replaced"]
    else:
        change("")
        assert acts(session)[1:] == ["connection_changed"]
    assert (made.name, made.hosts) == ("New", list(hosts))
    assert made.secret is not None
    assert open_secret(keyring, made.secret) == ("a-new-value" if needs_secret else CANARY)


def test_a_secret_is_replaced_for_the_same_hosts(
    session: Session, keyring: Keyring, make: Make
) -> None:
    made = make()
    assert made.secret is not None
    sealed = made.secret.encrypted_value
    with database.writing(session):
        connections.note_check(session, connection=made, by=made.created_by, result="fine")
    with database.writing(session):
        connections.replace_secret(
            session, keyring, connection=made, by=made.created_by, value="the-new-secret-value"
        )
    assert open_secret(keyring, made.secret) == "the-new-secret-value"
    assert made.secret.encrypted_value != sealed
    assert made.secret.last_four == "alue"
    assert (made.last_checked, made.last_result) == (None, "")
    assert acts(session)[-1] == "secret_replaced"


@on_both
def test_deleting_takes_the_secret_along(session: Session, make: Make) -> None:
    made, kept = make(), make()
    with database.writing(session):
        connections.delete(session, connection=made, by=made.created_by)
    assert [one.id for one in session.scalars(select(Connection))] == [kept.id]
    assert [one.id for one in session.scalars(select(Secret))] == [kept.secret_id]
    assert acts(session)[-1] == "connection_deleted"
