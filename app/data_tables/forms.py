"""The forms of this room, and the columns that a posted form describes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wtforms import FileField, StringField, TextAreaField

from app.data_tables.columns import Column, ColumnKind, fresh_key, read_options
from app.engine.field_rows import posted_rows
from app.web.forms import Form, at_most, required, tidy

FIRST_ROWS = 3
PREFIX = "column"


class TableForm(Form):
    """What a table is called and what it is for."""

    name = StringField(
        "Name", filters=[tidy], validators=[required("Give the table a name."), at_most(80)]
    )
    description = TextAreaField(
        "What is in it",
        description="One sentence for the people who will use it.",
        filters=[tidy],
        validators=[at_most(400)],
    )


class UploadForm(Form):
    """A file with rows."""

    file = FileField(
        "File",
        description="CSV or .xlsx. Its first row names the columns.",
        validators=[required("Choose a file.")],
    )


class DeleteForm(Form):
    """Shows that a person means this table: its name, typed."""

    name = StringField(
        "Type the table's name to delete it",
        filters=[tidy],
        validators=[required("Type the name of the table.")],
    )


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """One column as a person typed it."""

    name: str = ""
    kind: str = ColumnKind.TEXT.value
    options: str = ""


def typed_columns(data: Mapping[str, str], *, room: int = 0) -> list[TypedColumn]:
    """The columns in a posted form, with `room` empty ones behind."""
    rows = posted_rows(data, PREFIX, ("name", "options"), also=("kind",))
    typed = [
        TypedColumn(
            name=" ".join(row.get("name", "").split()),
            kind=row.get("kind", ColumnKind.TEXT.value),
            options=row.get("options", "").replace("\r\n", "\n"),
        )
        for row in rows
    ]
    return [*typed, *[TypedColumn()] * room]


def columns_of(typed: Sequence[TypedColumn]) -> tuple[Column, ...]:
    """The columns that a person described, with keys made from their names."""
    columns: list[Column] = []
    for one in typed:
        kind = kind_of(one.kind)
        key = fresh_key(one.name, [column.key for column in columns])
        options = read_options(one.options) if kind is ColumnKind.CHOICE else ()
        columns.append(Column(key, one.name, kind, options))
    return tuple(columns)


def kind_of(word: str) -> ColumnKind:
    """The kind with this word; a text for any other."""
    return ColumnKind(word) if word in list(ColumnKind) else ColumnKind.TEXT
