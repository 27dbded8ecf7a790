"""The kinds of settings a step type can declare; panel, check and docs follow from them."""

import math
from dataclasses import dataclass
from typing import ClassVar

from app.engine.field import (
    MAX_TEXT_CHARS,
    Field,
    FieldRefused,
    FormData,
    is_template,
    whole_template,
)
from app.engine.field_rows import Conditions, FormFields, KeyValues
from app.engine.values import Json
from app.engine.words import short
from app.lib.resolver import as_text

__all__ = [
    "Choice",
    "Code",
    "Conditions",
    "Connection",
    "Field",
    "FieldRefused",
    "FormData",
    "FormFields",
    "KeyValues",
    "LongText",
    "Number",
    "Pick",
    "Secret",
    "Switch",
    "Text",
    "Value",
    "is_template",
    "whole_template",
]


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """One line of text."""

    default: Json = ""
    placeholder: str = ""
    max_chars: int = MAX_TEXT_CHARS
    kind: ClassVar[str] = "text"

    def check(self, value: Json) -> list[str]:
        """Text, not too long, not empty when required."""
        if not isinstance(value, str):
            return [f"“{self.label}” must be text."]
        if len(value) > self.max_chars:
            return [f"“{self.label}” can have {self.max_chars:,} characters at most."]
        return super().check(value)

    def settle(self, value: Json) -> Json:
        """Any value as text; nothing gives an empty text."""
        text = as_text(value)
        if self.required and not text.strip():
            raise FieldRefused(f"“{self.label}” came out empty.")
        return text

    def json_schema(self) -> dict[str, Json]:
        """A string."""
        return self._described({"type": "string", "maxLength": self.max_chars})


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    """Several lines of text."""

    kind: ClassVar[str] = "long_text"


@dataclass(frozen=True, kw_only=True)
class Code(LongText):
    """Lines of code, kept exactly as typed: values come to it by name, never by `{{ … }}`."""

    rows: int = 12
    kind: ClassVar[str] = "code"
    templated: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class Value(Field):
    """Text, or one single reference whose value keeps its kind: number, list, group."""

    default: Json = ""
    kind: ClassVar[str] = "value"


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A number with limits and a unit."""

    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    unit: str = ""
    kind: ClassVar[str] = "number"

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """A number if it is one; otherwise the text as typed, so that it can come back."""
        typed = data.get(prefix, "").strip()
        if not typed:
            return None
        return _number(typed) if _number(typed) is not None else typed

    def check(self, value: Json) -> list[str]:
        """A number within limits, or a reference that will give one."""
        if is_template(value):
            return []
        if self.is_empty(value):
            return super().check(value)
        problem = self._problem(value)
        return [problem] if problem else []

    def settle(self, value: Json) -> Json:
        """The number, also from a text such as "12.5"."""
        if self.is_empty(value):
            if self.required:
                raise FieldRefused(f"“{self.label}” came out empty.")
            return self.default
        number = _number(value) if isinstance(value, str) else value
        problem = self._problem(number if number is not None else value)
        if problem:
            raise FieldRefused(problem)
        return number

    def _problem(self, value: Json) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"“{self.label}” must be a number, and “{short(value)}” is none."
        if self.whole and value != int(value):
            return f"“{self.label}” must be a whole number."
        if self.minimum is not None and value < self.minimum:
            return f"“{self.label}” must be {self.minimum:g} or more."
        if self.maximum is not None and value > self.maximum:
            return f"“{self.label}” must be {self.maximum:g} or less."
        return ""

    def json_schema(self) -> dict[str, Json]:
        """A number or integer."""
        schema: dict[str, Json] = {"type": "integer" if self.whole else "number"}
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return self._described(schema)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few options: (stored value, words on screen) pairs."""

    options: tuple[tuple[str, str], ...] = ()
    kind: ClassVar[str] = "choice"
    templated: ClassVar[bool] = False

    def initial(self) -> Json:
        """The default, else the first option."""
        return self.default if self.default is not None else self.options[0][0]

    def check(self, value: Json) -> list[str]:
        """One of the options."""
        if value not in [option for option, _ in self.options]:
            return [f"“{self.label}” is not one of its choices."]
        return []

    def words(self, value: Json) -> str:
        """What people read for a stored value."""
        return dict(self.options).get(str(value), str(value))

    def json_schema(self) -> dict[str, Json]:
        """A string out of a list."""
        return self._described({"type": "string", "enum": [option for option, _ in self.options]})


@dataclass(frozen=True, kw_only=True)
class Switch(Field):
    """On or off."""

    default: Json = False
    kind: ClassVar[str] = "switch"
    templated: ClassVar[bool] = False

    def is_empty(self, value: Json) -> bool:  # off is an answer too
        """Never."""
        return False

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """On when the form sends the control at all, as browsers do for a ticked box."""
        return data.get(prefix, "") not in ("", "off", "false", "0")

    def check(self, value: Json) -> list[str]:
        """True or false."""
        return [] if isinstance(value, bool) else [f"“{self.label}” is neither on nor off."]

    def json_schema(self) -> dict[str, Json]:
        """A boolean."""
        return self._described({"type": "boolean"})


@dataclass(frozen=True, kw_only=True)
class Connection(Field):
    """The id of a connection of one service (`connects`), or an empty text for none."""

    default: Json = ""
    connects: str = "http"
    kind: ClassVar[str] = "connection"
    templated: ClassVar[bool] = False

    def check(self, value: Json) -> list[str]:
        """An id; whether it exists is checked where connections are known."""
        if not isinstance(value, str):
            return [f"“{self.label}” must be a connection."]
        return super().check(value)

    def json_schema(self) -> dict[str, Json]:
        """The connection's id."""
        return self._described({"type": "string"})


@dataclass(frozen=True, kw_only=True)
class Pick(Field):
    """The id of something else in the workspace; `of` says what: "agents", "tables", …"""

    default: Json = ""
    of: str
    kind: ClassVar[str] = "pick"
    templated: ClassVar[bool] = False

    def check(self, value: Json) -> list[str]:
        """An id; whether it exists is checked where the workspace is known."""
        if not isinstance(value, str):
            return [f"“{self.label}” must be chosen from the list."]
        return super().check(value)

    def json_schema(self) -> dict[str, Json]:
        """The id."""
        return self._described({"type": "string"})


@dataclass(frozen=True, kw_only=True)
class Secret(Connection):
    """The id of a secret of the workspace, or an empty text; never the secret itself."""

    kind: ClassVar[str] = "secret"


def _number(typed: str) -> int | float | None:
    try:
        number = float(typed)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number == int(number) and abs(number) < 1e15 else number
