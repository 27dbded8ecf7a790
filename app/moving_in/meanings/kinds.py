"""What a name of the program can stand for: a reference, a text, a conversation, …"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from app.engine.values import Json

MAX_PARTS = 600
MAX_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class Plain:
    """A value that stands in the program."""

    value: Json


@dataclass(frozen=True, slots=True)
class Ref:
    """A value of the run: `{{ path | filters }}`, or else one of the others.

    `kind` is what is known of it, in the words of expected values: text, number, switch, …
    """

    path: str
    filters: tuple[str, ...] = ()
    otherwise: tuple["Plain | Ref", ...] = ()
    kind: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Mix:
    """A text with values in it."""

    pieces: tuple["Meaning", ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Named values, each with a meaning of its own."""

    values: Mapping[str, "Meaning"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What running an agent gave: a step that asked a model. `part` is what was taken of it.

    `others` are the replies of other ways that led here, of which one has come at most; `kinds`
    are what its values are, by name.
    """

    key: str
    name: str
    has_values: bool
    part: str = ""
    others: tuple["Reply", ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One part of a conversation; `sure` unless only some ways lead past it."""

    said: "Meaning"
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation so far; `pictures` if pictures or files were in it, which no text can hold."""

    turns: tuple[Turn, ...] = ()
    pictures: bool = False

    @classmethod
    def joined(cls, talks: Iterable["Talk"]) -> "Talk":
        """One after the other."""
        every = tuple(talks)
        turns = tuple(turn for one in every for turn in one.turns)
        return cls(turns, any(one.pictures for one in every))


@dataclass(frozen=True, slots=True)
class Guarded:
    """What guardrails found: the step that looked; `masks` if the text went on without names."""

    key: str
    checked: "Meaning"
    masks: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """What a loop gave: one for each item, as its steps called it inside."""

    key: str
    item: "Meaning"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that no reference can say; `source` is how the program said it."""

    source: str


Meaning: TypeAlias = Plain | Ref | Mix | Group | Reply | Talk | Guarded | Items | Unknown
Names: TypeAlias = dict[str, Meaning]


def light(meaning: Meaning, source: str) -> Meaning:
    """The meaning, unless it has grown: `t = t + t` doubles with every line."""
    waiting: list[Meaning] = [meaning]
    parts = chars = 0
    while waiting:
        one = waiting.pop()
        parts += 1
        chars += len(one.value) if isinstance(one, Plain) and isinstance(one.value, str) else 0
        if parts > MAX_PARTS or chars > MAX_CHARS:
            return Unknown(source)
        if isinstance(one, Mix):
            waiting += one.pieces
        elif isinstance(one, Group):
            waiting += one.values.values()
        elif isinstance(one, Talk):
            waiting += [turn.said for turn in one.turns]
    return meaning
