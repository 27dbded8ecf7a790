"""`bin/ci`: everything that must hold before a change is taken, with a time per stage."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app import migrations
from tests.throwaway_postgres import ThrowawayPostgres, server_programs

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
REQUIRED = "browser,postgres"


def main() -> int:
    """Run all stages, the quick ones first; return 1 when one failed, after running the others."""
    os.chdir(PROJECT)
    with contextlib.ExitStack() as stack:
        _provide_postgres(stack)
        results = [_timed(name, stage) for name, stage in STAGES]
    print("\n── stages ──")
    for name, seconds, is_right in results:
        print(f"  {'ok    ' if is_right else 'FAILED'}  {name:<24}{seconds:7.1f} s")
    print(f"  {'':<8}{'all':<24}{sum(seconds for _, seconds, _ in results):7.1f} s")
    return 0 if all(is_right for _, _, is_right in results) else 1


def _timed(name: str, stage: Callable[[], bool]) -> tuple[str, float, bool]:
    print(f"\n── {name} ──", flush=True)
    started = time.monotonic()
    is_right = stage()
    return name, time.monotonic() - started, is_right


def _ran(*words: str) -> bool:
    return subprocess.run(words, check=False).returncode == 0


def _lock_matches() -> bool:
    """The test tools' lock must hold every product package in the product's own version."""
    product, everything = (_pins(name) for name in ("requirements.lock", "requirements-dev.lock"))
    wrong = sorted(product - everything)
    print("\n".join(f"requirements-dev.lock lacks {pin}" for pin in wrong) or "The locks agree.")
    return not wrong


def _pins(name: str) -> set[str]:
    lines = (PROJECT / name).read_text().splitlines()
    return {line.split(" ")[0] for line in lines if "==" in line}


def _migrations_run() -> bool:
    """Both databases come from nothing to the newest shape, and a second time change nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for url in _databases(Path(folder)):
            migrations.upgrade(url)
            migrations.upgrade(url)
            at = migrations.current_revision(url)
            print(f"{url.split(':')[0]} is at {at}")
            if at != migrations.newest_revision():
                return False
    return True


def _databases(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'lamplight.db'}"
    server = os.environ.get("LAMPLIGHT_TEST_POSTGRES")
    if server:
        with _own_database(server) as url:
            yield url


@contextlib.contextmanager
def _own_database(server: str) -> Iterator[str]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url
    from sqlalchemy.pool import NullPool

    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    name = f"lamplight_ci_{os.getpid()}"
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _provide_postgres(stack: contextlib.ExitStack) -> None:
    if not os.environ.get("LAMPLIGHT_TEST_POSTGRES") and server_programs():
        os.environ["LAMPLIGHT_TEST_POSTGRES"] = stack.enter_context(ThrowawayPostgres()).url


def _tests() -> bool:
    required = os.environ.get("LAMPLIGHT_REQUIRE") or REQUIRED
    return (
        subprocess.run(
            [sys.executable, "-m", "tests"],
            check=False,
            env=os.environ | {"LAMPLIGHT_REQUIRE": required},
        ).returncode
        == 0
    )


STAGES: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("lint", lambda: _ran(str(BIN / "ruff"), "check", ".")),
    ("format", lambda: _ran(str(BIN / "ruff"), "format", "--check", ".")),
    ("locks", _lock_matches),
    ("types", lambda: _ran(str(BIN / "mypy"))),
    ("import contracts", lambda: _ran(str(BIN / "lint-imports"))),
    ("migrations", _migrations_run),
    ("tests", _tests),
)

if __name__ == "__main__":
    sys.exit(main())
