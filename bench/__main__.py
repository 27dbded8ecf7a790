"""`bin/bench [--json FILE] [--quick]`: what Lamplight costs on this machine, as a table.

CPU time is read from /proc and counts every process of the house; wall time only where it is
what a person waits for.
"""

import argparse
import json
import platform
import tempfile
from pathlib import Path

from bench import engine, flows, house, install, memory, pages, queued

WORDS = {
    "engine_us_per_pure_step": "CPU µs of a step without effect, of the engine alone",
    "engine_plan_us_per_step": "CPU µs a step to make a flow ready, once per flow",
    "engine_read_graph_us_per_step": "CPU µs a step to read a flow, once per flow",
    "engine_resolver_us": "CPU µs to fill in a text with two references",
    "install_mb": "MB of the product's packages",
    "install_packages": "packages of requirements.lock",
    "cold_start_s": "s until the first page, in an empty folder",
    "second_start_s": "s until the first page, started again",
    "idle_memory_mb": "MB of all processes at rest",
    "run_cpu_ms": "CPU ms of a run of five steps, accepted and worked off",
    "runs_per_s": "runs of five steps a second, many at once",
    "page_home_cpu_ms": "CPU ms of the home page",
    "page_runs_cpu_ms": "CPU ms of the list of runs",
    "page_run_cpu_ms": "CPU ms of a run's page",
    "poll_news_cpu_ms": "CPU ms of a look at a run that has changed",
    "poll_nothing_new_cpu_ms": "CPU ms of a look at a run that has not",
    "f1_cpu_ms": "CPU ms in all: webhook, set values, answer",
    "f1_p50_ms": "ms until one caller has the answer, half of the time",
    "f1_stored_bytes": "bytes that a run keeps",
    "f2_cpu_ms": "CPU ms in all: webhook, values, if, HTTP request, values, answer",
    "f2_p50_ms": "ms until one caller has the answer, half of the time",
    "f2_stored_bytes": "bytes that a run keeps",
    "f3_cpu_ms": "CPU ms in all: webhook, 100 items with a step each, answer",
    "f3_p50_ms": "ms until one caller has the answer, half of the time",
    "f3_stored_bytes": "bytes that a run keeps, each item recorded",
    "start_delay_p95_ms": "ms from acceptance to start under 50 callers, 19 of 20 times",
    "waiting_runs_s": "s until 200 runs have ended that wait 1 s for a service each",
    "worker_memory_mb": "MB of all processes after the flows",
    "queued_runs_s": "s until 5,000 runs have ended that were queued at once",
    "other_workspace_wait_s": "s that one run of another workspace waits behind them",
    "worker_memory_growth_mb": "MB that the workers grew by in the second 5,000 runs of 10,000",
    **{f"worker_pss_{stop}_mb": f"MB of one worker after {stop:,} runs" for stop in memory.STOPS},
    **{f"worker_rss_{stop}_mb": "the same, with all that it shares" for stop in memory.STOPS},
    "worker_pss_growth_mb": "MB that it grew by from the first of these to the last",
}
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
    "f1_cpu_ms": 5.0,
    "f2_cpu_ms": 6.0,
    "f2_p50_ms": 16.0,
    "f2_stored_bytes": 4_000.0,
    "f3_cpu_ms": 15.0,
    "start_delay_p95_ms": 150.0,
    "waiting_runs_s": 10.0,
    "other_workspace_wait_s": 5.0,
    "worker_memory_growth_mb": 10.0,
    "worker_pss_growth_mb": 5.0,
}


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
        figures |= flows.measure(Path(folder) / "flows")
        figures |= queued.measure(Path(folder) / "queued", quick=given.quick)
        figures |= memory.measure(Path(folder) / "memory", quick=given.quick)
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
    target, words = TARGETS.get(name), WORDS.get(name, "")
    wanted = "" if target is None else f"≤ {target:g}{'' if figure <= target else ' over'}"
    return f"  {name:<30}{figure:>10.2f}  {wanted:<13}{words}"


if __name__ == "__main__":
    main()
