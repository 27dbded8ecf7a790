"""`lamplight rewrap`: put every workspace's key under the newest master key."""

import argparse

from app.commands.command import Commands
from app.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "rewrap", help="put every workspace's key under the newest master key"
    )
    parser.set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """Rewrap all keys in one transaction and say how many; Lamplight may be running."""
    from app import database
    from app.vault.keys import Keyring

    settings = Settings.from_environment()
    engine = database.make_engine(settings.database_url)
    sessions = database.session_factory(engine)
    keyring = Keyring.of(settings, sessions)
    with sessions() as session, database.writing(session):
        count = keyring.rewrap(session)
    engine.dispose()
    print(f"{count} workspace keys are under the newest master key now.")
    return 0
