"""What the steps that work with files have in common: opening one, and saying what is wrong."""

from collections.abc import Callable
from threading import Event
from typing import BinaryIO, TypeVar

from app.engine.errors import StepFailed
from app.engine.field import Field
from app.engine.fields import Value
from app.engine.file_port import FileContent
from app.engine.ports import Ports
from app.engine.values import Json
from app.engine.words import Part, strong
from app.lib.office import Effort, FileUnreadable

T = TypeVar("T")
GRACE_S = 0.5

FILE: Field = Value(
    label="File",
    required=True,
    hint="A value that stands for a file, such as the answer to a question for one.",
)


def read_file(
    value: Json, ports: Ports, read: Callable[[BinaryIO, Effort], T]
) -> tuple[FileContent, T]:
    """The file behind a value and what `read` makes of it; raises StepFailed in words."""
    content = ports.files.open(value)
    try:
        with content.path.open("rb") as stream:
            return content, read(stream, Effort(content.name, stop=ports.cancelled))
    except FileUnreadable as unreadable:
        linger(ports)
        raise StepFailed(unreadable.sentence, can_retry=False) from None


def linger(ports: Ports) -> None:
    """Let the run notice first that it was stopped: what a stopped step says is not its failure."""
    if ports.cancelled():
        Event().wait(GRACE_S)


def called(value: object) -> Part:
    """The name of a file for a sentence."""
    return strong(value)


def with_ending(name: str, ending: str) -> str:
    """The name with this ending, whether or not it was written with it."""
    tidy = name.strip() or "file"
    return tidy if tidy.lower().endswith(ending) else tidy + ending
