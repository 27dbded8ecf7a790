"""What every language model can do, whoever provides it; the shapes are the engine's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from app.engine.model_port import (
    Answer,
    Ask,
    Message,
    ModelFailed,
    Picture,
    Tool,
    ToolCall,
    Usage,
)

__all__ = [
    "Answer",
    "Ask",
    "LanguageModel",
    "Message",
    "ModelAccess",
    "ModelFailed",
    "Picture",
    "Tool",
    "ToolCall",
    "Usage",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAccess:
    """How one model is reached.

    provider: a key of `providers.PROVIDERS`. address: where its API begins; empty for the
    provider's own. key: empty where none is needed. model: the provider's name for it.
    """

    provider: str
    address: str = ""
    key: str = field(default="", repr=False)
    model: str = ""


class LanguageModel(Protocol):
    """One model, ready to be asked. Thread-safe; both raise ModelFailed."""

    def answer(self, ask: Ask) -> Answer:
        """The whole answer, checked against the schema where there is one."""

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """The answer's text piece by piece; the last item is the Answer."""
