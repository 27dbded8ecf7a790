"""Reads the command line and hands over to one command."""

import argparse
import sys

from app.commands import (
    doctor,
    local_model,
    migrate,
    prepare,
    rewrap,
    run_agent,
    sign_up_link,
    user,
    web,
    worker,
)
from app.commands.command import CommandRefused
from app.settings import SettingRefused

COMMANDS = (
    web,
    worker,
    migrate,
    doctor,
    user,
    run_agent,
    local_model,
    sign_up_link,
    rewrap,
    prepare,
)


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="bin/lamplight",
        description="Lamplight's commands. Settings come from the environment (docs/operate.md).",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    given = parser.parse_args(arguments)
    try:
        return int(given.run(given))
    except (CommandRefused, SettingRefused) as refused:
        print(refused, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
