"""What a person reads, and sees opened, when the house is ready."""

import os
import subprocess
import sys
from pathlib import Path

from app.supervisor.address import Address
from app.supervisor.progress import Progress


def announce(place: Address, *, sign_up_url: str, logs: Path | None, progress: Progress) -> None:
    """Print where Lamplight is and, while there is no owner, how to become the first one."""
    progress.say(f"Ready in {progress.seconds:.1f} s.\n")
    rows = [("Lamplight", place.public_url)]
    if place.public_url != place.local_url:
        rows.append(("on this host", place.local_url))
    if sign_up_url:
        rows.append(("first owner", f"{sign_up_url}   (works once)"))
    if logs:
        rows.append(("logs", str(logs)))
    for name, text in [*rows, ("stop", "Ctrl-C")]:
        progress.say(f"  {name:<14}{text}")
    progress.say()


def open_browser(url: str) -> None:
    """Show `url` when somebody sits at this screen; do nothing anywhere else."""
    opener = _opener()
    is_watched = sys.stdout.isatty() and not os.environ.get("SSH_CONNECTION")
    if opener and is_watched and os.access(opener, os.X_OK):
        subprocess.Popen(  # noqa: S603
            [opener, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _opener() -> str | None:
    if sys.platform == "darwin":
        return "/usr/bin/open"
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return "/usr/bin/xdg-open" if has_screen else None
