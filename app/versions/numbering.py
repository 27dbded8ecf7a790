"""What a version is called: the number that follows from the change, or one that a person gives."""

import re

from app.engine.diff_change import Size
from app.engine.errors import EditRefused

FIRST_VERSION = "1.0.0"
_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\Z")


def following(version: str, size: Size) -> str:
    """The version after `version` for a change of this size (semver.org); 1.0.0 after none."""
    if not version:
        return FIRST_VERSION
    major, minor, patch = parts_of(version)
    if size is Size.BREAKING:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if size is Size.FEATURE else f"{major}.{minor}.{patch + 1}"


def checked(wanted: str, *, after: str) -> str:
    """The version that a person gave; raises EditRefused unless it is one and a later one."""
    if not _VERSION.match(wanted):
        raise EditRefused("A version is three numbers with dots between, such as 1.5.0.")
    if after and parts_of(wanted) <= parts_of(after):
        raise EditRefused(f"The new version must be later than {after}.")
    return wanted


def parts_of(version: str) -> tuple[int, int, int]:
    """The three numbers, to be compared."""
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch
