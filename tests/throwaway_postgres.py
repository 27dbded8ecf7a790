"""A PostgreSQL server for one test run: in a temporary folder, gone afterwards, never synced."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

SYSTEM_USER = "postgres"  # the server refuses to run as root
READY_S = "30"


def server_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, or None; the newest version wins."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("pg_ctl")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


class ThrowawayPostgres:
    """Use with `with`; `url` is what LAMPLIGHT_TEST_POSTGRES takes."""

    def __init__(self, *before: str, host: str = "127.0.0.1") -> None:
        """`before` are the words of a command that starts it, as `ip netns exec x`."""
        programs = server_programs()
        if programs is None:
            raise FileNotFoundError("There is no initdb on this machine.")
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="ll-pg-"))
        self.port = _free_port()
        self.before = before
        self.host = host

    @property
    def url(self) -> str:
        """The address of its first database, on loopback."""
        return f"postgresql+psycopg://lamplight@{self.host}:{self.port}/postgres"

    def __enter__(self) -> "ThrowawayPostgres":
        data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, SYSTEM_USER, SYSTEM_USER)
        self._run(
            "initdb",
            *("--auth=trust", "--username=lamplight", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--no-sync", f"--pgdata={data}"),
        )
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")
        settings = (
            f"-p {self.port} -h {self.host} -k {self.folder}"
            " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
            " -c max_connections=200 -c shared_buffers=64MB"
        )
        log = self.folder / "log"
        self._run(
            "pg_ctl",
            *("start", "-w", "-t", READY_S, f"--pgdata={data}", f"--log={log}"),
            *("-o", settings),
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", f"--pgdata={self.folder / 'data'}")
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Stop it, dropping everybody's connections, and start it again."""
        self._run(
            "pg_ctl",
            *("restart", "-w", "-t", READY_S, "-m", "fast", f"--pgdata={self.folder / 'data'}"),
            f"--log={self.folder / 'log'}",
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        before = list(self.before)
        if os.geteuid() == 0:
            command = [
                "setpriv",
                f"--reuid={SYSTEM_USER}",
                f"--regid={SYSTEM_USER}",
                "--clear-groups",
                *command,
            ]
        # Not captured by pipes: the server would inherit them and keep them open.
        with (self.folder / "output").open("a") as output:
            subprocess.run(
                [*before, *command],
                check=True,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
