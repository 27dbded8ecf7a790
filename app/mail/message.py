"""A mail as bytes: plain text, its headers, and files beside it (RFC 5322, 2045, 2183)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from app.mail.models import Mail, Purpose
from app.mail.outbox import one_line
from app.mail.server import Server

# Other programs answer these with an automatic reply of their own unless told not to (RFC 3834).
_FROM_A_MACHINE = {Purpose.NOTICE, Purpose.APPROVAL, Purpose.INVITATION, Purpose.TEST}


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file to go with a mail."""

    name: str
    media_type: str
    content: bytes


def message_id(mail: Mail, server: Server) -> str:
    """The same at every try, so that whoever gets a mail twice sees it once."""
    return f"<{mail.id}@{server.from_address.rpartition('@')[2]}>"


def compose(
    mail: Mail, server: Server, *, text: str, attachments: Sequence[Attachment] = ()
) -> bytes:
    """The whole message as it goes over the line, without the dots SMTP adds."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(server)
    message["To"] = ", ".join(mail.recipients)
    if mail.cc:
        message["Cc"] = ", ".join(mail.cc)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = one_line(mail.subject)
    message["Date"] = mail.created_at.astimezone(UTC)
    message["Message-ID"] = message_id(mail, server)
    if mail.purpose in _FROM_A_MACHINE:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(text if text.endswith("\n") else text + "\n", cte="quoted-printable")
    for each in attachments:
        main, _, sub = each.media_type.partition("/")
        message.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
    return message.as_bytes()


def _sender(server: Server) -> Address:
    name, _, domain = server.from_address.rpartition("@")
    return Address(one_line(server.from_name), name, domain)
