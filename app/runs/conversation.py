"""What an agent with tools thought, called and was told, as its line in a run shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.values import Json
from app.engine.words import first_sentence

MAX_REASON_CHARS = 140
_WHO = ("task", "model", "tool", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One turn. `who` is task, model, tool or note; a tool's line is a call and what came of it.

    `by`, `verdict`, `changed` and `comment` tell what a person decided about a call, if one did.
    """

    who: str
    text: str = ""
    model: str = ""
    took_s: float | None = None
    tokens: int = 0
    calls: int = 0
    tool: str = ""
    call: int = 0
    state: str = ""
    why: str = ""
    arguments: Json = None
    answer: Json = None
    verdict: str = ""
    by: str = ""
    changed: Sequence[str] = ()
    comment: str = ""

    @property
    def reason(self) -> str:
        """Why a call failed, in a few words; empty for every other line, or where nobody knows."""
        if self.state != "failed" or not isinstance(self.answer, str):
            return ""
        told = first_sentence(self.answer, MAX_REASON_CHARS)
        return told if any(letter.isalnum() for letter in told) else ""


def conversation_in(output: Json) -> Sequence[Line]:
    """The lines in the copy of a step's output; none where it is no conversation."""
    found = output.get("conversation") if isinstance(output, dict) else None
    if not isinstance(found, list):
        return ()
    return [line for one in found if (line := _line(one)) is not None]


def without_conversation(output: Json) -> Json:
    """The rest of the output."""
    if not isinstance(output, dict) or not conversation_in(output):
        return output
    return {name: value for name, value in output.items() if name != "conversation"}


def _line(one: Json) -> Line | None:
    if isinstance(one, str):  # that more is not shown
        return Line(who="note", text=one)
    if not isinstance(one, dict) or one.get("who") not in _WHO:
        return None
    decision = one.get("decision")
    decided: Mapping[str, Any] = decision if isinstance(decision, dict) else {}
    changed = decided.get("changed")
    texts = {name: str(one.get(name) or "") for name in ("text", "model", "tool", "state", "why")}
    said = {name: str(decided.get(name) or "") for name in ("verdict", "by", "comment")}
    numbers = {name: _number(one.get(name)) for name in ("tokens", "calls", "call")}
    rest: dict[str, Any] = {**texts, **said, **numbers}
    return Line(
        who=str(one["who"]),
        **rest,
        took_s=float(_number(one.get("took_s"))) if "took_s" in one else None,
        arguments=one.get("arguments"),
        answer=one.get("answer"),
        changed=[str(name) for name in changed] if isinstance(changed, list) else (),
    )


def _number(value: Json) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0
