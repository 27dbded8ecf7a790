"""Keeps sign-ins that were begun, and gives each out once, to the person who began it."""

import json
import uuid
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.accounts.tokens import token_hash
from app.lib import clock, ids
from app.lib.cipher import CannotOpen
from app.lib.oauth import Asked, Client, Place
from app.server_sign_ins.models import ServerSignIn
from app.vault.keys import Keyring
from app.vault.models import Connection
from app.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person on one of their devices."""

    user_id: uuid.UUID
    login_id: uuid.UUID


def keep(
    session: Session, keyring: Keyring, *, connection: Connection, visitor: Visitor, asked: Asked
) -> None:
    """Remember it; an earlier one of the same person for the same connection is over."""
    session.execute(
        delete(ServerSignIn).where(
            ServerSignIn.workspace_id == connection.workspace_id,
            ServerSignIn.connection_id == connection.id,
            ServerSignIn.user_id == visitor.user_id,
        )
    )
    row_id = ids.new_id()
    sealed = keyring.seal(
        session,
        json.dumps(asdict(asked)).encode(),
        workspace_id=connection.workspace_id,
        context=_place(row_id),
    )
    session.add(
        ServerSignIn(
            id=row_id,
            workspace_id=connection.workspace_id,
            connection_id=connection.id,
            user_id=visitor.user_id,
            login_id=visitor.login_id,
            state_hash=token_hash(asked.state),
            sealed=sealed,
            expires_at=clock.now() + ServerSignIn.LASTS,
        )
    )
    session.flush()


def look(
    session: Session, keyring: Keyring, *, connection: Connection, visitor: Visitor, state: str
) -> Asked | None:
    """The sign-in with this state, if it is good here and now; it stays."""
    row = session.scalars(
        select(ServerSignIn).where(*_good(connection, visitor, state))
    ).one_or_none()
    return _opened(keyring, row.workspace_id, row.id, row.sealed) if row else None


def where(session: Session, *, visitor: Visitor, state: str) -> tuple[str, uuid.UUID] | None:
    """The workspace (its slug) and the connection that the person began to sign in for."""
    found = session.execute(
        select(Workspace.slug, ServerSignIn.connection_id)
        .join(Workspace, Workspace.id == ServerSignIn.workspace_id)
        .where(*_theirs(visitor, state))
    ).one_or_none()
    return (found.slug, found.connection_id) if found else None


def take(
    session: Session, keyring: Keyring, *, connection: Connection, visitor: Visitor, state: str
) -> Asked | None:
    """As `look`, and it is used up. Of two who come at once one gets it."""
    row = session.execute(
        delete(ServerSignIn)
        .where(*_good(connection, visitor, state))
        .returning(ServerSignIn.workspace_id, ServerSignIn.id, ServerSignIn.sealed)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return _opened(keyring, *row) if row else None


def forget_old(session: Session) -> None:
    """Delete what nobody came back for, everywhere."""
    session.execute(delete(ServerSignIn).where(ServerSignIn.expires_at < clock.now()))


def _good(connection: Connection, visitor: Visitor, state: str) -> tuple[ColumnElement[bool], ...]:
    here = (
        ServerSignIn.workspace_id == connection.workspace_id,
        ServerSignIn.connection_id == connection.id,
    )
    return (*here, *_theirs(visitor, state))


def _theirs(visitor: Visitor, state: str) -> tuple[ColumnElement[bool], ...]:
    return (
        ServerSignIn.user_id == visitor.user_id,
        ServerSignIn.login_id == visitor.login_id,
        ServerSignIn.state_hash == token_hash(state),
        ServerSignIn.expires_at > clock.now(),
    )


def _opened(
    keyring: Keyring, workspace_id: uuid.UUID, row_id: uuid.UUID, sealed: bytes
) -> Asked | None:
    try:
        packed = keyring.open(sealed, workspace_id=workspace_id, context=_place(row_id))
    except CannotOpen:
        return None
    kept = json.loads(packed)
    place = kept["place"] | {"methods": tuple(kept["place"]["methods"])}
    return Asked(**kept | {"place": Place(**place), "client": Client(**kept["client"])})


def _place(row_id: uuid.UUID) -> tuple[str, ...]:
    return ("server sign-in", str(row_id), "sealed")
