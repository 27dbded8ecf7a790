"""Settings that are taken as typed: a `{{` in them is two braces and nothing else."""

from dataclasses import dataclass
from typing import ClassVar

from app.engine.fields import LongText, Text


@dataclass(frozen=True, kw_only=True)
class TextAsTyped(Text):
    """One line of text that names no values."""

    templated: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class LongTextAsTyped(LongText):
    """Several lines of text that name no values."""

    templated: ClassVar[bool] = False
