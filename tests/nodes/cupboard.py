"""Files for steps that are tried alone: a port over a folder, which only hands out its own."""

import uuid
from pathlib import Path
from typing import BinaryIO

from app.engine.errors import StepFailed
from app.engine.file_port import FileContent, is_file
from app.engine.ports import UTC, Ports
from app.engine.values import Json
from app.lib import clock
from app.lib.safe_http import Door, HttpAnswer, HttpCall


class Cupboard:
    """The file port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, value: Json) -> FileContent:
        """What was kept before."""
        if not isinstance(value, dict) or not is_file(value):
            raise StepFailed("This is not a file.", can_retry=False)
        path = self.folder / str(value["file"])
        return FileContent(str(value["name"]), str(value["media_type"]), path.stat().st_size, path)

    def keep(self, name: str, media_type: str, content: bytes | BinaryIO) -> dict[str, Json]:
        """Into the folder."""
        file_id = str(uuid.uuid4())
        raw = content if isinstance(content, bytes) else content.read()
        (self.folder / file_id).write_bytes(raw)
        return {"file": file_id, "name": name, "media_type": media_type, "size": len(raw)}

    def content(self, value: Json) -> bytes:
        """The bytes of a kept file."""
        return self.open(value).path.read_bytes()


class Outside:
    """The HTTP port: the guarded door, with this machine allowed."""

    def __init__(self) -> None:
        self.door = Door(private_hosts=("127.0.0.1",))

    def send(self, call: HttpCall, _connection_id: str | None) -> HttpAnswer:
        """Send through the door."""
        return self.door.send(call)


class Diary(list[str]):
    """The log port: keeps what was said."""

    def __call__(self, _level: str, text: str) -> None:
        """Keep a line."""
        self.append(text)


def ports_with(folder: Path, **options: object) -> Ports:
    """Open doors to files and to this machine."""
    doors = {"http": Outside(), "files": Cupboard(folder), "timezone": UTC, "clock": clock.now}
    return Ports(**{**doors, **options})  # type: ignore[arg-type]
