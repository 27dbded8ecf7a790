"""The form that starts a run, made of the questions of the flow's first step."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in the stubs
from wtforms.widgets import DateInput, EmailInput, NumberInput

from app.engine.form_inputs import FormInput, InputKind, settle_answers
from app.engine.graph import Graph
from app.engine.redact import HIDDEN
from app.engine.values import Json
from app.files.receiving import kept, received
from app.files.store import FileRefused
from app.lib import ids
from app.nodes.catalogue import CATALOGUE
from app.nodes.start_form import StartForm, inputs_of
from app.runs.people_copy import is_shortened
from app.web.forms import Form

MAX_KEY_CHARS = 60
_PREFIX = "in_"  # a question may have any key, also one that the form itself uses


def questions(graph: Graph) -> tuple[FormInput, ...]:
    """What the first step of the flow asks; nothing for starts that ask nothing."""
    for step in graph.order:
        if isinstance(CATALOGUE.get(step.type), StartForm):
            return inputs_of(step.fields)
    return ()


class _Wanted:
    """Marks a field as needed; `settle_answers` says what is wrong with an answer."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Nothing to check here."""


class FileAnswer(Field):
    """A file: its data is the value of a stored one. `kept` is what the page shows of it."""

    upload_url = ""
    refusal = ""
    kept: Mapping[str, Any] | None = None

    def __init__(self, *, accept: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.accept = accept

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was sent is stored by `receive_files`, once everything else has been looked at."""


class QuestionForm(Form):
    """The answers as typed; after `is_posted_right`, `payload` has them as values."""

    once = HiddenField(default=lambda: ids.new_word() + ids.new_word())
    asked: Sequence[FormInput] = ()
    payload: Mapping[str, Json] = {}

    def receive_files(self, *, workspace_id: uuid.UUID, by: uuid.UUID | None = None) -> None:
        """Store the files that were sent; call it before `is_posted_right`, outside `writing()`."""
        for field in self.file_fields:
            try:
                field.data = received(field.name, workspace_id=workspace_id, by=by)
            except FileRefused as refused:
                field.refusal = refused.sentence

    def show_files(
        self, *, workspace_id: uuid.UUID, by: uuid.UUID | None = None, at_once: bool = False
    ) -> None:
        """Prepare the page: what is stored already stays chosen.

        `at_once`: with scripts, a file is sent when it is chosen, and its first rows are shown.
        """
        for field in self.file_fields:
            if at_once:
                field.upload_url = url_for("files.create", control=field.name)
            if field.data:
                field.kept = kept(field.data, workspace_id=workspace_id, by=by)

    @property
    def file_fields(self) -> list[FileAnswer]:
        """The fields of the questions for files."""
        return [field for field in self.question_fields if isinstance(field, FileAnswer)]

    @property
    def file_ids(self) -> tuple[uuid.UUID, ...]:
        """The stored files among the answers, for the run that begins."""
        return tuple(uuid.UUID(field.data["file"]) for field in self.file_fields if field.data)

    def is_posted_right(self) -> bool:
        """Whether every answer fits its question; a sentence stands at each that does not."""
        if not super().is_posted_right():
            return False
        answers = {one.key: self[_PREFIX + one.key].data for one in self.asked}
        self.payload, wrong = settle_answers(self.asked, answers)
        wrong.update(
            {
                field.name[len(_PREFIX) :]: field.refusal
                for field in self.file_fields
                if field.refusal
            }
        )
        for key, sentence in wrong.items():
            field = self[_PREFIX + key]
            # The label stands beside it on the page already.
            said = sentence.replace(f"“{field.label.text}” ", "It ", 1)
            field.errors = [*field.errors, said]
        return not wrong

    @property
    def idempotency_key(self) -> str | None:
        """The same for a form that is sent twice."""
        return (self.once.data or "")[:MAX_KEY_CHARS] or None

    @property
    def question_fields(self) -> list[Field]:
        """The fields in the order of the questions."""
        return [self[_PREFIX + one.key] for one in self.asked]


def question_form(
    asked: Sequence[FormInput], *, earlier: Mapping[str, Json] | None = None
) -> QuestionForm:
    """The form for these questions, filled with the answers of an earlier run if given.

    Answers of which only a shortened or hidden copy was kept are left empty.
    """
    fields: dict[str, Any] = {_PREFIX + one.key: _field(one) for one in asked}
    made = type("QuestionForm", (QuestionForm,), {**fields, "asked": tuple(asked)})
    values = {
        _PREFIX + key: value for key, value in (earlier or {}).items() if not is_incomplete(value)
    }
    form: QuestionForm = made(data=values)
    return form


def is_incomplete(value: Json) -> bool:
    """Whether a value of the copy for people is not what the run was really given."""
    if isinstance(value, str):
        return HIDDEN in value or is_shortened(value)
    if isinstance(value, Mapping):
        return "…" in value or any(is_incomplete(item) for item in value.values())
    if isinstance(value, list):
        return any(is_incomplete(item) for item in value)
    return False


def _field(one: FormInput) -> Any:
    words: dict[str, Any] = {"label": one.label, "description": one.hint}
    if one.required:
        words["validators"] = [_Wanted()]
    match one.kind:
        case InputKind.SWITCH:
            return BooleanField(**words)
        case InputKind.LONG_TEXT:
            return TextAreaField(**words)
        case InputKind.CHOICE:
            choices = [SelectChoice("", "Choose one"), *map(SelectChoice, one.options)]
            return SelectField(choices=choices, validate_choice=False, **words)
        case InputKind.NUMBER:
            return StringField(widget=NumberInput(step="any"), **words)
        case InputKind.EMAIL:
            return StringField(widget=EmailInput(), **words)
        case InputKind.DATE:
            return StringField(widget=DateInput(), **words)
        case InputKind.FILE:
            return FileAnswer(accept=",".join(one.options), **words)
        case _:
            return StringField(**words)
