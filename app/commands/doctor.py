"""`lamplight doctor`: looks at everything an installation needs and says what to do."""

import argparse

from app.commands.command import Commands
from app.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("doctor", help="check everything and say what to do")
    parser.set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """Print one line per check; return 1 when something needs doing."""
    from app.commands.checks import CHECKS

    settings = Settings.from_environment()
    findings = [check(settings) for check in CHECKS]
    for finding in findings:
        print(f"  {'ok  ' if finding.is_fine else 'LOOK'}  {finding.name:<16}{finding.text}")
        if not finding.is_fine:
            print(f"        {'':<16}→ {finding.advice}")
    troubles = sum(not finding.is_fine for finding in findings)
    print("\nAll is well." if not troubles else f"\n{troubles} of {len(findings)} need a look.")
    return 1 if troubles else 0
