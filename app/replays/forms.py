"""The form that starts a run once more: what is not known any more is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, HiddenField, StringField, TextAreaField

from app.engine.values import Json
from app.lib import ids
from app.replays.missing import Missing, NotJson, read
from app.web.forms import Form

MAX_KEY_CHARS = 60


class AgainForm(Form):
    """The values as typed; after `is_posted_right`, `answers` has them."""

    once = HiddenField(default=lambda: ids.new_word() + ids.new_word())
    asked: Sequence[Missing] = ()
    answers: Mapping[Missing, Json] = {}

    @property
    def value_fields(self) -> list[Field]:
        """One field per missing value, in their order."""
        return [self[_name(place)] for place in range(len(self.asked))]

    def is_posted_right(self) -> bool:
        """Whether every value can be read; a sentence stands at each that cannot."""
        if not super().is_posted_right():
            return False
        answers, is_right = {}, True
        for missing, field in zip(self.asked, self.value_fields, strict=True):
            try:
                answers[missing] = read(missing, field.data or "")
            except NotJson as wrong:
                field.errors = [*field.errors, str(wrong)]
                is_right = False
        self.answers = answers
        return is_right


def again_form(asked: Sequence[Missing]) -> AgainForm:
    """The form for these values."""
    fields: dict[str, Any] = {_name(place): _field(one) for place, one in enumerate(asked)}
    made = type("AgainForm", (AgainForm,), {**fields, "asked": tuple(asked)})
    form: AgainForm = made()
    return form


def _field(missing: Missing) -> Any:
    if missing.kind == "text":
        hint = "Text, or JSON where it begins with a bracket or a quotation mark."
        return StringField(missing.label, description=hint)
    return TextAreaField(missing.label, description=f"A {missing.kind}, written as JSON.")


def _name(place: int) -> str:
    return f"value-{place}"
