"""A process that loads the worker once and forks one per line it is sent, as `bin/up` does.

Run as `python -m tests.runs.nursery`: reads a JSON object of settings per line, answers with the
worker's process number. Ends, and its workers with it, when its standard input is closed.
"""

import contextlib
import faulthandler
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from app.settings import Settings
from app.timetable import TIMETABLE
from app.workers import worker
from tests.runs.fates import Fate


def main() -> None:
    """Fork until told no more."""
    faulthandler.enable()
    worker.preload(Settings.from_environment())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel collects what has ended
    pids = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _work(json.loads(line))
        pids.append(pid)
        print(pid, flush=True)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _work(wanted: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    Fate(**wanted["fate"]).befall()
    settings = Settings(
        data_dir=Path(str(wanted["data_dir"])),
        assets_dir=Path(str(wanted["data_dir"])),
        database_url=str(wanted["database_url"]),
        redis_url=str(wanted["redis_url"]),
        private_hosts=tuple(wanted["private_hosts"]),
    )
    code = 1
    try:
        code = worker.main(settings, index=0, timetable=TIMETABLE)
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
