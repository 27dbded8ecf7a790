"""`lamplight sign-up-link`: the address at which the first owner makes an account."""

import argparse

from app.commands.command import CommandRefused, Commands
from app.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "sign-up-link", help="print the address at which the first owner signs up"
    )
    parser.set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """Print the address. Raises CommandRefused once there is an owner."""
    address = first_owner_address(Settings.from_environment())
    if address is None:
        raise CommandRefused(
            "There is an owner already. Further people come by invitation, or:\n"
            "  bin/lamplight user create --email E --password-stdin"
        )
    print(address)
    return 0


def first_owner_address(settings: Settings) -> str | None:
    """A fresh single-use address, or None when somebody has signed up."""
    from app import database
    from app.accounts import first_owner

    engine = database.make_engine(settings.database_url)
    try:
        with database.session_factory(engine)() as session:
            return first_owner.first_owner_address(session, public_url=settings.public_url)
    finally:
        engine.dispose()
