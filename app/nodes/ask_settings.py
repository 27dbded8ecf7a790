"""What can be set on a question to a person: its words, who may answer, and until when."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, FormFields, KeyValues, LongText, Number, Switch, Text
from app.engine.values import Given, Json

UNITS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}
_BEFORE = {
    "15_minutes": timedelta(minutes=15),
    "1_hour": timedelta(hours=1),
    "1_day": timedelta(days=1),
}
_APPROVAL = ("kind", frozenset({"approval"}))
_HAS_DEADLINE = ("deadline", frozenset(UNITS))
_ADDRESS = re.compile(r"[^\s,;<>]+@[^\s,;<>]+")

FIELDS: Mapping[str, Field] = {
    "kind": Choice(
        label="Asks for",
        options=(("approval", "A yes or a no"), ("form", "Answers to questions")),
    ),
    "title": Text(
        label="What to ask",
        required=True,
        placeholder="Send this answer and refund {{ trigger.amount }}?",
    ),
    "text": LongText(label="More about it", hint="Stands under the question."),
    "values": KeyValues(
        label="What is proposed",
        hint="The values in question. Later steps use them as {{ steps.ask.values.Name }}.",
        unique=True,
        only_if=_APPROVAL,
    ),
    "choices": KeyValues(
        label="Values with choices",
        hint="The name of a value from above, and what it may be, with commas between.",
        value_label="Choices",
        unique=True,
        only_if=_APPROVAL,
    ),
    "may_change": Switch(
        label="Values may be changed before approval", default=True, only_if=_APPROVAL
    ),
    "may_send_back": Switch(
        label="May ask for a change",
        hint="A third answer that comes with a comment and has a way out of its own: lead it "
        "to a step that writes the proposal anew.",
        only_if=_APPROVAL,
    ),
    "button": Text(
        label="Words on the button",
        placeholder="Approve and send",
        hint="Empty: “Approve” and the name of the next step.",
        max_chars=60,
        only_if=_APPROVAL,
    ),
    "questions": FormFields(
        label="Questions", required=True, only_if=("kind", frozenset({"form"}))
    ),
    "why": LongText(label="Why it asks", hint="Helps whoever answers to decide."),
    "facts": KeyValues(label="Facts", hint="Shown below: order, customer since, amount paid."),
    "who": Choice(
        label="Who may answer",
        options=(
            ("everybody", "Everybody who may run agents"),
            ("people", "Only these people"),
        ),
    ),
    "people": LongText(
        label="Their e-mail addresses",
        hint="Members of the workspace, one a line.",
        required=True,
        only_if=("who", frozenset({"people"})),
    ),
    "by_mail": Switch(
        label="Ask by mail, too",
        default=True,
        hint="Each of them gets a link that works once, also without signing in.",
    ),
    "deadline": Choice(
        label="Deadline",
        options=(
            ("none", "None, it waits until somebody answers"),
            ("minutes", "So many minutes"),
            ("hours", "So many hours"),
            ("days", "So many days"),
        ),
    ),
    "within": Number(
        label="How many",
        required=True,
        default=4,
        minimum=1,
        maximum=500,
        only_if=_HAS_DEADLINE,
    ),
    "when_late": Choice(
        label="When nobody answers",
        options=(
            ("late", "Take the way “Nobody answered”"),
            ("refuse", "It counts as refused"),
            ("approve", "It counts as approved"),
            ("fail", "The step fails"),
        ),
        only_if=_HAS_DEADLINE,
    ),
    "remind": Choice(
        label="Remind",
        options=(
            ("half", "Half-way to the deadline"),
            ("15_minutes", "15 minutes before"),
            ("1_hour", "An hour before"),
            ("1_day", "A day before"),
            ("never", "Never"),
        ),
        only_if=_HAS_DEADLINE,
    ),
}


def due_at(given: Given, now: datetime) -> datetime | None:
    """When the question ends by itself; None: never."""
    unit = UNITS.get(given["deadline"])
    return now + unit * float(given["within"]) if unit else None


def remind_at(remind: str, now: datetime, due: datetime | None) -> str | None:
    """When people are reminded, as JSON holds it; None: never."""
    if due is None or remind == "never":
        return None
    before = (due - now) / 2 if remind == "half" else _BEFORE[remind]
    at = due - before
    return at.isoformat() if at > now else None


def addresses(given: Given) -> list[Json]:
    """Who may answer, by address; nobody named means everybody who may."""
    if given["who"] != "people":
        return []
    found = [address.casefold() for address in _ADDRESS.findall(given["people"])]
    if not found:
        raise StepFailed("“Their e-mail addresses” holds no address.", can_retry=False)
    return list(dict.fromkeys(found))
