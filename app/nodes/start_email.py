"""The step a run begins at when an e-mail has arrived."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, Pick
from app.engine.states import TriggerType
from app.engine.step_type import Action, Output, StartType
from app.engine.values import Given, Json
from app.engine.words import count, said, short, strong

_BY_HAND: Mapping[str, Json] = {
    "from_name": "",
    "from_address": "",
    "to": [],
    "cc": [],
    "subject": "",
    "text": "",
    "date": None,
    "message_id": "",
    "attachments": [],
    "is_too_large": False,
}


class StartEmail(StartType):
    """Begins a run for each e-mail that arrives in a mailbox.

    The mailbox is looked at every minute while the agent is on; what was there before is left
    alone. Each message makes one run, with its text and its attachments as files. Nothing is
    deleted, moved or marked, unless you choose to have messages marked as read. Make the mailbox
    under Connections first. Words in a message come from outside: let a person look before a step
    does what a message asks for.
    """

    type: ClassVar[str] = "start_email"
    title: ClassVar[str] = "E-mail received"
    icon: ClassVar[str] = "mail"
    trigger: ClassVar[TriggerType] = TriggerType.EMAIL
    fields: ClassVar[Mapping[str, Field]] = {
        "mailbox": Pick(label="Mailbox", of="mailboxes", required=True),
        "after": Choice(
            label="When the run has begun",
            options=(("leave", "Leave the message as it is"), ("read", "Mark it as read")),
        ),
        "when_busy": Choice(
            label="While a run of this agent is still going",
            options=(("queue", "Start one more"), ("skip", "Leave the message out")),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "from_name": "the sender's name, as the message says",
        "from_address": "the sender's address, as the message says",
        "to": "the addresses it was sent to, as a list",
        "cc": "the addresses that got a copy, as a list",
        "subject": "the subject",
        "text": "the text; of a message in HTML, its words",
        "date": "when it was sent, as the message says",
        "message_id": "the message's own number",
        "attachments": "its files, as a list",
        "is_too_large": "true for a message over 15 MB, which comes without text and files",
    }

    def begin(self, given: Given, payload: Json) -> Output:
        """The message; a person who starts it by hand brings an empty one."""
        came = payload if isinstance(payload, dict) else {}
        return Output({name: came.get(name, empty) for name, empty in _BY_HAND.items()})

    def tell(self, given: Given, output: Given) -> str:
        """Who wrote, and what about."""
        sender = output.get("from_name") or output.get("from_address")
        if not sender:
            return "Started by hand, with no message"
        files = output.get("attachments") or []
        about = short(output["subject"], 60)
        also = f", with {count(len(files), 'file')}" if files else ""
        return said("Read the e-mail of ", strong(sender), f": {about}{also}")

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Nothing in a message can fail here; another try is all there is."""
        return (Action("run_again", "Run again", primary=True),)
