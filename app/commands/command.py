"""What all commands share: where they add themselves, and how they say no."""

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class CommandRefused(RuntimeError):
    """A command cannot do what was asked; the text says why and what would work."""
