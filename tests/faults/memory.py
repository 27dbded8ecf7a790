"""How much memory a process has to itself, with its part of what it shares."""

from pathlib import Path

_PSS = "Pss:"


def pss_mb(process: int) -> float:
    """Proportional set size in megabytes."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith(_PSS):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {process} tells no {_PSS}")
