"""What becomes of a connection when a person signs in at its service, and when they sign out."""

import uuid

from sqlalchemy.orm import Session

from app.lib import ids
from app.lib.cipher import CannotOpen
from app.lib.oauth import revoke, without
from app.lib.safe_http import Door, HurriedDoor
from app.vault.connections import forget_secret, want, want_tools
from app.vault.keys import Keyring
from app.vault.models import Connection, Secret
from app.vault.recording import record
from app.vault.secret_values import open_secret, put_secret
from app.vault.server_account import Account

REVOKED_WITHIN_S = 4.0


def kept_account(keyring: Keyring, connection: Connection) -> Account | None:
    """What the last sign-in left; None where there is none, or it cannot be opened any more."""
    if not connection.is_signed_in or connection.secret is None:
        return None
    try:
        return Account.of(connection.config_json, open_secret(keyring, connection.secret))
    except CannotOpen:
        return None


def signed_in(
    session: Session,
    keyring: Keyring,
    *,
    connection: Connection,
    by: uuid.UUID,
    account: Account,
) -> None:
    """Keep what a sign-in gave; it is bound to the server that the connection leads to.

    A worker reads the server's tools with it, and has the sign-in that it replaces revoked.
    """
    before = kept_account(keyring, connection)
    if before is not None:
        account = account.in_place_of(before)
    secret = connection.secret
    if secret is None:
        secret = Secret(
            id=ids.new_id(),
            workspace_id=connection.workspace_id,
            name=connection.name,
            hosts=connection.hosts,
            created_by=by,
        )
    put_secret(session, keyring, secret=secret, value=account.packed, tells_end=False)
    secret.renewing_until = None
    session.add(secret)
    session.flush()  # the connection refers to it, so it goes first
    connection.secret_id = secret.id
    oauth = {**connection.config_json["oauth"], **account.in_clear}
    connection.config_json = {**connection.config_json, "oauth": oauth}
    connection.failing_since, connection.last_error = None, ""
    want(connection, without(connection.wanted_rights, account.scope))
    want_tools(connection)
    session.flush()
    session.expire(connection, ["secret"])
    record(session, "connection_signed_in", connection, by=by, issuer=_issuer(connection))


def signed_out(session: Session, *, connection: Connection, by: uuid.UUID) -> None:
    """Forget the sign-in; steps that use the connection say so from then on."""
    forget_secret(session, connection)
    connection.failing_since, connection.last_error = None, ""
    want(connection, "")
    connection.tools_wanted_since = None
    session.flush()
    record(session, "connection_signed_out", connection, by=by, issuer=_issuer(connection))


def revoked(door: Door, account: Account) -> bool:
    """Ask the server to forget the tokens, too, for a moment at most; whether it said it did.

    For what is forgotten here already, with no transaction open: whatever it says changes nothing.
    """
    hurried = HurriedDoor(door, within_s=REVOKED_WITHIN_S)
    is_revoked = revoke(hurried, account.ended)
    for one in account.replaced:
        revoke(hurried, one)
    return is_revoked


def _issuer(connection: Connection) -> str:
    issuer: str = connection.config_json["oauth"]["issuer"]
    return issuer
