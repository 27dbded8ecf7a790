"""One worker process over ten thousand small runs: what it holds after 1,000, 2,000, 5,000, 10,000.

`.venv/bin/python -m bench.memory` prints these figures alone.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from app import database
from app.agents import creation
from app.queue import Bell
from app.settings import Settings
from bench.engine import chain
from bench.flows import wait_until_idle
from bench.process_costs import memory_of
from bench.queued import accept, keyring_of, refuse_failures
from tests.cast import assemble
from tests.ops.running_house import processes_of
from tests.valkey import Valkey

STOPS = (1_000, 2_000, 5_000, 10_000)
QUICK_STOPS = (200, 400, 1_000)
AT_ONCE = 500  # runs that are queued together: a queue that is much longer is `queued`'s affair
COMMAND = (sys.executable, "-m", "app.commands")
END_WITHIN_S = 15


def measure(data: Path, *, quick: bool = False) -> dict[str, float]:
    """MB (PSS and RSS) of one worker after each stop, and MB of PSS from the first to the last."""
    figures: dict[str, float] = {}
    stops = QUICK_STOPS if quick else STOPS
    with worker_of(data) as (settings, worker), session_of(settings) as session:
        cast = assemble(session)
        with database.writing(session):
            agent = creation.create(session, cast.harbour, by=cast.ben, name="A", graph=chain(2))
        keyring, bell, done = keyring_of(data, session), Bell(settings.redis_url), 0
        for stop in stops:
            while done < stop:
                accept(session, keyring, agent, count := min(AT_ONCE, stop - done))
                done += count
                bell.ring()
                wait_until_idle(session)
            held = memory_of(only_child(data, worker))
            figures[f"worker_pss_{stop}_mb"] = held.pss_mb
            figures[f"worker_rss_{stop}_mb"] = held.rss_mb
        refuse_failures(session)
    first, last = (figures[f"worker_pss_{stop}_mb"] for stop in (stops[0], stops[-1]))
    return figures | {"worker_pss_growth_mb": last - first}


@contextmanager
def worker_of(data: Path) -> Iterator[tuple[Settings, subprocess.Popen[bytes]]]:
    """The command that keeps one worker alive, with a Valkey and a new database."""
    with ExitStack() as stack:
        valkey = Valkey.start()
        stack.callback(valkey.stop)
        environ = {
            **os.environ,
            "LAMPLIGHT_DATA": str(data),
            "REDIS_URL": valkey.url,
            "LAMPLIGHT_WORKERS": "1",
        }
        subprocess.run([*COMMAND, "prepare"], check=True, env=environ, stdout=subprocess.DEVNULL)
        worker = subprocess.Popen([*COMMAND, "worker"], env=environ)
        stack.callback(worker.wait, END_WITHIN_S)
        stack.callback(worker.terminate)
        yield Settings.from_environment(environ), worker


@contextmanager
def session_of(settings: Settings) -> Iterator[Session]:
    engine = database.make_engine(settings.database_url)
    with database.session_factory(engine)() as session:
        yield session
    engine.dispose()


def only_child(data: Path, parent: subprocess.Popen[bytes]) -> int:
    """The process that works; its parent only keeps it alive."""
    numbers = {int(line.split(" ", 1)[0]) for line in processes_of(data)}
    (child,) = numbers - {parent.pid}
    return child


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ll-memory-") as folder:
        for name, figure in measure(Path(folder) / "data").items():
            print(f"  {name:<30}{figure:>10.2f}", flush=True)
