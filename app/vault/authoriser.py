"""Opens a connection's secret at the last moment, for one request to one allowed host."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.engine.redact import Redactor
from app.lib.cipher import CannotOpen
from app.lib.safe_http import HostPattern, HttpRefused
from app.lib.safe_http.target import Target
from app.vault import directory
from app.vault.keys import Keyring
from app.vault.models import Connection
from app.vault.reference_walker import connection_ids
from app.vault.secret_values import open_secret
from app.vault.sign_in import Credentials, credentials

_GONE = (
    "The connection that this step uses was deleted. Open the step and choose another connection."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised:
    """What `Door.send` takes beside the call, and the texts that must be redacted.

    `is_failing` says that the service refused the connection when it was last used.
    """

    secret_headers: dict[str, str] = field(repr=False)
    secret_query: dict[str, str] = field(repr=False)
    hosts: tuple[str, ...]
    redactions: tuple[str, ...] = field(repr=False)
    connection_id: uuid.UUID
    name: str
    is_failing: bool


class Authoriser:
    """Speaks for the connections of one workspace; keeps nothing it opened.

    sessions: makes a session for each look into the database.
    """

    def __init__(
        self, keyring: Keyring, sessions: Callable[[], Session], *, workspace_id: uuid.UUID
    ) -> None:
        self._keyring = keyring
        self._sessions = sessions
        self._workspace_id = workspace_id

    def authorise(self, connection_id: str, *, url: str) -> Authorised:
        """The credentials of a connection for a request to `url`.

        Raises HttpRefused when the workspace has no such connection (any more), when it may not
        go to the host of `url`, or when its secret cannot be opened.
        """
        target = Target.parse(url)
        with self._sessions() as session:
            connection = self._connection(session, connection_id)
            if connection.is_mailbox:
                raise HttpRefused(
                    f"“{connection.name}” is a mailbox. Requests need a connection to a service."
                )
            if not any(
                HostPattern.parse(host).covers(target.host, target.port)
                for host in connection.hosts
            ):
                raise HttpRefused(
                    f"The connection “{connection.name}” may be sent to "
                    f"{', '.join(connection.hosts)}, not to {target.host}. "
                    "Change the address, or choose another connection."
                )
            opened = self._open(connection)
            return Authorised(
                secret_headers=dict(opened.headers),
                secret_query=dict(opened.query),
                hosts=tuple(connection.hosts),
                redactions=opened.redactions,
                connection_id=connection.id,
                name=connection.name,
                is_failing=connection.failing_since is not None,
            )

    def redactor(self, graph: Graph) -> Redactor:
        """Knows the secrets of every connection that a step of this flow can use."""
        return Redactor(self.redactions(connection_ids(graph)))

    def redactions(self, ids: frozenset[uuid.UUID]) -> tuple[str, ...]:
        """Every text to hide for these connections; those that do not open cannot be used."""
        if not ids:
            return ()
        found: list[str] = []
        with self._sessions() as session:
            for connection in directory.by_ids(session, self._workspace_id, connection_ids=ids):
                try:
                    found += self._open(connection).redactions
                except HttpRefused:
                    continue
        return tuple(found)

    def _connection(self, session: Session, connection_id: str) -> Connection:
        try:
            wanted = uuid.UUID(connection_id)
        except ValueError:
            raise HttpRefused(_GONE) from None
        connection = directory.by_id(session, self._workspace_id, connection_id=wanted)
        if connection is None:
            raise HttpRefused(_GONE)
        return connection

    def _open(self, connection: Connection) -> Credentials:
        if connection.secret is None:
            return Credentials()
        try:
            value = open_secret(self._keyring, connection.secret)
        except CannotOpen as error:
            raise HttpRefused(
                f"The secret of the connection “{connection.name}” cannot be opened: the master "
                "key of this installation is another one now. Enter the secret again."
            ) from error
        return credentials(connection.config_json, value)
