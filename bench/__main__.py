"""`bin/bench [--json FILE]`: what Lamplight costs on this machine, as a table.

CPU time is read from /proc and counts every process of the house; wall time only where it is
what a person waits for.
"""

import argparse
import json
import platform
import tempfile
from pathlib import Path

from bench import engine, house, install, pages

TARGETS = {
    "engine_us_per_pure_step": 60.0,
    "run_cpu_ms": 6.0,
    "page_home_cpu_ms": 5.0,
    "page_runs_cpu_ms": 5.0,
    "page_run_cpu_ms": 5.0,
    "poll_news_cpu_ms": 5.0,
    "poll_nothing_new_cpu_ms": 2.0,
    "cold_start_s": 3.0,
    "second_start_s": 3.0,
    "idle_memory_mb": 350.0,
    "install_mb": 300.0,
    "install_packages": 100.0,
}


def main() -> None:
    """Measure everything and print it; `--json FILE` keeps `{name: figure}` too."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="also write {name: figure} to this file")
    given = parser.parse_args()
    figures = engine.measure() | install.measure()
    with tempfile.TemporaryDirectory(prefix="ll-bench-") as folder:
        data = Path(folder) / "data"
        figures |= house.measure(data)
        figures |= pages.measure(data)
    print(f"Lamplight on {machine()}\n")
    for name, figure in figures.items():
        print(_row(name, figure))
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


def _row(name: str, figure: float) -> str:
    target = TARGETS.get(name)
    if target is None:
        return f"  {name:<34}{figure:>10.2f}"
    verdict = "" if figure <= target else "   over"
    return f"  {name:<34}{figure:>10.2f}   wanted ≤ {target:g}{verdict}"


if __name__ == "__main__":
    main()
