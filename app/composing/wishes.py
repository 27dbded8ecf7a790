"""The shapes of describing a flow: what was said, what was understood, what is proposed."""

from dataclasses import dataclass
from typing import ClassVar

from app.engine.graph import Graph


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of the workspace that steps can point to: its id as text, its name.

    `kind` says of a connection what it leads to: "http" for a service, "mailbox" for a mailbox.
    `columns` are those of a table.
    """

    id: str
    kind: str
    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a workspace has, as plain values; ids as text. No secret is among them.

    `person_name` and `person_mail` are of whoever describes the flow; `timezone` an IANA name.
    """

    connections: tuple[Thing, ...] = ()
    tables: tuple[Thing, ...] = ()
    agents: tuple[Thing, ...] = ()
    mail_is_set_up: bool = True
    person_name: str = ""
    person_mail: str = ""
    timezone: str = "UTC"
    variables: tuple[str, ...] = ()

    @property
    def mailboxes(self) -> tuple[Thing, ...]:
        """The connections that lead to a mailbox."""
        return tuple(one for one in self.connections if one.kind == "mailbox")

    @property
    def services(self) -> tuple[Thing, ...]:
        """The connections that requests can go through."""
        return tuple(one for one in self.connections if one.kind != "mailbox")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wrote so far, oldest first, and the flow it is about.

    Answers to questions are among `said` as “question: answer”. `base` is the draft that is to
    change, None for a new agent.
    """

    MAX_TEXTS: ClassVar[int] = 20
    MAX_CHARS: ClassVar[int] = 4_000

    said: tuple[str, ...]
    base: Graph | None
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask before composing; its answer changes the flow."""

    key: str
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A wish in other words, and at most three questions; none when enough is known.

    `unread` says why it could not be read at all.
    """

    summary: str
    questions: tuple[Question, ...]
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A flow that can be applied as a draft.

    `says` is what the composer tells with it, `missing` sentences about what somebody has to fill
    in: the graph has no other errors. `by_patterns` tells that simple rules made it, no model.
    """

    name: str
    description: str
    tech_spec: str
    graph: Graph
    says: str
    missing: tuple[str, ...]
    by_patterns: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One difference that can be ticked; `needs` are ids of changes it cannot do without.

    `why` is a quieter line, `step_id` the step it is about.
    """

    id: str
    sentence: str
    needs: tuple[str, ...]
    why: str = ""
    step_id: str | None = None
