"""What every kind of setting has in common: words, default, how it is read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from app.engine.values import Json

# What a posted form looks like from here: werkzeug's MultiDict is one.
FormData: TypeAlias = Mapping[str, str]

MAX_TEXT_CHARS = 100_000


class FieldRefused(ValueError):
    """A setting's value, once filled in, does not fit; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True)
class Field:
    """One setting of a step type.

    `kind` names the template macro that draws it. `only_if` shows and requires the field only
    while another field has one of the given values. A templated field may hold `{{ … }}`; an
    `inner` one is filled in inside the loop, once per item.
    """

    label: str
    hint: str = ""
    required: bool = False
    default: Json = None
    only_if: tuple[str, frozenset[str]] | None = None
    inner: bool = False
    kind: ClassVar[str] = ""
    templated: ClassVar[bool] = True
    # Of a setting made of rows: what an added row begins with, and whether there is always one.
    empty_row: ClassVar[Mapping[str, Json] | None] = None
    needs_row: ClassVar[bool] = False
    # What its rows choose from: "agents", "tables", …
    picks: ClassVar[tuple[str, ...]] = ()

    def initial(self) -> Json:
        """The value that a new step starts with."""
        return self.default

    def applies(self, fields: Mapping[str, Json]) -> bool:
        """Whether the field counts, given the values of its neighbours."""
        if self.only_if is None:
            return True
        name, values = self.only_if
        value = fields.get(name)
        return isinstance(value, str) and value in values

    def is_empty(self, value: Json) -> bool:
        """Whether the value counts as not filled in."""
        return value is None or value == "" or value == [] or value == {}

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The value in a posted form, where `prefix` is the name of the field's control."""
        return data.get(prefix, "")

    def check(self, value: Json) -> list[str]:
        """What is wrong with the value as typed (references and all), in plain sentences."""
        if self.required and self.is_empty(value):
            return [f"“{self.label}” is empty."]
        return []

    def settle(self, value: Json) -> Json:
        """The value a step works with, after references are filled in; raises FieldRefused."""
        return value

    def json_schema(self) -> dict[str, Json]:
        """A JSON schema (2020-12) of the value."""
        return self._described({})

    def _described(self, schema: dict[str, Json]) -> dict[str, Json]:
        words: dict[str, Json] = {"title": self.label}
        if self.hint:
            words["description"] = self.hint
        return {**schema, **words}


def is_template(value: object) -> bool:
    """Whether a value as typed holds a reference that is filled in later."""
    return isinstance(value, str) and "{{" in value


def whole_template(value: object) -> bool:
    """Whether a value is one single `{{ … }}`, so that its kind is known only in a run."""
    if not isinstance(value, str):
        return False
    trimmed = value.strip()
    return trimmed.startswith("{{") and trimmed.endswith("}}") and trimmed.count("{{") == 1
