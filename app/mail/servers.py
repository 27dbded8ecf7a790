"""The mail server of a workspace: set, changed, tested and taken out; each act is audited."""

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import trail
from app.lib import clock, ids
from app.mail.models import Encryption, Mail, MailServer, MailStatus
from app.mail.server import Server, opened
from app.vault.connections import SecretNeeded
from app.vault.keys import Keyring
from app.vault.models import Secret
from app.vault.secret_values import put_secret
from app.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person wants the server to be; the host in its one spelling."""

    host: str
    port: int
    encryption: Encryption
    from_address: str
    from_name: str = ""
    username: str = ""
    password: str = field(default="", repr=False)


def of_workspace(session: Session, workspace_id: uuid.UUID) -> MailServer | None:
    """The server that this workspace has set for itself."""
    return session.scalars(
        select(MailServer).where(MailServer.workspace_id == workspace_id)
    ).one_or_none()


def server_for(
    session: Session, keyring: Keyring, workspace_id: uuid.UUID, *, shared: Server | None
) -> Server | None:
    """What a workspace's mail goes through: its own server, else the installation's, if any.

    Raises CannotOpen when the password is sealed with a master key that is not here.
    """
    row = of_workspace(session, workspace_id)
    return opened(keyring, row) if row is not None else shared


def save(
    session: Session, keyring: Keyring, *, workspace: Workspace, by: uuid.UUID, wishes: Wishes
) -> MailServer:
    """Set or change the workspace's server; mail that waits is tried at once.

    A password stays bound to the host, port and encryption it was given for: for others it must
    be typed again, else SecretNeeded is raised. So nobody who cannot know it sends it elsewhere.
    """
    trail.take_turn(session)
    row = of_workspace(session, workspace.id)
    is_new = row is None
    if row is None:
        row = MailServer(id=ids.new_id(), workspace_id=workspace.id)
    _keep_password(session, keyring, row, wishes, by=by)
    row.host, row.port, row.encryption = wishes.host, wishes.port, wishes.encryption
    row.username = wishes.username
    row.from_name, row.from_address = wishes.from_name, wishes.from_address
    row.last_tested, row.last_result, row.last_worked = None, "", False
    session.add(row)
    session.flush()
    session.expire(row, ["secret"])
    _try_waiting(session, workspace.id)
    _record(session, "mail_server_set" if is_new else "mail_server_changed", row, by=by)
    return row


def remove(session: Session, row: MailServer, *, by: uuid.UUID) -> None:
    """Take the server out, and destroy its password."""
    _record(session, "mail_server_removed", row, by=by)
    secret = row.secret
    session.delete(row)
    session.flush()  # the row refers to its secret, so it goes first
    if secret is not None:
        session.delete(secret)
        session.flush()


def note_test(
    session: Session, row: MailServer, *, by: uuid.UUID, result: str, worked: bool
) -> None:
    """Keep what the server said to the test mail."""
    row.last_tested, row.last_result, row.last_worked = clock.now(), result[:600], worked
    _record(session, "mail_server_tested", row, by=by)


def _keep_password(
    session: Session, keyring: Keyring, row: MailServer, wishes: Wishes, *, by: uuid.UUID
) -> None:
    if not wishes.username:
        _drop_password(session, row)
        return
    is_same_place = (row.host, row.port, row.encryption) == (
        wishes.host,
        wishes.port,
        wishes.encryption,
    )
    if not wishes.password and (row.secret is None or not is_same_place):
        raise SecretNeeded
    if not wishes.password:
        return
    secret = row.secret or Secret(
        id=ids.new_id(), workspace_id=row.workspace_id, name=f"mail server {row.id}", created_by=by
    )
    secret.hosts = [f"{wishes.host}:{wishes.port}"]
    put_secret(session, keyring, secret=secret, value=wishes.password)
    session.add(secret)
    session.flush()  # the server refers to it, so it goes first
    row.secret_id = secret.id


def _drop_password(session: Session, row: MailServer) -> None:
    secret = row.secret if row.secret_id else None
    if secret is None:
        return
    row.secret_id = None
    session.flush()
    session.delete(secret)
    session.flush()


def _try_waiting(session: Session, workspace_id: uuid.UUID) -> None:
    session.execute(
        update(Mail)
        .where(Mail.workspace_id == workspace_id, Mail.status == MailStatus.WAITING)
        .values(next_try=clock.now())
        .execution_options(synchronize_session=False)
    )


def _record(session: Session, action: str, row: MailServer, *, by: uuid.UUID) -> None:
    trail.record(
        session,
        action,
        workspace_id=row.workspace_id,
        actor_id=by,
        subject=f"{row.host}:{row.port}",
        details={"encryption": row.encryption.value, "from": row.from_address},
    )
