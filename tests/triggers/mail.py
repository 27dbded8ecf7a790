"""A watched mailbox for tests: Dovecot, the connection to it, an agent that reads it."""

from email.message import EmailMessage

from app.engine.graph import Graph
from app.vault.connections import Wishes
from tests.dovecot import PASSWORD, USER
from tests.runs.flows import answer, in_a_row, step

HOST = "127.0.0.1"


def wishes(port: int, **changes: object) -> Wishes:
    """The connection to the throw-away server."""
    return Wishes(
        name="Desk",
        hosts=(f"{HOST}:{port}",),
        username=USER,
        secret=PASSWORD,
        mailbox={"host": HOST, "port": port, "encryption": "none", "folder": "INBOX"} | changes,
    )


def watching(mailbox: str, *, after: str = "leave", when_busy: str = "queue") -> Graph:
    """Answers with the subject of each message."""
    fields = {"mailbox": mailbox, "after": after, "when_busy": when_busy}
    return in_a_row(step("start", "start_email", fields), answer("{{ trigger.subject }}"))


def message(subject: str, *, file: bytes | None = None) -> bytes:
    """A message to the desk, with a file if one is given."""
    made = EmailMessage()
    made["From"], made["To"] = "Tobias <tobias@shop.example>", USER
    made["Subject"], made["Message-ID"] = subject, f"<{subject}@shop.example>"
    made.set_content("Where is my parcel?")
    if file is not None:
        made.add_attachment(file, maintype="application", subtype="pdf", filename="bill.pdf")
    return bytes(made)
