"""One worker process, as the house starts it: `python -m tests.runs.one_worker INDEX`."""

import faulthandler
import sys

from app.runs import worker
from app.settings import Settings
from app.timetable import TIMETABLE

if __name__ == "__main__":
    faulthandler.enable()
    settings = Settings.from_environment()
    sys.exit(worker.main(settings, index=int(sys.argv[1]), timetable=TIMETABLE))
