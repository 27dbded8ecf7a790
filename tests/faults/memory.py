"""How much memory a process holds."""

from pathlib import Path

_PSS = "Pss:"


def pss_mb(process: int) -> float:
    """Proportional set size in megabytes."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith(_PSS):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {process} tells no {_PSS}")


class Peak:
    """How much more memory a process held at its highest, while a `with` block went on."""

    def __init__(self, process: int) -> None:
        self._folder = Path(f"/proc/{process}")
        self.extra_mb = 0.0

    def __enter__(self) -> "Peak":
        (self._folder / "clear_refs").write_text("5")  # forget the highest so far
        self._before_mb = self._mb("VmRSS")
        return self

    def __exit__(self, *_error: object) -> None:
        self.extra_mb = self._mb("VmHWM") - self._before_mb

    def _mb(self, name: str) -> float:
        lines = (self._folder / "status").read_text().splitlines()
        (found,) = [line for line in lines if line.startswith(f"{name}:")]
        return int(found.split()[1]) / 1024
