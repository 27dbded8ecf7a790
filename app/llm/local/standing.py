"""How the model on this computer stands, as one small file that every process can read."""

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

State = Literal["absent", "downloading", "starting", "ready", "failed"]
LIBRARY = "xllamacpp"
PINNED = f"{LIBRARY}==2026.10.11549"
_FILE = "local_model.json"


@dataclass(frozen=True, slots=True)
class Standing:
    """`words` say what a state alone does not; `done` and `size` are bytes of a download."""

    state: State
    name: str = ""
    words: str = ""
    done: int = 0
    size: int = 0
    process: int = 0

    @property
    def percent(self) -> int:
        """How much of a download is there."""
        return min(100, self.done * 100 // self.size) if self.size else 0


def is_installed() -> bool:
    """Whether the extra is there; nothing of it is loaded."""
    return importlib.util.find_spec(LIBRARY) is not None


def absent() -> Standing:
    """What is said while the extra is not installed."""
    return Standing(
        "absent", words=f"The extra that runs it is not installed. This installs it: {command()}"
    )


def command() -> str:
    """What is typed to install the extra."""
    python = sys.executable
    if shutil.which("uv"):
        return f"uv pip install --python {python} {PINNED}"
    return f"{python} -m pip install {PINNED}"


def note(folder: Path, standing: Standing) -> None:
    """Write it down; `folder` is `run/` of the data folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{_FILE}.{os.getpid()}"
    draft.write_text(json.dumps(asdict(standing)))
    draft.replace(folder / _FILE)


def read(folder: Path) -> Standing:
    """What was written down last; “starting” where nothing is, or its process is gone."""
    if not is_installed():
        return absent()
    try:
        kept: dict[str, Any] = json.loads((folder / _FILE).read_text())
        standing = Standing(**kept)
    except (OSError, ValueError, TypeError):
        return Standing("starting")
    is_gone = standing.state != "failed" and not _is_alive(standing.process)
    return Standing("starting", standing.name) if is_gone else standing


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process > 0
