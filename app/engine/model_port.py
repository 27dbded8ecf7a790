"""The door to language models, and the shapes of what is asked and answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, Protocol

from app.engine.values import Json

Role = Literal["system", "user", "assistant", "tool"]
# Why a model ended its answer: it was done, it had said as much as it may, it wants a tool.
Stopped = Literal["end", "length", "tool"]
Trouble = Literal[
    "key",  # the provider does not take the key, or there is none
    "credit",  # nothing left to pay with
    "busy",  # too many requests, or the provider is overloaded
    "silent",  # no answer in time
    "unreachable",  # no line to it, or a rule forbids the address
    "model",  # it does not know the model
    "too_long",  # more than the model takes in at once
    "refused",  # it would not answer this, for reasons of its own
    "answer",  # an answer came that cannot be used
    "set_up",  # the workspace has no such model
]

# What a step may ask for instead of a certain model, and what people read for it.
DEFAULT_MODEL = ""
PURPOSES: Mapping[str, str] = MappingProxyType({"fast": "Fast", "good": "Good"})


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that goes with a message."""

    media_type: str
    content: bytes = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something a model may ask for; `schema` is the JSON schema of its arguments, a group."""

    name: str
    description: str
    schema: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One tool a model asks for; `id` ties the answer to it."""

    id: str
    name: str
    arguments: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation.

    `tool_calls` belong to what a model said; `tool_call_id` and `tool_name` to what a tool gave.
    """

    role: Role
    text: str
    files: tuple[Picture, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    tool_name: str = ""


def never() -> bool:
    """Nobody wants it to stop."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked of a model at once.

    schema: a JSON schema of the group of values the answer must be; None for text.
    time_limit_s: for everything together, other tries included.
    is_cancelled: asked between tries and between pieces of an answer; True ends the work.
    """

    messages: tuple[Message, ...]
    schema: Mapping[str, Json] | None = None
    tools: tuple[Tool, ...] = ()
    temperature: float | None = None
    max_output_tokens: int | None = None
    time_limit_s: float = 120.0
    is_cancelled: Callable[[], bool] = never


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that were read and written."""

    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Both together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model answered.

    `data` is the answer as values where a schema was given. `model` is the name of the model that
    answered, `usage` of all tries together. `cost_usd` is filled in by the door that knows
    prices; None where the price is not known.
    """

    text: str
    data: Json = None
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()
    model: str = ""
    stopped: Stopped = "end"
    cost_usd: Decimal | None = None


class ModelFailed(Exception):
    """No usable answer came; `sentence` says why in words for a person, never with a key in it.

    `usage` counts what was used all the same; `retry_after_s` is how long the provider asked to
    be left alone; `is_final` tells that the very same question cannot fare better.
    """

    def __init__(
        self,
        sentence: str,
        kind: Trouble,
        *,
        retry_after_s: float | None = None,
        usage: Usage = Usage(),
        cost_usd: Decimal | None = None,
        is_final: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.kind = kind
        self.retry_after_s = retry_after_s
        self.usage = usage
        self.cost_usd = cost_usd
        self.is_final = is_final


class ModelPort(Protocol):
    """The models of one workspace, as one step may use them.

    `model` is what the step's setting holds: DEFAULT_MODEL, one of PURPOSES, or the id of a model
    of the workspace. Both raise ModelFailed, with kind "set_up" for a model that is gone.
    """

    def answer(self, model: str, ask: Ask) -> Answer:
        """The whole answer."""

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """The answer's text piece by piece; the last item is the Answer."""
