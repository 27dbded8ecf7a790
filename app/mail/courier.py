"""Hands one mail to one server over SMTP, and tells in plain words how it went."""

import base64
import re
import smtplib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.engine.redact import Redactor
from app.lib.safe_http import HttpRefused, HttpTrouble
from app.lib.safe_socket import IN_PLACE_TLS, Dialer, SafeSocket
from app.mail.models import Encryption
from app.mail.server import Server

TIMEOUT_S = 60.0
MAX_REPLIES_BYTES = 1_000_000
MAX_WORDS_CHARS = 300
_NOT_WORDS = re.compile(r"[\x00-\x1f\x7f\ufffd]+")
_GO_ON, _SIGNED_IN = 334, 235


class NotSent(Exception):
    """The mail was not taken; `sentence` says why, with the server's own words where it has any.

    `for_good`: the same mail would be refused again. `of_server`: any mail would fail like this.
    """

    def __init__(self, sentence: str, *, for_good: bool = False, of_server: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.for_good = for_good
        self.of_server = of_server


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of each address: for those refused, what the server said."""

    taken: tuple[str, ...]
    refused: Mapping[str, str]
    later: Mapping[str, str]
    """Not now, but perhaps in a while."""


class Courier:
    """Speaks SMTP with checked hosts only. Thread-safe.

    name: how this installation introduces itself to servers.
    """

    def __init__(self, dialer: Dialer, *, name: str) -> None:
        self._dialer = dialer
        self._name = name

    def hand_over(
        self, server: Server, *, to: Sequence[str], message: bytes, timeout_s: float = TIMEOUT_S
    ) -> Delivered:
        """Sign in and hand `message` over for these addresses. Raises NotSent."""
        words = _Words(server)
        client = _Client(self._dialer, server, self._name, timeout_s)
        try:
            client.begin()
            return _deliver(client, server, to, message, words)
        except HttpTrouble as trouble:
            raise NotSent(_with_hint(trouble.sentence, server), of_server=True) from trouble
        except smtplib.SMTPException as error:
            raise words.not_sent(error) from error
        except OSError as error:
            raise NotSent(words.broke_off(), of_server=True) from error
        finally:
            client.leave()


class _Client(smtplib.SMTP):
    """The library's client over a guarded line; it looks up no name of its own."""

    def __init__(self, dialer: Dialer, server: Server, name: str, timeout_s: float) -> None:
        super().__init__(local_hostname=name)
        self._dialer = dialer
        self._server = server
        self._timeout_s = timeout_s

    def begin(self) -> None:
        """Connect, encrypt as the settings say, and sign in."""
        server = self._server
        self._check_line()
        code, said = self.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        if server.encryption is Encryption.STARTTLS:
            self.starttls(context=IN_PLACE_TLS)
        if server.username:
            self._sign_in(server.username, server.password)

    def leave(self) -> None:
        """Say goodbye without waiting for one, and end the line."""
        if self.sock is not None:
            with suppress(smtplib.SMTPException, HttpTrouble, OSError):
                self.putcmd("quit")
        self.close()

    def _get_socket(self, host: str, port: int, _timeout: float) -> SafeSocket:
        return self._dialer.connect(
            host,
            port,
            tls=self._server.encryption is Encryption.TLS,
            timeout_s=self._timeout_s,
            max_bytes=MAX_REPLIES_BYTES,
        )

    def _sign_in(self, name: str, password: str) -> None:
        """PLAIN (RFC 4616) or LOGIN, in UTF-8: the library's own way knows ASCII only."""
        self.ehlo_or_helo_if_needed()
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            code, said = self.docmd("AUTH", "PLAIN " + _base64(f"\0{name}\0{password}"))
        elif "LOGIN" in offered:
            code, said = self.docmd("AUTH", f"LOGIN {_base64(name)}")
            if code == _GO_ON:
                code, said = self.docmd(_base64(password))
        else:
            raise smtplib.SMTPNotSupportedError("AUTH")
        if code != _SIGNED_IN:
            raise smtplib.SMTPAuthenticationError(code, said)

    def _check_line(self) -> None:
        server = self._server
        if server.encryption is not Encryption.NONE or not server.username or server.is_shared:
            return
        if not self._dialer.is_own_host(server.host, server.port):
            raise HttpRefused(
                f"A password is only sent over an encrypted line. Choose STARTTLS or TLS for "
                f"{server.host}."
            )


def _deliver(
    client: _Client, server: Server, to: Sequence[str], message: bytes, words: "_Words"
) -> Delivered:
    try:
        refused = client.sendmail(server.from_address, list(to), message)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    told = {address: (code, words.said(code, said)) for address, (code, said) in refused.items()}
    return Delivered(
        taken=tuple(address for address in to if address not in told),
        refused={address: text for address, (code, text) in told.items() if code >= 500},
        later={address: text for address, (code, text) in told.items() if code < 500},
    )


class _Words:
    """What a server said, fit to be shown: one line, short, without the password in it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._redactor = Redactor([server.password] if server.password else [])

    def said(self, code: int, text: bytes | str) -> str:
        """The number and words of a reply."""
        plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        line = self._redactor.text(" ".join(_NOT_WORDS.sub(" ", plain).split()))
        return f"{code} {line}"[:MAX_WORDS_CHARS].strip()

    def not_sent(self, error: smtplib.SMTPException) -> NotSent:
        """The failure that an error of the library stands for."""
        host = self._server.host
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return NotSent(self.broke_off(), of_server=True)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return NotSent(self._not_offered(str(error)), of_server=True)
        if not isinstance(error, smtplib.SMTPResponseException):
            return NotSent(f"{host} does not speak SMTP as Lamplight knows it.", of_server=True)
        said = self.said(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return NotSent(
                f"{host} did not accept the user name or the password. It said: {said}",
                of_server=True,
            )
        if isinstance(error, smtplib.SMTPSenderRefused):
            return NotSent(
                f"{host} does not let {self._server.from_address} send. It said: {said}",
                for_good=error.smtp_code >= 500,
            )
        if isinstance(error, smtplib.SMTPDataError):
            return NotSent(
                f"{host} did not take the mail. It said: {said}", for_good=error.smtp_code >= 500
            )
        return NotSent(f"{host} does not take mail now. It said: {said}", of_server=True)

    def broke_off(self) -> str:
        """A line that ended before the answer."""
        return _with_hint(
            f"{self._server.host} ended the conversation before it took the mail.", self._server
        )

    def _not_offered(self, what: str) -> str:
        host, port = self._server.host, self._server.port
        if "STARTTLS" in what:
            return (
                f"{host} offers no encryption (STARTTLS) at port {port}. Port 587 usually has it; "
                "at port 465 choose TLS from the start."
            )
        return f"{host} offers no way to sign in that Lamplight knows at port {port}."


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _with_hint(sentence: str, server: Server) -> str:
    """The sentence, and the usual slip where port and encryption do not go together."""
    if server.port == 465 and server.encryption is not Encryption.TLS:
        return f"{sentence} At port 465 the line is usually encrypted from the start: choose TLS."
    if server.port in (25, 587) and server.encryption is Encryption.TLS:
        return f"{sentence} At port {server.port} choose STARTTLS instead of TLS."
    return sentence
