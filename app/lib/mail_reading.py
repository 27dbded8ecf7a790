"""What an e-mail says, read with care: messages come from anybody and may be broken on purpose."""

import email
import email.errors
import email.policy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from app.lib import html_text

MAX_TEXT_CHARS = 100_000
MAX_HEADER_CHARS = 1_000
MAX_PEOPLE = 100
MAX_PARTS = 200
MAX_FILES = 20
MAX_HTML_CHARS = 2_000_000


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that came with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as steps use it. `date` is ISO 8601 in UTC, None when the message tells none."""

    from_name: str
    from_address: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    date: str | None
    message_id: str
    files: tuple[MailFile, ...]


def read(raw: bytes) -> Letter:
    """Read a message or its head; what cannot be read is left empty, nothing is raised."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    senders = _people(message, "From")
    text, files = _body(message)
    return Letter(
        from_name=senders[0][0] if senders else "",
        from_address=senders[0][1] if senders else "",
        to=tuple(address for _, address in _people(message, "To")),
        cc=tuple(address for _, address in _people(message, "Cc")),
        subject=_header(message, "Subject"),
        text=text[:MAX_TEXT_CHARS],
        date=_date(message),
        message_id=_header(message, "Message-ID"),
        files=files,
    )


def words_of_html(markup: str) -> str:
    """The words that a page of HTML shows, a line for each of its paragraphs."""
    try:
        page = html_text.tree(markup[:MAX_HTML_CHARS])
    except html_text.HtmlRefused:
        return ""
    return html_text.plain_text(page) if page is not None else ""


def _body(message: Message) -> tuple[str, tuple[MailFile, ...]]:
    plain, markup = "", ""
    files: list[MailFile] = []
    for part in _parts(message):
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), _file_name(part)
        is_file = bool(name) or part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_file:
            plain = plain or _text(part)
        elif kind == "text/html" and not is_file:
            markup = markup or _text(part)
        elif is_file and len(files) < MAX_FILES:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                files.append(MailFile(name or "attachment", kind, content))
    return plain.strip() or words_of_html(markup), tuple(files)


def _parts(message: Message) -> Iterator[Message]:
    """The message and its parts in order; a message that came as an attachment stays closed."""
    waiting, count = [message], 0
    while waiting and count < MAX_PARTS:
        part = waiting.pop()
        count += 1
        yield part
        inside = part.get_payload()
        if isinstance(inside, list) and part.get_content_maintype() == "multipart":
            waiting += [one for one in reversed(inside) if isinstance(one, Message)]


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename("") or ""
    except (ValueError, LookupError, TypeError):
        name = ""
    return _decoded(name)


def _header(message: Message, name: str) -> str:
    return _decoded(str(message.get(name, "")))


def _decoded(text: str) -> str:
    """Words in `=?utf-8?…?=` spelled out (RFC 2047), on one line."""
    with suppress(ValueError, LookupError, email.errors.MessageError):
        text = str(make_header(decode_header(text[: 4 * MAX_HEADER_CHARS])))
    return " ".join(text.split())[:MAX_HEADER_CHARS]


def _people(message: Message, name: str) -> list[tuple[str, str]]:
    typed = [str(one)[:20_000] for one in message.get_all(name, [])]
    try:
        found = [(who, address) for who, address in getaddresses(typed) if address]
    except (RecursionError, ValueError, IndexError):  # brackets in brackets without end
        return []
    return [(_decoded(who), address[:254]) for who, address in found[:MAX_PEOPLE]]


def _date(message: Message) -> str | None:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError:
        return None
