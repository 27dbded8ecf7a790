"""`lamplight web`: the pages, served by Granian. Any other WSGI server can serve `wsgi:app`."""

import argparse
import gc
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.command import Commands
from app.settings import Settings
from app.supervisor import preparation, processes

if TYPE_CHECKING:
    from flask import Flask

BLOCKING_THREADS = 12  # per process: a page that waits for the database blocks one of them
STOP_WITHIN_S = 2
GC_AFTER = 20_000  # new objects; the default of 700 looks for circles several times in each request

_loaded: "Flask | None" = None


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("web", help="serve the pages")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    global _loaded  # noqa: PLW0603  # what the server's processes share must be loaded before them
    gc.disable()  # collecting what imports keep anyway is a seventh of the start
    _loaded = _load()
    gc.freeze()  # or the first collection in a server process would copy every page
    gc.enable()
    settings = Settings.from_environment()
    preparation.wait_until_over(settings.data_dir)
    Granian(
        "wsgi:app",
        address=given.host,
        port=given.port,
        interface=Interfaces.WSGI,
        workers=max(1, settings.web_workers),
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
        log_level=LogLevels.warning,
        ssl_cert=given.certificate,
        ssl_key=given.key,
    ).serve(target_loader=_in_server_process, wrap_loader=False)
    return 0


def _in_server_process() -> "Flask":
    """The app, inside one of the server's processes; it ends when the server does."""
    from app.commands import process_logs

    # Until the server's own handler is in place, the parent's copy would swallow a request to end.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    processes.end_with_parent(os.getppid())
    gc.set_threshold(GC_AFTER)
    process_logs.set_up()
    return _loaded or _load()


def _load() -> "Flask":
    from app.factory import create_app

    return create_app()
