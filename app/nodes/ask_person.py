"""The step that asks a person, and goes on when somebody has answered or the time is over."""

import re
from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field
from app.engine.form_inputs import read_inputs
from app.engine.ports import OUT, Port, Ports
from app.engine.states import Reason, RunMode
from app.engine.step_type import Output, Pause, Reply, StepType
from app.engine.values import Given, Json
from app.engine.words import gaps, said, short, strong
from app.nodes.ask_settings import FIELDS, UNITS, addresses, due_at, remind_at
from app.nodes.proposal import as_rows, changed_names, from_rows, proposed

MAX_TITLE_CHARS = 200
APPROVED = Port("approved", "Approved")
REFUSED = Port("refused", "Refused")
CHANGE = Port("change", "Asked for a change")
LATE = Port("late", "Nobody answered")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class AskPerson(StepType):
    """Asks a person and waits for the answer.

    An approval shows what is going to happen, with the proposed values, and takes a yes or a no;
    who answers may change the values first, if you allow it. A form asks questions. The question
    stands under “Approvals” and, if you like, goes out by mail with a link that works once. With a
    deadline the run goes on by itself when nobody answers. Put this step right before the one
    that sends or changes something, and use `{{ steps.ask.values.Subject }}` there, so that what
    was approved is what is sent. In a rehearsal the question goes to whoever started it.
    """

    type: ClassVar[str] = "ask_person"
    title: ClassVar[str] = "Ask a person"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "user-check"
    fields: ClassVar[Mapping[str, Field]] = FIELDS
    writes_to: ClassVar[tuple[str, ...]] = ("people",)
    outputs: ClassVar[Mapping[str, str] | None] = {
        "approved": "true or false",
        "values": "the values as they were approved, by name",
        "changed": "names of the values that were changed",
        "answers": "the answers to the questions, by key",
        "by": "who answered",
        "comment": "what they wrote with it",
        "answered_at": "when",
    }

    def run(self, given: Given, ports: Ports) -> Pause:
        """Ask; nothing goes on before somebody has answered or the deadline is there."""
        now = ports.clock()
        due = due_at(given, now)
        is_form = given["kind"] == "form"
        values = () if is_form else proposed(given["values"], given["choices"])
        detail: dict[str, Json] = {
            "kind": given["kind"],
            "title": short(given["title"], MAX_TITLE_CHARS),
            "text": given["text"],
            "values": as_rows(values),
            "questions": given["questions"] if is_form else [],
            "may_change": bool(given["may_change"]) and not is_form,
            "may_send_back": bool(given["may_send_back"]) and not is_form,
            "button": "" if is_form else given["button"].strip(),
            "why": given["why"],
            "facts": given["facts"],
            "people": addresses(given),
            "by_mail": bool(given["by_mail"]),
            "when_late": given["when_late"] if due else "",
            "remind_at": remind_at(given["remind"], now, due),
            "rehearsal": ports.mode is RunMode.REHEARSAL,
        }
        return Pause(Reason.FORM if is_form else Reason.APPROVAL, due=due, detail=detail)

    def resume(self, given: Given, pause: Pause, reply: Reply, ports: Ports) -> Output:
        """Take the way that the answer, or the end of the time, says."""
        asked: Given = pause.detail if isinstance(pause.detail, dict) else {}
        if reply.is_due:
            return _too_late(asked)
        answer: Given = reply.value if isinstance(reply.value, dict) else {}
        told: dict[str, Json] = {
            "by": answer.get("by") or "",
            "comment": answer.get("comment") or "",
            "answered_at": answer.get("at"),
        }
        if asked.get("kind") == "form":
            return Output({"answers": answer.get("answers") or {}, **told})
        values = {one.name: one.value for one in from_rows(asked.get("values"))}
        if asked.get("may_change"):
            values |= {
                name: value
                for name, value in (answer.get("values") or {}).items()
                if name in values
            }
        changed: Json = list(changed_names(from_rows(asked.get("values")), values))
        verdict = answer.get("verdict")
        way = {"approve": APPROVED, "change": CHANGE}.get(str(verdict), REFUSED)
        approved: dict[str, Json] = {"approved": way is APPROVED, "sent_back": way is CHANGE}
        return Output({**approved, "values": values, "changed": changed, **told}, way.id)

    def tell(self, given: Given, output: Given) -> str:
        """Who said what."""
        if output.get("nobody"):
            if given.get("kind") == "form" or given.get("when_late") == "late":
                return said("Nobody answered in time")
            word = "approved" if output.get("approved") else "refused"
            return said("Nobody answered in time, so it counts as ", strong(word))
        who = strong(output.get("by") or "Somebody")
        if given.get("kind") == "form":
            return said(who, " answered ", strong(short(given.get("title"), 40)))
        comment = output.get("comment")
        because = f": {short(comment, 80)}" if comment else ""
        if output.get("approved"):
            changed = len(output.get("changed") or [])
            changes = {0: "", 1: " with one change"}.get(changed, f" with {changed} changes")
            return said(who, f" approved{changes}{because}")
        return said(who, " asked for a change" if output.get("sent_back") else " refused", because)

    def does(self, fields: Mapping[str, Json]) -> str:
        """What it asks."""
        return f"asks a person “{short(gaps(fields.get('title')), 60)}” and waits"

    def doing(self, given: Given) -> str:
        """What it waits for."""
        return f"waiting for an answer to “{short(given.get('title'), 60)}”"

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """One way for each answer that there can be."""
        goes_on = fields.get("deadline") in UNITS and fields.get("when_late", "late") == "late"
        late = (LATE,) if goes_on else ()
        if fields.get("kind") == "form":
            return (OUT, *late)
        change = (CHANGE,) if fields.get("may_send_back") else ()
        return (APPROVED, REFUSED, *change, *late)

    def offers(self, fields: Mapping[str, Json]) -> Mapping[str, str]:
        """The names that this kind of question gives."""
        is_form = fields.get("kind") == "form"
        left_out = {"approved", "values", "changed"} if is_form else {"answers"}
        declared = self.outputs or {}
        offered = {name: words for name, words in declared.items() if name not in left_out}
        # Each value by its name, so that it can be put into a later step with one click.
        if is_form:
            asked = read_inputs(fields.get("questions") or [])[0]
            return offered | {f"answers.{one.key}": one.label for one in asked}
        names = [str(row.get("name")) for row in _rows(fields.get("values"))]
        return offered | {f"values.{name}": name for name in names if _WORD.match(name)}

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """A form has no yes and no; choices need a value that they belong to."""
        if fields.get("kind") == "form":
            return _form_problems(fields)
        names = {row.get("name") for row in _rows(fields.get("values"))}
        return [
            ("choices", f"There is no value “{row['name']}” above.")
            for row in _rows(fields.get("choices"))
            if row.get("name") and row["name"] not in names
        ]


def _form_problems(fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
    found: list[tuple[str | None, str]] = [
        ("questions", f"“{row.get('label')}” asks for a file, which an answer cannot carry.")
        for row in _rows(fields.get("questions"))
        if row.get("kind") == "file"
    ]
    decides = fields.get("when_late") in ("approve", "refuse")
    if fields.get("deadline") in UNITS and decides:
        found.append(("when_late", "A form is neither approved nor refused."))
    return found


def _too_late(asked: Given) -> Output:
    told: dict[str, Json] = {"by": "", "comment": "", "answered_at": None, "nobody": True}
    if asked.get("when_late") == "fail":
        raise StepFailed(f"Nobody answered “{short(asked.get('title'))}” in time.", can_retry=False)
    if asked.get("kind") == "form":
        return Output({"answers": {}, **told}, LATE.id)
    values: Json = {one.name: one.value for one in from_rows(asked.get("values"))}
    approved = asked.get("when_late") == "approve"
    way = {"approve": APPROVED, "refuse": REFUSED}.get(str(asked.get("when_late")), LATE)
    return Output({"approved": approved, "values": values, "changed": [], **told}, way.id)


def _rows(value: Json) -> list[dict[str, Json]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
