"""What must be true before the first page: keys, a database in its newest shape, an owner.

The check reads the truth with the standard library and costs a few milliseconds; only when
something is missing is the product itself asked to make it.
"""

import fcntl
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settings import PROJECT, Settings
from app.supervisor.attention import Attention

SQLITE = "sqlite:///"


class PreparationFailed(RuntimeError):
    """Keys or database could not be made ready; the text is what the product said."""


def is_done(settings: Settings) -> bool:
    """Whether nothing needs preparing: keys there, SQLite database at its head, somebody in it.

    Any doubt is a no, and so is any database that only a driver could ask.
    """
    keys = [settings.data_dir / "keys" / "session.key", settings.data_dir / "keys" / "master.key"]
    wanted = keys[:1] if settings.master_key else keys
    if not settings.database_url.startswith(SQLITE) or not all(key.exists() for key in wanted):
        return False
    path = Path(settings.database_url.removeprefix(SQLITE))
    if not path.is_file():
        return False
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
        try:
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            somebody = database.execute("SELECT 1 FROM users LIMIT 1").fetchone()
        finally:
            database.close()
    except (sqlite3.Error, TypeError):
        return False
    return revision == newest_revision(PROJECT / "migrations" / "versions") and bool(somebody)


@contextmanager
def under_way(data_dir: Path) -> Iterator[None]:
    """While this lasts, `wait_until_over` waits; when it fails, until this process has ended."""
    lock = os.open(_lock(data_dir), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield
    os.close(lock)  # left held by an error: nobody may go on with what is half prepared


def wait_until_over(data_dir: Path) -> None:
    """Return once nothing is being prepared in this data folder."""
    if not _lock(data_dir).exists():
        return
    with _lock(data_dir).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)


def newest_revision(folder: Path) -> str | None:
    """The migration that no other one follows, read from the files' own words."""
    texts = [path.read_text() for path in folder.glob("*.py")]
    follows = {match[1] for text in texts if (match := _said(text, "down_revision"))}
    heads = [match[1] for text in texts if (match := _said(text, "revision"))]
    newest = [revision for revision in heads if revision not in follows]
    return newest[0] if len(newest) == 1 else None


def prepare(environ: dict[str, str], attention: Attention) -> Iterator[dict[str, str]]:
    """Run the product's `prepare` and yield each line it tells as `{"name", "text", "seconds"}`.

    Raises PreparationFailed with its own words.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "app.commands", "prepare"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
        start_new_session=True,
    )
    try:
        while process.poll() is None:
            attention.nap(None)
    except BaseException:
        process.terminate()
        process.communicate(timeout=5)
        raise
    told, complaint = process.communicate()
    yield from (json.loads(line) for line in told.decode().splitlines())
    if process.returncode:
        raise PreparationFailed(complaint.decode(errors="replace").strip())


def _lock(data_dir: Path) -> Path:
    return data_dir / "run" / "preparing.lock"


def _said(text: str, name: str) -> re.Match[str] | None:
    return re.search(rf"^{name}(?:: [^=]+)? = [\"'](\w+)[\"']", text, re.MULTILINE)
