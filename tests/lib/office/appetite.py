"""Reads files in a process of its own and prints what each cost: run by `test_hostile`.

One line of JSON for each file: the sentence, the seconds, the megabytes more than before.
"""

import json
import sys
import time
from pathlib import Path

import pypdf  # noqa: F401  # what loading it costs is not what a file costs

from app.lib.office import Effort, FileUnreadable, SheetWish, pdf_text, read_sheet


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return float(status.split("VmHWM:")[1].split()[0]) / 1000


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _read(path: Path) -> str:
    with path.open("rb") as stream:
        try:
            if path.suffix == ".pdf":
                return f"{pdf_text(stream, Effort(path.name)).page_count} pages"
            wish = SheetWish(header_row=0, max_rows=50_000)
            return f"{len(read_sheet(stream, Effort(path.name), wish).rows)} rows"
        except FileUnreadable as unreadable:
            return unreadable.sentence


if __name__ == "__main__":
    for name in sys.argv[1:]:
        _forget_peak()
        before, began = _peak_mb(), time.monotonic()
        said = _read(Path(name))
        print(json.dumps([said, time.monotonic() - began, _peak_mb() - before]))
