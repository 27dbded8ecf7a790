"""What can be done with connections and their secrets; each act leaves an audit event."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from app.lib import clock, ids
from app.vault import directory
from app.vault.keys import Keyring
from app.vault.models import Connection, ConnectorType, Secret
from app.vault.recording import record
from app.vault.secret_values import put_secret
from app.vault.sign_in import SignIn
from app.workspaces.models import Workspace

_TYPES = {SignIn.MAILBOX: ConnectorType.IMAP, SignIn.MCP: ConnectorType.MCP}

_NOTHING_TOLD: Mapping[str, Any] = {"server": "", "tools": []}
MAX_RESULT_CHARS = 400


class NameTaken(ValueError):
    """Another connection of the workspace has this name."""


class SecretNeeded(ValueError):
    """A secret may only be sent to more hosts by someone who knows it: it must come along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person wants a connection to be. `hosts` are patterns in their one spelling."""

    name: str
    hosts: tuple[str, ...]
    username: str = ""
    header: str = ""
    parameter: str = ""
    mailbox: Mapping[str, str | int] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    secret: str = field(default="", repr=False)

    def config(self, sign_in: SignIn) -> dict[str, Any]:
        """The part that is kept in `config_json`; no secret in it."""
        match sign_in:
            case SignIn.BASIC:
                return {"sign_in": sign_in.value, "username": self.username}
            case SignIn.HEADER:
                return {"sign_in": sign_in.value, "header": self.header}
            case SignIn.QUERY:
                return {"sign_in": sign_in.value, "parameter": self.parameter}
            case SignIn.BEARER:
                return {"sign_in": sign_in.value}
            case SignIn.MAILBOX:
                return {"sign_in": sign_in.value, "username": self.username, **self.mailbox}
            case SignIn.NONE:
                return {"sign_in": sign_in.value, "hosts": list(self.hosts)}
            case SignIn.MCP:
                own = {"header": self.header, "hosts": list(self.hosts)}
                return {"sign_in": sign_in.value, **own, **_NOTHING_TOLD, **self.server}


def create(
    session: Session,
    keyring: Keyring,
    *,
    workspace: Workspace,
    by: uuid.UUID,
    sign_in: SignIn,
    wishes: Wishes,
) -> Connection:
    """Make a connection and seal its secret. Raises NameTaken, SecretNeeded."""
    _check_name(session, workspace.id, wishes.name)
    secret = None
    if sign_in.needs_secret or wishes.secret:
        secret = _new_secret(session, keyring, workspace_id=workspace.id, by=by, wishes=wishes)
    connection = Connection(
        workspace_id=workspace.id,
        connector_type=_TYPES.get(sign_in, ConnectorType.HTTP),
        name=wishes.name,
        config_json=wishes.config(sign_in),
        secret_id=secret.id if secret else None,
        created_by=by,
    )
    if connection.is_server and "tools" not in wishes.server:
        want_tools(connection)
    session.add(connection)
    session.flush()
    _record(session, "connection_created", connection, by=by)
    return connection


def change(
    session: Session, keyring: Keyring, *, connection: Connection, by: uuid.UUID, wishes: Wishes
) -> None:
    """Change name, hosts and sign-in words. Raises NameTaken.

    A secret stays bound to the hosts it was given for: it may lose hosts, but a host that no
    pattern had before needs the secret again, else SecretNeeded is raised. So nobody who cannot
    know a secret can send it to a place of their own. A sign-in is for one server, and forgotten
    with it; so is what an MCP server told of itself.
    """
    _check_name(session, connection.workspace_id, wishes.name, except_id=connection.id)
    # A worker may be keeping what the server told of itself just now.
    session.refresh(connection, ["config_json"], with_for_update={"of": Connection})
    is_only_named = connection.is_server and _is_same_server(connection, wishes)
    wishes = _still_told(connection, wishes)
    if connection.is_signed_in and "oauth" not in wishes.server and not wishes.secret:
        forget_secret(session, connection)
    if connection.secret is not None:
        _rebind(session, keyring, secret=connection.secret, wishes=wishes)
    elif wishes.secret:
        whose = {"workspace_id": connection.workspace_id, "by": by}
        connection.secret_id = _new_secret(session, keyring, **whose, wishes=wishes).id
    connection.name = wishes.name
    connection.config_json = wishes.config(connection.sign_in)
    if not is_only_named:
        _forget_check(connection)
    session.flush()
    _record(session, "connection_changed", connection, by=by)
    if wishes.secret:
        _record(session, "secret_replaced", connection, by=by)


def replace_secret(
    session: Session, keyring: Keyring, *, connection: Connection, by: uuid.UUID, value: str
) -> None:
    """Put a new value in the place of the old one, for the same hosts."""
    if connection.secret is None:
        raise SecretNeeded
    put_secret(session, keyring, secret=connection.secret, value=value)
    _forget_check(connection)
    session.flush()
    _record(session, "secret_replaced", connection, by=by)


def delete(session: Session, *, connection: Connection, by: uuid.UUID) -> None:
    """Delete a connection and its secret; steps that use it say so from then on."""
    _record(session, "connection_deleted", connection, by=by)
    secret = connection.secret
    session.delete(connection)
    session.flush()  # the row refers to its secret, so it goes first
    if secret is not None:
        session.delete(secret)
        session.flush()


def forget_secret(session: Session, connection: Connection) -> None:
    """Destroy the secret; the connection stays."""
    secret = connection.secret
    if secret is not None:
        connection.secret_id = None
        session.flush()  # the row refers to its secret, so it goes first
        session.delete(secret)
        session.flush()
        session.expire(connection, ["secret"])


def want(connection: Connection, rights: str) -> None:
    """Which rights its service is known to want still; empty: none."""
    connection.wanted_rights = rights
    if not rights:
        connection.rights_wanted_since = None


def note_check(
    session: Session,
    *,
    connection: Connection,
    by: uuid.UUID,
    result: str,
    works: bool | None = None,
) -> None:
    """Keep what the service said when it was asked; `works` if it told about the sign-in."""
    _keep_result(connection, result, works)
    _record(session, "connection_checked", connection, by=by)


def ask_for_tools(session: Session, *, connection: Connection, by: uuid.UUID) -> None:
    """Have a worker ask the MCP server for them; what is known of them stays until it has."""
    want_tools(connection)
    _record(session, "connection_checked", connection, by=by)


def want_tools(connection: Connection) -> None:
    """Have a worker ask, because of what somebody did to the connection."""
    connection.tools_wanted_since = clock.now()


def keep_look(
    connection: Connection, *, result: str, works: bool | None, told: Mapping[str, Any]
) -> None:
    """Keep what came of asking an MCP server: `told` is laid over what is known of it."""
    connection.tools_wanted_since = None
    connection.config_json = {**connection.config_json, **told}
    _keep_result(connection, result, works)


def _new_secret(
    session: Session, keyring: Keyring, *, workspace_id: uuid.UUID, by: uuid.UUID, wishes: Wishes
) -> Secret:
    if not wishes.secret:
        raise SecretNeeded
    secret = Secret(
        id=ids.new_id(),
        workspace_id=workspace_id,
        name=wishes.name,
        hosts=list(wishes.hosts),
        created_by=by,
    )
    put_secret(session, keyring, secret=secret, value=wishes.secret)
    session.add(secret)
    session.flush()  # the connection refers to it, so it goes first
    return secret


def _rebind(session: Session, keyring: Keyring, *, secret: Secret, wishes: Wishes) -> None:
    is_wider = not set(wishes.hosts) <= set(secret.hosts)
    if is_wider and not wishes.secret:
        raise SecretNeeded
    secret.name = wishes.name
    secret.hosts = list(wishes.hosts)
    if wishes.secret:
        put_secret(session, keyring, secret=secret, value=wishes.secret)


def _check_name(
    session: Session, workspace_id: uuid.UUID, name: str, *, except_id: uuid.UUID | None = None
) -> None:
    if directory.is_name_taken(session, workspace_id, name=name, except_id=except_id):
        raise NameTaken


def _is_same_server(connection: Connection, wishes: Wishes) -> bool:
    """Whether an MCP server would say the same as before: no more than the name is another."""
    config = connection.config_json
    is_asked_alike = config["header"] == wishes.header and not wishes.secret
    return is_asked_alike and bool(config["address"] == wishes.server["address"])


def _still_told(connection: Connection, wishes: Wishes) -> Wishes:
    """With what stays true of an MCP server at the same address."""
    config = connection.config_json
    if not connection.is_server or config["address"] != wishes.server["address"]:
        return wishes
    is_left = wishes.secret or not connection.signs_in
    names = ("server", "tools") if is_left else ("server", "tools", "oauth")
    return replace(wishes, server={**wishes.server, **{name: config[name] for name in names}})


def _forget_check(connection: Connection) -> None:
    """What was found before says nothing about a connection that has changed."""
    connection.last_checked = None
    connection.last_result = ""
    connection.failing_since, connection.last_error = None, ""
    want(connection, "")
    if connection.is_server:
        want_tools(connection)


def _keep_result(connection: Connection, result: str, works: bool | None) -> None:
    connection.last_checked = clock.now()
    connection.last_result = result[:MAX_RESULT_CHARS]
    if works:
        connection.failing_since, connection.last_error = None, ""
    elif works is False:
        connection.failing_since = connection.failing_since or clock.now()
        connection.last_error = result[:MAX_RESULT_CHARS]


def _record(session: Session, action: str, connection: Connection, *, by: uuid.UUID) -> None:
    hosts = ", ".join(connection.hosts)
    record(session, action, connection, by=by, sign_in=connection.sign_in.value, hosts=hosts)
