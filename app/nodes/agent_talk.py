"""The conversation of an agent with its tools: all that a step needs to go on where it was."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from app.engine.model_port import Message, Picture, ToolCall
from app.engine.values import Json, canonical

MAX_SHOWN_CHARS = 2_000
MAX_SHOWN_IN_ALL_CHARS = 300_000
# Where a call stands: it came from the model; a person is asked; a person said yes; it is being
# made; it was being made when everything stopped, and a person is asked whether it arrived.
NEW, ASKED, APPROVED, MAKING, UNSURE = "new", "asked", "approved", "making", "unsure"


@dataclass(slots=True)
class Call:
    """One call that a model asked for, until it is answered.

    `number` counts all calls of the step. `approved` is the hash of the arguments that a person
    said yes to, `child` the run that is waited for, `line` its place in what people see.
    """

    id: str
    name: str
    arguments: dict[str, Json]
    number: int
    line: int
    state: str = NEW
    approved: str = ""
    child: str = ""


@dataclass(slots=True)
class Talk:
    """What was said and done so far. JSON there and back, kept in the memory of the step.

    `messages` is what the model sees, `shown` what people see. `calls` wait for their turn;
    `told` names the slips that the model was told of since its last good act; `seen` counts equal
    calls. `cost` is in millionths of a US dollar. `by_json`: the model knows no tools of its own;
    `is_blind`: it takes no pictures.
    """

    messages: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)  # runs whose answers came
    rounds: int = 0
    made: int = 0
    tokens: int = 0
    cost: int = 0
    unpriced: int = 0
    chars: int = 0
    shown_chars: int = 0
    by_json: bool = False
    is_blind: bool = False
    wants_values: bool = False
    is_done: bool = False
    answer: Json = None

    @classmethod
    def of(cls, kept: Json) -> "Talk | None":
        """The conversation as `to_json` gave it; None when nothing was kept."""
        if not isinstance(kept, dict):
            return None
        calls = [Call(**one) for one in kept["calls"]]  # type: ignore[arg-type,union-attr]
        return cls(**{**kept, "calls": calls})  # type: ignore[arg-type]  # written by to_json

    def to_json(self) -> dict[str, Json]:
        """Everything, as plain JSON."""
        return asdict(self)

    def as_messages(self, pictures: tuple[Picture, ...] = ()) -> tuple[Message, ...]:
        """What the model is sent; pictures go with the task, and are never kept."""
        task = next((at for at, one in enumerate(self.messages) if one["role"] == "user"), None)
        return tuple(
            Message(
                role=one["role"],
                text=one["text"],
                files=pictures if at == task else (),
                tool_calls=tuple(ToolCall(**call) for call in one.get("tool_calls", ())),
                tool_call_id=one.get("tool_call_id", ""),
                tool_name=one.get("tool_name", ""),
            )
            for at, one in enumerate(self.messages)
        )

    def say(self, role: str, text: str, **more: Any) -> None:
        """Add to what the model sees."""
        self.messages.append({"role": role, "text": text, **more})
        self.chars += len(text)

    def show(self, who: str, at: datetime, **more: Json) -> int:
        """Add a line to what people see; its place."""
        line: dict[str, Any] = {"who": who, "at": at.isoformat(timespec="milliseconds")}
        self.shown.append({**line, **self._fitting(more)})
        return len(self.shown) - 1

    def note(self, line: int, **more: Json) -> None:
        """Say more in a line that people see."""
        self.shown[line] |= self._fitting(more)

    def _fitting(self, more: Mapping[str, Json]) -> dict[str, Json]:
        """What still has room; an output that is too large would fail the step."""
        made = {}
        for name, value in more.items():
            short = _shortened(value)
            self.shown_chars += len(canonical(short))
            has_room = self.shown_chars <= MAX_SHOWN_IN_ALL_CHARS or name == "state"
            made[name] = short if has_room else "…"
        return made

    @property
    def people_see(self) -> dict[str, Json]:
        """The step so far, for its line in the run."""
        return {
            "rounds": self.rounds,
            "calls": self.made,
            "tokens": self.tokens,
            "conversation": list(self.shown),
        }


def _shortened(value: Json) -> Json:
    """What is long cut, so that a conversation of some length is shown to its end."""
    text = value if isinstance(value, str) else canonical(value)
    if len(text) <= MAX_SHOWN_CHARS:
        return value
    return f"{text[:MAX_SHOWN_CHARS]}… ({len(text):,} characters in all)"
