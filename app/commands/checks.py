"""The doctor's checks: each looks at one thing and never changes it."""

import shutil
import socket
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.settings import Settings
from app.supervisor import address, data_folder, valkey

LEAST_FREE_BYTES = 500_000_000
OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
CLOCK_TOLERANCE_S = 5.0


@dataclass(frozen=True)
class Finding:
    """What a check found; `advice` says what to do when it is not fine."""

    name: str
    is_fine: bool
    text: str
    advice: str = ""


def python(_settings: Settings) -> Finding:
    """Whether this Python is one that Lamplight runs on."""
    version = ".".join(map(str, sys.version_info[:3]))
    is_fine = sys.version_info >= (3, 11)
    return Finding("python", is_fine, f"{version} in {sys.prefix}", "Use Python 3.11 or newer.")


def folder(settings: Settings) -> Finding:
    """Whether the data folder can be written, by its owner only."""
    path = settings.data_dir
    if not path.is_dir():
        return Finding("data folder", False, f"{path} is missing", "Run bin/up once.")
    mode = stat.S_IMODE(path.stat().st_mode)
    try:
        probe = path / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        advice = f"Run: sudo chown -R $USER {path}"
        return Finding("data folder", False, f"{path}: {error.strerror}", advice)
    is_fine = not mode & 0o077
    return Finding("data folder", is_fine, f"{path}, mode {mode:o}", f"Run: chmod 700 {path}")


def keys(settings: Settings) -> Finding:
    """Whether the keys are there and nobody else can read them."""
    names = ["session.key"] if settings.master_key else ["session.key", "master.key"]
    paths = [settings.data_dir / "keys" / name for name in names]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        return Finding("keys", False, f"{', '.join(missing)} missing", "Run bin/up once.")
    open_ones = [path for path in paths if path.stat().st_mode & 0o077]
    advice = "Run: chmod 600 " + " ".join(map(str, open_ones))
    text = "readable by others" if open_ones else f"{len(paths)} in {paths[0].parent}"
    return Finding("keys", not open_ones, text, advice)


def database(settings: Settings) -> Finding:
    """Whether the database answers and has the newest shape."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from app import migrations

    where = make_url(settings.database_url).render_as_string(hide_password=True)
    try:
        revision = migrations.current_revision(settings.database_url)
        newest = migrations.newest_revision()
    except (SQLAlchemyError, OSError) as error:
        words = str(error).splitlines()[0]
        return Finding("database", False, f"{where}: {words}", "Check LAMPLIGHT_DATABASE_URL.")
    text = f"{where}, at {revision}"
    return Finding("database", revision == newest, text, "Run: bin/lamplight migrate")


def doorbell(settings: Settings) -> Finding:
    """Whether the Valkey in use answers, or can be started."""
    noted = data_folder.read_note(settings.data_dir, "valkey")
    url = settings.redis_url or (f"unix://{noted['socket']}" if noted else "")
    if not url:
        try:
            return Finding("valkey", True, f"{valkey.find().version}, starts with bin/up")
        except valkey.ValkeyRefused as refused:
            return Finding("valkey", False, "none that runs here", str(refused))
    from redis import Redis, RedisError

    try:
        with Redis.from_url(url, socket_timeout=3) as client:
            client.ping()
    except (RedisError, OSError) as error:
        return Finding("valkey", False, f"{url}: {error}", "Start it, or unset REDIS_URL.")
    return Finding("valkey", True, f"answers at {url}")


def port(settings: Settings) -> Finding:
    """Whether the usual port is free, or ours."""
    house = data_folder.read_note(settings.data_dir, "up")
    who = address.holder(address.DEFAULT_PORT)
    if house:
        return Finding("port", True, f"Lamplight runs at {house['url']} (process {house['pid']})")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        is_free = probe.connect_ex(("127.0.0.1", address.DEFAULT_PORT)) != 0
    text = f"{address.DEFAULT_PORT} is " + ("free" if is_free else f"taken by {who or 'somebody'}")
    return Finding("port", is_free, text, "bin/up takes the next free one, or use --port.")


def disk(settings: Settings) -> Finding:
    """Whether there is room to work."""
    path = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(path).free
    text = f"{free / 1e9:.1f} GB free at {path}"
    return Finding("disk", free >= LEAST_FREE_BYTES, text, "Make room, or move LAMPLIGHT_DATA.")


def clock(settings: Settings) -> Finding:
    """Whether the clock is plausible and never ran behind the newest thing we wrote."""
    now = datetime.now(UTC)
    newest = max((path.stat().st_mtime for path in _written(settings.data_dir)), default=0.0)
    is_fine = now > OLDEST_CLOCK and time.time() >= newest - CLOCK_TOLERANCE_S
    text = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    return Finding(
        "clock", is_fine, text, "Set the clock; timedatectl set-ntp true keeps it right."
    )


def outbound_guard(_settings: Settings) -> Finding:
    """Whether steps are kept from private addresses."""
    from app.lib import safe_http

    try:
        safe_http.self_test()
    except safe_http.GuardMissing as error:
        return Finding("outbound guard", False, str(error), "Do not run agents; report this.")
    return Finding("outbound guard", True, "private addresses are refused")


def _written(path: Path) -> list[Path]:
    return [file for file in path.glob("*") if file.is_file()] if path.is_dir() else []


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    python,
    folder,
    keys,
    database,
    doorbell,
    port,
    disk,
    clock,
    outbound_guard,
)
