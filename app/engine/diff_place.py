"""Where a difference is: the step it is about, and the names of what steps point to."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.diff_change import Change, Piece, Size, Turn, joined, sentence, went
from app.engine.diff_text import marked_words, shortened
from app.engine.fields import Connection, Field, Pick
from app.engine.graph import Step
from app.engine.problem import Known
from app.engine.step_type import StepType
from app.engine.values import Json, canonical
from app.engine.words import short

ONE_LINE_CHARS = 40
GONE = "one that is gone"


@dataclass(frozen=True, slots=True)
class Place:
    """A step whose settings are compared; `kind` is None when its kind is not known here."""

    step: Step
    kind: StepType | None
    known: Known

    @property
    def begins(self) -> bool:
        """Whether what starts the agent depends on this step."""
        return self.kind is not None and self.kind.is_start

    @property
    def answers(self) -> bool:
        """Whether what the agent answers depends on this step."""
        return self.kind is not None and self.kind.is_answer

    def tell(
        self,
        *told: str | Piece | tuple[Piece, ...],
        turn: Turn = "changed",
        why: str = "",
        wording: tuple[Piece, ...] = (),
        field: str | None = None,
        size: Size = Size.FIX,
    ) -> Change:
        """A difference at this step."""
        return Change(
            turn=turn,
            told=joined(*((one,) if isinstance(one, Piece) else one for one in told)),
            why=why,
            wording=wording,
            step_id=self.step.id,
            step_name=self.step.name,
            field=field,
            size=size,
        )

    def compare(
        self, label: str, before: Json, after: Json, *, field: str | None = None, unit: str = ""
    ) -> Change:
        """A value that was one thing and is another; long texts with their words marked."""
        if _is_long(before) or _is_long(after) or short(before) == short(after):
            told = sentence(f"Other words in “{self.step.name}”")
            return self.tell(told, why=f"In “{label}”", wording=_words(before, after), field=field)
        if _is_empty(after):
            told = sentence(f"“{label}” is empty now, it was ", Piece(short(before), "old"))
        elif _is_empty(before):
            last = f" {unit}" if unit else ""
            told = sentence(f"“{label}” is now ", Piece(short(after), "new"), last)
        else:
            told = joined(f"“{label}”", went(before, after, unit=unit))
        return self.tell(told, field=field)


def name_of(field: Field, value: Json, known: Known) -> str:
    """What a chosen thing is called; empty when nothing is chosen."""
    if not value:
        return ""
    if isinstance(field, Connection):
        fact = known.connections.get(str(value))
        return fact.name if fact else GONE
    names: Mapping[str, str] = known.choices.get(field.of, {}) if isinstance(field, Pick) else {}
    return names.get(str(value), GONE)


def as_read(value: Json) -> str:
    """A value as text that can be compared word by word."""
    if isinstance(value, str):
        return value
    return "" if value is None else canonical(value)


def _words(before: Json, after: Json) -> tuple[Piece, ...]:
    old, new = as_read(before), as_read(after)
    if old == new:  # the number 1 and the text 1
        old, new = canonical(before), canonical(after)
    return shortened(marked_words(old, new))


def _is_long(value: Json) -> bool:
    if isinstance(value, dict | list):
        return bool(value)
    return isinstance(value, str) and (len(value) > ONE_LINE_CHARS or "\n" in value)


def _is_empty(value: Json) -> bool:
    return value is None or value in ("", [], {})
