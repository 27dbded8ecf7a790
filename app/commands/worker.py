"""`lamplight worker`: the processes that run agents, forked from one that has loaded everything."""

import argparse

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
    settings = Settings.from_environment()
    from app.runs import worker  # before the forks, so that they share it

    return forks.keep(
        given.count or settings.worker_processes,
        lambda index: worker.main(settings, index=index),
    )
