"""`bin/bench [--json FILE] [--quick]`: what Lamplight costs on this machine, as a table.

CPU time is read from /proc and counts every process of the house; wall time only where it is
what a person waits for.
"""

import argparse
import json
import platform
import tempfile
from pathlib import Path

from bench import (
    canvas,
    canvas_server,
    chats,
    engine,
    flows,
    house,
    install,
    memory,
    pages,
    performance,
    queued,
    rows,
    table,
)


def main() -> None:
    """Measure everything and print it; `--json FILE` keeps `{name: figure}` too."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="also write {name: figure} to this file")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a tenth of the runs",
    )
    given = parser.parse_args()
    figures = engine.measure() | install.measure()
    with tempfile.TemporaryDirectory(prefix="ll-bench-") as folder:
        data = Path(folder) / "data"
        figures |= house.measure(data)
        figures |= pages.measure(data)
        figures |= canvas_server.measure(Path(folder) / "drafts")
        figures |= canvas.measure(Path(folder) / "canvas")
        figures |= flows.measure(Path(folder) / "flows")
        figures |= chats.measure(Path(folder) / "chats")
        figures |= performance.measure(Path(folder) / "performance", quick=given.quick)
        figures |= rows.measure(Path(folder) / "rows", quick=given.quick)
        figures |= queued.measure(Path(folder) / "queued", quick=given.quick)
        figures |= memory.measure(Path(folder) / "memory", quick=given.quick)
    print(f"Lamplight on {machine()}\n")
    print(table.rows(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n")


def machine() -> str:
    """The machine's name, processor, cores and Python, for whoever compares tables."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.machine()
    return (
        f"{platform.node()}: {len(models) or 1} × {processor}, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
