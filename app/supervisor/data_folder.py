"""The data folder of one house: taken by one supervisor at a time, with notes for the next."""

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.supervisor import processes

LEFTOVER_GRACE_S = 8.0
MAX_LOG_BYTES = 10_000_000


class FolderRefused(RuntimeError):
    """The data folder cannot be used; the text says why and what to do."""


class DataFolder:
    """`run/` notes what runs, `logs/` what it wrote, `keys/` what must stay secret."""

    def __init__(self, path: Path) -> None:
        """Take the folder, made if need be. Raises FolderRefused when another house has it."""
        self.path = path
        self.run = path / "run"
        self.logs = path / "logs"
        self.is_new = not path.exists()
        try:
            for folder in (path, self.run, self.logs, path / "keys"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.run / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderRefused(
                f"The data folder {path} cannot be used: {error.strerror}.\n"
                "Set LAMPLIGHT_DATA to a folder that you may write to."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise FolderRefused(self._who_has_it()) from None

    def note(self, name: str, facts: Mapping[str, Any]) -> None:
        """Write `run/<name>.json`, whole or not at all."""
        draft = self.run / f".{name}.json"
        draft.write_text(json.dumps(facts) + "\n")
        draft.replace(self.run / f"{name}.json")

    def read_note(self, name: str) -> dict[str, Any]:
        """What was noted last."""
        return read_note(self.path, name)

    def forget(self, *names: str) -> None:
        """Remove notes."""
        for name in names:
            (self.run / f"{name}.json").unlink(missing_ok=True)

    def end_leftovers(self) -> list[str]:
        """End what a killed supervisor left; return the names of what still ran."""
        ended = []
        for name, noted in self.read_note("processes").items():
            if processes.is_alive(noted["pid"], noted["born"]):
                processes.end(noted["pid"], noted["born"], within_s=LEFTOVER_GRACE_S)
                ended.append(name)
        self.forget("processes")
        return ended

    def trim_logs(self) -> None:
        """Keep one old copy of a log that grew long and empty it; its writers append only."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > MAX_LOG_BYTES:
                shutil.copyfile(log, log.with_suffix(".log.old"))
                os.truncate(log, 0)

    def give_back(self) -> None:
        """Let the next supervisor have the folder."""
        self.forget("processes", "up")
        os.close(self._lock)

    def _who_has_it(self) -> str:
        house = self.read_note("up")
        where = f"at {house['url']} (process {house['pid']})" if house else "and is just starting"
        return (
            f"Lamplight already runs on the data folder {self.path}, {where}.\n"
            "For a second one beside it, give it a folder of its own:   "
            "LAMPLIGHT_DATA=./second bin/up"
        )


def read_note(path: Path, name: str) -> dict[str, Any]:
    """What a supervisor of the data folder `path` noted; empty when nothing, or unreadable."""
    try:
        facts = json.loads((path / "run" / f"{name}.json").read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
