"""Files that go to a model with a question: pictures as they are, all else as its text."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import BinaryIO

from app.engine.errors import StepFailed
from app.engine.file_port import FileContent, is_file
from app.engine.model_port import Ask, Message, ModelFailed, Picture
from app.engine.ports import Ports
from app.engine.values import Json
from app.lib.office import (
    Effort,
    SheetWish,
    document_text,
    pdf_text,
    plain_text,
    read_sheet,
)
from app.llm.material import as_material
from app.nodes.file_words import read_file

MAX_FILES = 10
MAX_PICTURE_BYTES = 5_000_000
MAX_PAGES = 200
MAX_ROWS = 2_000
_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
# What a model that takes no pictures, or whoever provides it, says.
_NOT_TAKEN = frozenset({"refused", "model"})
UNSEEN = "The picture “{name}” came with this. You cannot be shown it; say so where it matters."
NOT_SEEN = "The model did not take the pictures, so it was only told that there are some."
_PDF = "application/pdf"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def texts_of(value: Json, ports: Ports) -> str:
    """The texts of the files that are no pictures, as blocks of material; raises StepFailed."""
    return "\n\n".join(_text(one, ports) for one in _files(value) if not _is_picture(one, ports))


def pictures_of(value: Json, ports: Ports) -> tuple[Picture, ...]:
    """The pictures among the files; raises StepFailed."""
    opened = (ports.files.open(one) for one in _files(value))
    return tuple(_picture(content) for content in opened if content.media_type in _PICTURES)


def names_of(value: Json, ports: Ports) -> list[str]:
    """What the files are called; raises StepFailed."""
    return [ports.files.open(one).name for one in _files(value)]


def is_blind(failed: ModelFailed, ask: Ask) -> bool:
    """Whether the pictures may be why a question was not taken: then it is asked without them."""
    return failed.kind in _NOT_TAKEN and any(one.files for one in ask.messages)


def without_pictures(ask: Ask) -> Ask:
    """The same question to a model that cannot see: it is told that there are pictures."""
    return replace(ask, messages=tuple(_told_only(one) for one in ask.messages))


def _files(value: Json) -> Sequence[Json]:
    if value in ("", None, []):
        return ()
    found = value if isinstance(value, list) else [value]
    if not all(is_file(one) for one in found):
        raise StepFailed("“Files” must be a file or a list of files.", can_retry=False)
    if len(found) > MAX_FILES:
        raise StepFailed(
            f"A model is shown {MAX_FILES} files at once at most, and these are {len(found)}.",
            can_retry=False,
        )
    return found


def _is_picture(value: Json, ports: Ports) -> bool:
    return ports.files.open(value).media_type in _PICTURES


def _text(value: Json, ports: Ports) -> str:
    content = ports.files.open(value)
    _, text = read_file(value, ports, _reader(content))
    return as_material(text, content.name)


def _told_only(message: Message) -> Message:
    unseen = [UNSEEN.format(name=one.name) for one in message.files]
    return replace(message, text="\n\n".join([message.text, *unseen]), files=())


def _picture(content: FileContent) -> Picture:
    if content.size > MAX_PICTURE_BYTES:
        raise StepFailed(
            f"The picture “{content.name}” is larger than {MAX_PICTURE_BYTES // 1_000_000} MB.",
            can_retry=False,
        )
    return Picture(content.media_type, content.path.read_bytes(), content.name)


def _reader(content: FileContent) -> Callable[[BinaryIO, Effort], str]:
    name = content.name.lower()
    if content.media_type == _PDF or name.endswith(".pdf"):
        return _pdf
    if content.media_type == _WORD or name.endswith(".docx"):
        return document_text
    if content.media_type == _BOOK or name.endswith(".xlsx"):
        return _sheet
    return lambda stream, effort: plain_text(stream, effort)[0]


def _pdf(stream: BinaryIO, effort: Effort) -> str:
    return "\n\n".join(pdf_text(stream, effort, first=1, most=MAX_PAGES).pages)


def _sheet(stream: BinaryIO, effort: Effort) -> str:
    """The first sheet as CSV, and what is left out of the workbook."""
    sheet = read_sheet(stream, effort, SheetWish(max_rows=MAX_ROWS))
    text = io.StringIO()
    lines = csv.DictWriter(text, sheet.columns, lineterminator="\n")
    lines.writeheader()
    lines.writerows(sheet.rows)
    more = [f"(Only the first {MAX_ROWS:,} rows.)"] if sheet.has_more else []
    others = ", ".join(f"“{name}”" for name in sheet.sheet_names[1:])
    more += [f"(Not shown: the other sheets {others}.)"] if others else []
    return "\n".join([text.getvalue().rstrip(), *more])
