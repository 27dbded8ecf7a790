"""A flow in the making: the steps so far, the ways that are open, and what values there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.composing.patterns.heard import Heard
from app.composing.sketch import Before, Sketched
from app.composing.wishes import Surroundings
from app.engine.keys import fresh_key, word
from app.engine.values import Json
from app.engine.words import short


@dataclass(slots=True)
class Scene:
    """Where composing stands. Texts are as typed: `{{ trigger.text }}`.

    text: what the next step works on. result: what came of it so far, told to people. draft: an
    answer that was written. values: what is known by name. taken: what was assumed, in sentences.
    """

    heard: Heard
    around: Surroundings
    steps: list[Sketched] = field(default_factory=list)
    open: list[Before] = field(default_factory=list)
    inside: str = ""
    thing: str = ""
    text: str = ""
    subject: str = ""
    sender: str = ""
    result: str = ""
    result_name: str = ""
    draft: str = ""
    is_reply: bool = False
    rows: str = ""
    values: dict[str, str] = field(default_factory=dict)
    approved: str = ""
    rest: list[Before] = field(default_factory=list)  # the way of what fits no category
    taken: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def add(
        self,
        kind: str,
        name: str,
        settings: Mapping[str, Json],
        *,
        ways: tuple[str, ...] = ("",),
        note: str = "",
    ) -> str:
        """A step on all open ways; `ways` of it are open then. Its key."""
        key = fresh_key(name, self.keys)
        self.keys.add(key)
        self.steps.append(
            Sketched(key, kind, name, dict(settings), tuple(self.open), self.inside, note)
        )
        self.open = [Before(key, way) for way in ways]
        return key

    def gives(self, key: str, name: str) -> str:
        """What a step gave, as later steps name it."""
        return f"{{{{ steps.{key}.{name} }}}}"

    def has(self, *kinds: str) -> bool:
        """Whether there is a step of one of these kinds."""
        return any(step.type in kinds for step in self.steps)

    def assume(self, sentence: str) -> None:
        """Note what nobody said."""
        if sentence not in self.taken:
            self.taken.append(sentence)

    @property
    def noun(self) -> str:
        """What it is about: `enquiry`, `message`."""
        return self.thing or "message"

    @property
    def person(self) -> str:
        """The first name of whoever describes the flow."""
        return self.around.person_name.split(" ")[0] if self.around.person_name else "me"

    def known_value(self, name: str) -> str:
        """The value of this name, or the nearest by words; empty for none."""
        wanted = word(name, "value")
        if wanted in self.values:
            return self.values[wanted]
        parts = set(wanted.split("_"))
        near = [key for key in self.values if parts & set(key.split("_"))]
        return self.values[near[0]] if len(near) == 1 else ""


def short_name(text: str, most: int = 48) -> str:
    """A name for a step."""
    return short(text, most).strip()
