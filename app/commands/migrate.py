"""`lamplight migrate`: brings the database to the newest shape."""

import argparse

from app.commands.command import Commands
from app.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("migrate", help="bring the database to the newest shape")
    parser.set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """Migrate and say from where to where."""
    from app import migrations

    settings = Settings.from_environment()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = migrations.current_revision(settings.database_url)
    migrations.upgrade(settings.database_url)
    print(describe(before, migrations.newest_revision()))
    return 0


def describe(before: str | None, after: str | None) -> str:
    """What a migration did, in a few words."""
    if before == after:
        return f"up to date ({after})"
    return f"made ({after})" if before is None else f"migrated from {before} to {after}"
