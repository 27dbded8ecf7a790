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
from app.vault.person_needed import SignInNeeded
from app.vault.reference_walker import connection_ids
from app.vault.renewal import Renewal
from app.vault.secret_values import open_secret
from app.vault.server_account import Account
from app.vault.sign_in import Credentials, credentials

_GONE = (
    "The connection that this step uses was deleted. Open the step and choose another connection."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised:
    """What `Door.send` takes beside the call, and the texts that must be redacted.

    `is_failing` says that the service refused the connection when it was last used. `token` is
    what a person's sign-in at the service gave, empty where a connection has none. `wanted` are
    rights that the service is known to want, `asked` those that the sign-in has or asked for.
    """

    secret_headers: dict[str, str] = field(repr=False)
    secret_query: dict[str, str] = field(repr=False)
    hosts: tuple[str, ...]
    redactions: tuple[str, ...] = field(repr=False)
    connection_id: uuid.UUID
    name: str
    is_failing: bool
    token: str = field(default="", repr=False)
    wanted: str = ""
    asked: str = ""


class Authoriser:
    """Speaks for the connections of one workspace; keeps nothing it opened.

    sessions: makes a session for each look into the database. renewal: renews what people's
    sign-ins gave, where it ends.
    """

    def __init__(
        self,
        keyring: Keyring,
        sessions: Callable[[], Session],
        *,
        workspace_id: uuid.UUID,
        renewal: Renewal | None = None,
    ) -> None:
        self._keyring = keyring
        self._sessions = sessions
        self._workspace_id = workspace_id
        self._renewal = renewal

    def authorise(
        self, connection_id: str, *, url: str, instead_of: Authorised | None = None
    ) -> Authorised:
        """The credentials of a connection for a request to `url`.

        instead_of: those that the service refused just now; a token is renewed then. Raises
        HttpRefused when the workspace has no such connection (any more), when it may not go to the
        host of `url`, or when its secret cannot be opened; SignInNeeded, which is one, when a
        person has to sign in; HttpFailed when a token could not be renewed now.
        """
        found, is_due = self._granted(connection_id, url)
        is_refused = instead_of is not None and instead_of.token == found.token
        if self._renewal is None or not found.token or not (is_due or is_refused):
            return found
        self._renewal.renew(found.connection_id, than=found.token)
        return self._granted(connection_id, url)[0]

    def _granted(self, connection_id: str, url: str) -> tuple[Authorised, bool]:
        """What is kept, and whether it ends soon."""
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
            granted = Authorised(
                secret_headers=dict(opened.headers),
                secret_query=dict(opened.query),
                hosts=tuple(connection.hosts),
                redactions=opened.redactions,
                connection_id=connection.id,
                name=connection.name,
                is_failing=connection.failing_since is not None,
                token=opened.token,
                wanted=connection.wanted_rights,
                asked=connection.asked_rights,
            )
            return granted, opened.is_due

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
            if connection.signs_in:
                raise SignInNeeded.nobody(connection)
            return Credentials()
        try:
            value = open_secret(self._keyring, connection.secret)
        except CannotOpen as error:
            if connection.signs_in:
                raise SignInNeeded.over(connection) from error
            raise HttpRefused(
                f"The secret of the connection “{connection.name}” cannot be opened: the master "
                "key of this installation is another one now. Enter the secret again."
            ) from error
        if connection.signs_in:
            return _of_account(Account.of(connection.config_json, value))
        return credentials(connection.config_json, value)


def _of_account(account: Account) -> Credentials:
    return Credentials(
        {"Authorization": f"Bearer {account.access}"},
        {},
        account.secrets,
        token=account.access,
        is_due=account.is_due,
    )
