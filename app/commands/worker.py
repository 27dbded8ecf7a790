"""`lamplight worker`: the processes that run agents, forked from one that has loaded everything."""

import argparse
import gc

from app.commands.command import Commands
from app.settings import Settings
from app.supervisor import forks


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("worker", help="run agents")
    parser.add_argument("--count", type=int, help="how many processes (LAMPLIGHT_WORKERS)")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Keep the workers alive until SIGTERM or SIGINT."""
    gc.disable()  # collecting what imports keep anyway is a seventh of the start
    # Imported before the forks, so that all workers share what was loaded.
    from app import ports, timetable
    from app.commands import process_logs
    from app.workers import worker

    settings = Settings.from_environment()
    process_logs.set_up()
    ports.fill()
    worker.preload(settings)
    return forks.keep(
        given.count or settings.worker_processes,
        lambda index: worker.main(settings, index=index, timetable=timetable.TIMETABLE),
    )
