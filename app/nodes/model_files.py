"""Files that go to a model with a question: pictures as they are, all else as its text."""

from collections.abc import Callable, Sequence
from typing import BinaryIO

from app.engine.errors import StepFailed
from app.engine.file_port import FileContent, is_file
from app.engine.model_port import Picture
from app.engine.ports import Ports
from app.engine.values import Json
from app.lib.office import Effort, document_text, pdf_text, plain_text
from app.llm.material import as_material
from app.nodes.file_words import read_file

MAX_FILES = 10
MAX_PICTURE_BYTES = 5_000_000
MAX_PAGES = 200
_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
_PDF = "application/pdf"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def taken_in(value: Json, ports: Ports) -> tuple[str, tuple[Picture, ...]]:
    """The texts of the files as blocks of material, and the pictures; raises StepFailed."""
    texts: list[str] = []
    pictures: list[Picture] = []
    for one in _files(value):
        content = ports.files.open(one)
        if content.media_type in _PICTURES:
            pictures.append(_picture(content))
        else:
            _, text = read_file(one, ports, _reader(content))
            texts.append(as_material(text, content.name))
    return "\n\n".join(texts), tuple(pictures)


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
    return lambda stream, effort: plain_text(stream, effort)[0]


def _pdf(stream: BinaryIO, effort: Effort) -> str:
    return "\n\n".join(pdf_text(stream, effort, first=1, most=MAX_PAGES).pages)
