"""The form of a question: the proposed values, or the questions of a form, and what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in the stubs
from wtforms.widgets import DateInput, EmailInput

from app.approvals.answering import Given, Verdict
from app.approvals.models import MAX_COMMENT_CHARS
from app.approvals.question import Question
from app.engine.form_inputs import FormInput, InputKind, settle_answers
from app.engine.values import Json
from app.nodes.proposal import Proposed, ValueKind, kept_or_changed
from app.web.forms import Form, at_most, tidy

_PREFIX = "in_"  # a question may have any key, also one that the form itself uses


class AnswerForm(Form):
    """The answer as typed; after `is_posted_right`, `given` has it as values."""

    verdict = HiddenField()
    asked = HiddenField()
    comment = TextAreaField(
        "A word with your answer", validators=[at_most(MAX_COMMENT_CHARS)], filters=[tidy]
    )
    inputs: Sequence[tuple[FormInput, Proposed | None]] = ()
    values: Mapping[str, Json] = {}

    def is_posted_right(self) -> bool:
        """Whether what was typed fits; only what goes on with the run has to."""
        if not super().is_posted_right():
            return False
        if self.said is None:
            return False
        if self.said not in (Verdict.APPROVE, Verdict.ANSWER):
            return True
        typed = {one.key: self[_PREFIX + one.key].data for one, _ in self.inputs}
        settled, wrong = settle_answers([one for one, _ in self.inputs], typed)
        for key, sentence in wrong.items():
            field = self[_PREFIX + key]
            # The label stands beside it on the page already.
            field.errors = [sentence.replace(f"“{field.label.text}” ", "It ", 1)]
        self.values = {
            proposed.name if proposed else one.key: kept_or_changed(proposed, settled[one.key])
            if proposed
            else settled[one.key]
            for one, proposed in self.inputs
            if one.key in settled
        }
        return not wrong

    @property
    def said(self) -> Verdict | None:
        """Which button was pressed."""
        return next((one for one in Verdict if one.value == self.verdict.data), None)

    @property
    def given(self) -> Given:
        """The answer, once it is right."""
        return Given(
            verdict=self.said or Verdict.REFUSE,
            values=self.values,
            comment=self.comment.data or "",
            argument_hash=self.asked.data or "",
        )

    def field_of(self, key: str) -> Field | None:
        """The field of a question, or of the proposed value with this place."""
        return self._fields.get(_PREFIX + key)


def answer_form(question: Question, *, argument_hash: str) -> AnswerForm:
    """The form for this question, filled with what is proposed."""
    inputs = _inputs(question)
    fields: dict[str, Any] = {_PREFIX + one.key: _field(one) for one, _ in inputs}
    made = type("AnswerForm", (AnswerForm,), {**fields, "inputs": inputs})
    start = {_PREFIX + one.key: _start(proposed) for one, proposed in inputs if proposed}
    form: AnswerForm = made(data={**start, "asked": argument_hash})
    return form


def place_key(place: int) -> str:
    """The key of the proposed value with this place, counted from 0."""
    return f"v{place}"


def _inputs(question: Question) -> tuple[tuple[FormInput, Proposed | None], ...]:
    if question.is_form:
        return tuple((one, None) for one in question.questions)
    if not question.may_change:
        return ()
    return tuple(
        (_wanted(one.question(place_key(place))), one)
        for place, one in enumerate(question.values)
        if one.kind is not ValueKind.FIXED
    )


def _wanted(one: FormInput) -> FormInput:
    """An empty number is none; an empty text is a text."""
    return replace(one, required=True) if one.kind is InputKind.NUMBER else one


def _start(proposed: Proposed) -> Json:
    return bool(proposed.value) if proposed.kind is ValueKind.SWITCH else proposed.typed


def _field(one: FormInput) -> Any:
    words: dict[str, Any] = {"label": one.label, "description": one.hint}
    if one.required:
        words["render_kw"] = {"required": True}
    match one.kind:
        case InputKind.SWITCH:
            return BooleanField(**words)
        case InputKind.LONG_TEXT:
            return TextAreaField(**words)
        case InputKind.CHOICE:
            choices = [SelectChoice("", "Choose one"), *map(SelectChoice, one.options)]
            return SelectField(choices=choices, validate_choice=False, **words)
        case InputKind.EMAIL:
            return StringField(widget=EmailInput(), **words)
        case InputKind.DATE:
            return StringField(widget=DateInput(), **words)
        case _:
            return StringField(**words)
