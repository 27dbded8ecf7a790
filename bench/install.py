"""What an installation takes on the disk: the packages of requirements.lock, as installed."""

from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"


def measure() -> dict[str, float]:
    """Megabytes (10^6 bytes, byte code included) and number of the product's packages."""
    found = [dist for name in _names() if (dist := _installed(name))]
    size = sum(_size(dist) for dist in found)
    return {"install_mb": size / 1e6, "install_packages": float(len(found))}


def _names() -> list[str]:
    return [line.partition("==")[0] for line in LOCK.read_text().splitlines() if "==" in line]


def _installed(name: str) -> metadata.Distribution | None:
    """The package, or None when the lock has it for another platform only."""
    try:
        return metadata.distribution(name.strip())
    except metadata.PackageNotFoundError:
        return None


def _size(dist: metadata.Distribution) -> int:
    paths = {Path(str(dist.locate_file(file))) for file in dist.files or ()}
    folders = {path.parent for path in paths if path.suffix == ".py"}
    code = {cached for folder in folders for cached in folder.glob("__pycache__/*.pyc")}
    return sum(path.stat().st_size for path in paths | code if path.is_file())
