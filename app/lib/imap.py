"""A mailbox on an IMAP server (RFC 9051), read through the guarded line and nothing else.

One `Mailbox` is one signed-in look into one folder, with one deadline for all of it. The server's
own words are never repeated: they may hold what was sent to it.
"""

import base64
import imaplib
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

from app.lib.safe_http import HttpTrouble
from app.lib.safe_socket import IN_PLACE_TLS, Dialer, SafeSocket

Encryption = Literal["tls", "starttls", "none"]
MAX_LOOK_BYTES = 60_000_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a mailbox is and how to sign in there."""

    host: str
    port: int
    encryption: Encryption
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"


class MailboxTrouble(Exception):
    """The mailbox could not be read; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Mailbox:
    """A folder that is open; see `open_mailbox`."""

    def __init__(self, client: "_Client", *, validity: int, next_uid: int, count: int) -> None:
        self._client = client
        self.validity = validity
        self.next_uid = next_uid
        self.count = count

    def after(self, uid: int) -> list[int]:
        """The UIDs higher than `uid`, lowest first."""
        return [one for one in self._search(f"UID {uid + 1}:*") if one > uid]

    def since(self, day: date) -> list[int]:
        """The UIDs of what arrived on this day or later, lowest first."""
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def size_of(self, uid: int) -> int | None:
        """How large the message is in bytes; None when it is gone."""
        for part in self._fetch(uid, "(RFC822.SIZE)"):
            found = _SIZE.search(part if isinstance(part, bytes) else part[0])
            if found:
                return int(found[1])
        return None

    def message(self, uid: int, *, only_head: bool = False) -> bytes | None:
        """The message as it was sent, not marked as read; None when it is gone."""
        wanted = "(BODY.PEEK[HEADER])" if only_head else "(BODY.PEEK[])"
        parts = [part for part in self._fetch(uid, wanted) if isinstance(part, tuple)]
        return cast("bytes", parts[0][1]) if parts else None

    def mark_read(self, uid: int) -> None:
        """Mark the message as read; only in a folder that was opened for that."""
        self._client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _search(self, what: str) -> list[int]:
        _, found = self._client.uid("SEARCH", what)
        words = b" ".join(one for one in found if isinstance(one, bytes)).split()
        return sorted(int(word) for word in words if word.isdigit())

    def _fetch(self, uid: int, what: str) -> list[Any]:
        answer, found = self._client.uid("FETCH", str(uid), what)
        return [part for part in found if part] if answer == "OK" else []


@contextmanager
def open_mailbox(
    dialer: Dialer, account: Account, *, timeout_s: float, to_mark: bool = False
) -> Iterator[Mailbox]:
    """Sign in, open the folder (read-only unless `to_mark`), and leave at the end.

    `timeout_s` is for everything inside the `with` too. Raises MailboxTrouble.
    """
    client: _Client | None = None
    try:
        client = _Client(dialer, account, timeout_s)
        client.sign_in()
        yield client.opened(to_mark=to_mark)
    except HttpTrouble as trouble:
        raise MailboxTrouble(trouble.sentence) from trouble
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxTrouble(
            f"{account.host} broke off, or said something that is not IMAP. Check host and port."
        ) from error
    finally:
        if client is not None:
            client.leave()


class _Client(imaplib.IMAP4):
    def __init__(self, dialer: Dialer, account: Account, timeout_s: float) -> None:
        self._dialer, self._account, self._timeout_s = dialer, account, timeout_s
        super().__init__(account.host, account.port)

    def _create_socket(self, _timeout: float | None = None) -> socket.socket:
        line = self._dialer.connect(
            self._account.host,
            self._account.port,
            tls=self._account.encryption == "tls",
            timeout_s=self._timeout_s,
            max_bytes=MAX_LOOK_BYTES,
        )
        return cast("socket.socket", line)

    def sign_in(self) -> None:
        """Encrypt if it is to be, and sign in. Raises MailboxTrouble when that is refused."""
        account = self._account
        if account.encryption == "starttls":
            self._encrypt()
        self._refuse_to_shout()
        try:
            if "AUTH=PLAIN" in self.capabilities:
                pair = f"\0{account.username}\0{account.password}".encode()
                self.authenticate("PLAIN", lambda _challenge: pair)
            else:
                self.login(account.username, account.password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
            raise MailboxTrouble(
                f"{account.host} does not accept this user name and password."
            ) from error

    def opened(self, *, to_mark: bool) -> Mailbox:
        """The folder. Raises MailboxTrouble when there is none of this name."""
        folder = self._account.folder
        answer, count = self.select(_quoted(folder), readonly=not to_mark)
        if answer != "OK":
            raise MailboxTrouble(f"{self._account.host} has no folder “{folder}” that can be read.")
        return Mailbox(
            self,
            validity=self._number("UIDVALIDITY"),
            next_uid=self._number("UIDNEXT"),
            count=int(count[0] or 0),
        )

    def leave(self) -> None:
        """Sign out if the line still holds, and close it."""
        with suppress(imaplib.IMAP4.error, OSError, HttpTrouble):
            self.logout()
        with suppress(OSError, HttpTrouble):
            self.shutdown()

    def _encrypt(self) -> None:
        if "STARTTLS" not in self.capabilities:
            raise MailboxTrouble(
                f"{self._account.host} offers no encryption at this port. Nothing was sent."
            )
        self.starttls(IN_PLACE_TLS)

    def _refuse_to_shout(self) -> None:
        """A password goes over an open line only to a host of the installation's own."""
        line = cast("SafeSocket", self.sock)
        own = self._dialer.is_own_host(self._account.host, self._account.port)
        if not line.is_encrypted and not own:
            raise MailboxTrouble(
                "Without encryption the password could be read on the way. Choose TLS or STARTTLS."
            )

    def _number(self, name: str) -> int:
        found = self.response(name)[1][0]
        return int(found) if isinstance(found, bytes) and found.isdigit() else 0


def _quoted(folder: str) -> str:
    """A folder's name as the protocol wants it: modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    spelled = re.sub(r"[^\x20-\x7e]+|&", _shifted, folder)
    escaped = spelled.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    code = base64.b64encode(found[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{code.decode()}-"
