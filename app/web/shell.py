"""What the shell around every page says at the moment, for parts of pages that bring it anew."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Shell:
    """Port to the sidebar, which the factory fills."""

    mark: Callable[[], str] = lambda: ""


shell = Shell()


def shell_mark() -> str:
    """Names what the shell says for who asks: another when any of its numbers is another."""
    return shell.mark()
