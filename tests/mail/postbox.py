"""A real SMTP server on loopback, for one test: it keeps what it is given, or misbehaves."""

import asyncio
import contextlib
import ssl
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

NAME, PASSWORD = "lamplight@mail.example", "canary-smtp-77e1"


@dataclass
class Postbox:
    """Listens on 127.0.0.1; use it in a `with`.

    `says` answers each command by its name (RCPT, DATA, …): a reply, or None to go on.
    """

    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    needs_sign_in: bool = False
    says: Callable[[str, str], str | None] = lambda _command, _argument: None
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def __enter__(self) -> "Postbox":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = self._on_loop(
            self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=self.tls)
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_error: object) -> None:
        self._on_loop(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Note one receiver, or refuse it."""
        refusal = self._heard("RCPT", address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, or refuse it."""
        refusal = self._heard("DATA", "")
        if refusal:
            return refusal
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        made = message_from_bytes(content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.mails.append(made)
        self.receivers.append(list(envelope.rcpt_tos))
        self.senders.append(str(envelope.mail_from))
        return "250 OK"

    def _heard(self, command: str, argument: str) -> str | None:
        self.commands.append(f"{command} {argument}".strip())
        return self.says(command, argument)

    def _protocol(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of sign-ins without TLS, which are meant
            return SMTP(
                self,
                hostname="mail.example",
                tls_context=self.starttls,
                require_starttls=self.starttls is not None,
                auth_required=self.needs_sign_in,
                auth_require_tls=self.starttls is not None,
                authenticator=self._sign_in,
                loop=self._loop,
            )

    def _sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        name, password = given.login.decode(), given.password.decode()
        self.signed_in.append(name)
        if (name, password) == (NAME, PASSWORD):
            return AuthResult(success=True)
        return AuthResult(
            success=False, handled=False, message=f"535 5.7.8 wrong: {password} is not it"
        )

    def _on_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _end(self) -> None:
        self._server.close()  # on the loop's own thread: a connection may be ending there just now
        await self._server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        for task in others:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
