"""The step that sends a mail."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, KeyValues, LongText, Text, Value
from app.engine.file_port import is_file
from app.engine.mail_port import OutgoingMail
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, short, strong

_BETWEEN = re.compile(r"[,;\r\n]+")
_MAX_DEPTH = 4


class SendEmail(StepType):
    """Sends a mail through the workspace's mail server.

    The mail is put into the outbox and leaves within seconds; if the server is busy it is tried
    again for hours, and the outbox shows what became of it. However often the step is tried, the
    mail goes out once. A rehearsal sends nothing and tells what would have been sent.

    To let a person see and change a mail before it leaves, put “Ask a person” before this step,
    propose `To`, `Subject` and `Text` there, and fill this step from the answer:
    `{{ steps.ask_person.values.Text }}`. Then exactly what was approved is sent.
    """

    type: ClassVar[str] = "send_email"
    title: ClassVar[str] = "Send e-mail"
    group: ClassVar[str] = "Actions"
    icon: ClassVar[str] = "mail"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("e-mail", "e-mails", "sent")
    writes_to: ClassVar[tuple[str, ...]] = ("to", "cc")
    fields: ClassVar[Mapping[str, Field]] = {
        "to": Value(
            label="To",
            required=True,
            hint="One address or several with commas between, or a list from an earlier step.",
        ),
        "cc": Value(label="Copy to", hint="Everybody sees these addresses."),
        "subject": Text(label="Subject", required=True),
        "text": LongText(label="Text", required=True, hint="Plain text, sent as it stands here."),
        "reply_to": Text(
            label="Answers go to", hint="An address. Empty: to the address mail comes from."
        ),
        "files": Value(
            label="Files", hint="A file from an earlier step, or a list of files, as one reference."
        ),
        "more_files": KeyValues(
            label="More files",
            name_label="Name in the mail",
            value_label="File",
            hint="One row for each file; the mail carries it under this name.",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "id": "the number of the mail in the outbox",
        "to": "the addresses it goes to, as a list",
        "subject": "its subject",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Hand the mail to the outbox."""
        sent = ports.mail.send(_mail(given), key=ports.idempotency_key)
        ports.log("info", f"The mail to {_receivers(sent['to'])} is in the outbox")
        return Output(dict(sent))

    def tell(self, given: Given, output: Given) -> str:
        """To whom, and about what."""
        if output.get("rehearsed"):
            would: Given = output["would_send"]
            to, subject = _receivers(would["to"]), would["subject"]
            return said("Would have mailed ", strong(to), ": ", strong(subject))
        to, subject = _receivers(output.get("to")), output.get("subject")
        return said("Gave the outbox a mail to ", strong(to), ": ", strong(subject))

    def does(self, fields: Mapping[str, Json]) -> str:
        """To whom, if that is typed out."""
        to = fields.get("to")
        if not isinstance(to, str) or not to.strip() or "{{" in to:
            return "sends e-mails to addresses that a run works out"
        return f"sends e-mails to {_receivers([*_addresses(to, 'To')])}"

    def doing(self, given: Given) -> str:
        """Only moments."""
        return "putting a mail into the outbox"

    def rehearse(self, given: Given) -> Output:
        """The mail that would have been sent; its files by name."""
        mail = _mail(given)
        would: dict[str, Json] = {
            "to": [*mail.to],
            "subject": mail.subject,
            "text": mail.text,
        }
        if mail.cc:
            would["cc"] = [*mail.cc]
        if mail.reply_to:
            would["reply_to"] = mail.reply_to
        if mail.files:
            would["files"] = [_name(file) for file in mail.files]
        return Output({"rehearsed": True, "would_send": would})

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """An address typed without the part that makes it one."""
        found: list[tuple[str | None, str]] = []
        for name in ("to", "cc", "reply_to"):
            typed = fields.get(name)
            if not isinstance(typed, str) or "{{" in typed:
                continue
            odd = next((one for one in _addresses(typed, name) if "@" not in one), "")
            if odd:
                found.append((name, f"“{short(odd)}” is not a mail address."))
        return found


def _mail(given: Given) -> OutgoingMail:
    return OutgoingMail(
        to=_addresses(given["to"], "To"),
        cc=_addresses(given["cc"], "Copy to"),
        subject=given["subject"],
        text=given["text"],
        reply_to=str(given["reply_to"]).strip(),
        files=[*_files(given["files"], "Files"), *_more(given["more_files"])],
    )


def _addresses(value: Json, label: str) -> list[str]:
    """The addresses in a text or list; what they look like is for the door to judge."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in _BETWEEN.split(value) if part.strip()]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [found for item in value for found in _addresses(item, label)]
    raise StepFailed(
        f"“{label}” must be addresses, and {short(value)} came. Use a text or a list of texts.",
        can_retry=False,
    )


def _files(value: Json, label: str, depth: int = 0) -> Iterator[Json]:
    """The files in a value: one, a list of them, or nothing."""
    if value is None or value == "":
        return
    if is_file(value):
        yield value
    elif isinstance(value, list) and depth < _MAX_DEPTH:
        for item in value:
            yield from _files(item, label, depth + 1)
    else:
        raise StepFailed(
            f"“{label}” must be a file or a list of files, and “{short(value)}” is none.",
            can_retry=False,
        )


def _more(rows: Json) -> Iterator[Json]:
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            continue
        for file in _files(row["value"], str(row["name"])):
            if isinstance(file, dict):
                yield {**file, "name": str(row["name"]).strip() or file["name"]}


def _name(file: Json) -> Json:
    return file["name"] if isinstance(file, dict) else None


def _receivers(to: Json) -> str:
    """The address, or how many there are."""
    if not isinstance(to, list) or not to:
        return "nobody"
    return str(to[0]) if len(to) == 1 else f"{to[0]} and {count(len(to) - 1, 'other')}"
