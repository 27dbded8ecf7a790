"""Sends the mail that waits: a cheap look, then a thread for each workspace that has some."""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.files import uploads
from app.files.store import FileStore
from app.lib.cipher import CannotOpen
from app.lib.safe_socket import Dialer
from app.mail import outbox, rounds, servers
from app.mail.courier import TIMEOUT_S, Courier, Delivered, NotSent
from app.mail.message import Attachment, compose
from app.mail.models import Mail
from app.mail.server import Server, shared
from app.settings import Settings
from app.vault.keys import Keyring

MAX_THREADS = 6
PAUSE_S = 60.0
"""How long a workspace's mail rests after its server could not be used at all."""
_NO_KEY = (
    "The password of the mail server cannot be opened: the master key of this installation is "
    "another one now. Enter the password again."
)
_UNREADABLE = "The text of this mail cannot be opened: the master key is another one now."
_FILE_GONE = "“{name}”, which was to go with this mail, is kept no longer."

log = logging.getLogger(__name__)


class PostOffice:
    """Claims due mail and hands it to its server. One per process.

    Nothing is held open in the database while a server is spoken to.
    """

    def __init__(
        self, settings: Settings, sessions: sessionmaker[Session], keyring: Keyring
    ) -> None:
        self._sessions = sessions
        self._keyring = keyring
        self._store = FileStore(settings.data_dir / "files")
        self._shared = shared(settings.smtp_url)
        name = _own_name(settings)
        self._courier = Courier(Dialer(settings.private_hosts), name=name)
        # Who sets the installation's server may put it inside its own network.
        own = (f"{_bracketed(self._shared.host)}:{self._shared.port}",) if self._shared else ()
        self._shared_courier = Courier(Dialer((*settings.private_hosts, *own)), name=name)
        self._busy: set[uuid.UUID] = set()
        self._resting: dict[uuid.UUID, float] = {}
        self._lock = threading.Lock()

    @property
    def has_shared(self) -> bool:
        """Whether the installation has a server for workspaces without one."""
        return self._shared is not None

    def look(self) -> None:
        """See whose mail is due, and begin to send it on threads of its own."""
        with self._sessions() as session:
            places = rounds.places_with_mail(session, has_shared=self.has_shared)
        for workspace_id in places:
            if self._may_begin(workspace_id):
                # A daemon: a server that takes its time must not keep the process from ending.
                threading.Thread(
                    target=self._send_all, args=(workspace_id,), name="mail", daemon=True
                ).start()

    def send_due(self, workspace_id: uuid.UUID) -> int:
        """Send this workspace's due mail, one after the other; returns how many were tried."""
        count = 0
        while (mail := self._claimed(workspace_id)) is not None:
            count += 1
            if not self._send(mail):
                self._resting[workspace_id] = time.monotonic() + PAUSE_S
                break
        return count

    def send_now(self, mail: Mail, *, timeout_s: float) -> Delivered:
        """Hand a mail that is held already to its server; notes nothing. Raises NotSent."""
        server, text = self._opened(mail)
        attachments = [self._attachment(mail.workspace_id, file) for file in mail.files]
        message = compose(mail, server, text=text, attachments=attachments)
        courier = self._shared_courier if server.is_shared else self._courier
        return courier.hand_over(
            server, to=mail.open_addresses, message=message, timeout_s=timeout_s
        )

    def _may_begin(self, workspace_id: uuid.UUID) -> bool:
        with self._lock:
            rests = self._resting.get(workspace_id, 0.0) > time.monotonic()
            if rests or workspace_id in self._busy or len(self._busy) >= MAX_THREADS:
                return False
            self._busy.add(workspace_id)
            return True

    def _send_all(self, workspace_id: uuid.UUID) -> None:
        try:
            self.send_due(workspace_id)
        except Exception:
            # What was claimed is tried again when its lease is over.
            log.exception("the mail of workspace %s was not sent", workspace_id)
        finally:
            with self._lock:
                self._busy.discard(workspace_id)

    def _claimed(self, workspace_id: uuid.UUID) -> Mail | None:
        with self._sessions() as session, database.writing(session):
            return rounds.claim(session, workspace_id)

    def _send(self, mail: Mail) -> bool:
        """Try one claimed mail and note how it went; False when its server cannot be used."""
        try:
            delivered = self.send_now(mail, timeout_s=TIMEOUT_S)
        except NotSent as failed:
            reason, for_good = failed.sentence, failed.for_good
            self._note(
                mail, lambda s, m: rounds.note_failed(m, reason, for_good=for_good, session=s)
            )
            return not failed.of_server
        self._note(mail, lambda s, m: rounds.note_sent(m, delivered, session=s))
        return True

    def _note(self, mail: Mail, note: Callable[[Session, Mail], None]) -> None:
        with self._sessions() as session, database.writing(session):
            now = rounds.held(session, mail)
            if now is not None:
                note(session, now)

    def _opened(self, mail: Mail) -> tuple[Server, str]:
        try:
            with self._sessions() as session:
                server = servers.server_for(
                    session, self._keyring, mail.workspace_id, shared=self._shared
                )
        except CannotOpen as error:
            raise NotSent(_NO_KEY, of_server=True) from error
        if server is None:
            raise NotSent("No mail server is set.", of_server=True)
        try:
            return server, outbox.text_of(self._keyring, mail)
        except CannotOpen as error:
            raise NotSent(_UNREADABLE, for_good=True) from error

    def _attachment(self, workspace_id: uuid.UUID, value: dict[str, object]) -> Attachment:
        with self._sessions() as session:
            file = uploads.one(session, workspace_id, uuid.UUID(str(value["file"])))
        try:
            if file is None:
                raise FileNotFoundError
            content = self._store.path(file.id).read_bytes()
        except FileNotFoundError as error:
            gone = _FILE_GONE.format(name=value["name"])
            raise NotSent(gone, for_good=True) from error
        return Attachment(str(value["name"]), file.media_type, content)


@lru_cache(maxsize=1)
def post_office(
    settings: Settings, sessions: sessionmaker[Session], keyring: Keyring
) -> PostOffice:
    """The post office of this process."""
    return PostOffice(settings, sessions, keyring)


def _own_name(settings: Settings) -> str:
    """How we greet servers: our public name, or an address where there is none (RFC 5321)."""
    host = urlsplit(settings.public_url).hostname or ""
    return host if "." in host and not host[-1].isdigit() else "[127.0.0.1]"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
