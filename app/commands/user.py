"""`lamplight user create`: an account made from the shell, for instance the first one."""

import argparse
import sys
from typing import TYPE_CHECKING

from app.commands.command import CommandRefused, Commands
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("user", help="make accounts")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make an account with a workspace of its own")
    create.add_argument("--email", required=True)
    create.add_argument("--name", help="what the person is called (the start of the address)")
    create.add_argument("--workspace", help="name of the workspace (the person's name)")
    create.add_argument("--admin", action="store_true", help="may look after the installation")
    create.add_argument(
        "--password-stdin",
        action="store_true",
        required=True,
        help="read the password from the first line of standard input",
    )
    create.set_defaults(run=run_create)


def run_create(given: argparse.Namespace) -> int:
    """Make the account and its workspace. Raises CommandRefused with the reason."""
    from app import database, ports
    from app.accounts.people import EmailTaken

    email = _checked_email(given.email)
    name = given.name or email.partition("@")[0]
    password = sys.stdin.readline().rstrip("\n")
    hashed = _hashed(password, own_words=(name, email))
    ports.fill()
    engine = database.make_engine(Settings.from_environment().database_url)
    try:
        with database.session_factory(engine)() as session, database.writing(session):
            _sign_up(given, session, email=email, name=name, hashed=hashed)
    except EmailTaken:
        raise CommandRefused(f"Somebody already has an account with {email}.") from None
    finally:
        engine.dispose()
    print(f"{email} has an account now.")
    return 0


def _sign_up(
    given: argparse.Namespace, session: "Session", *, email: str, name: str, hashed: str
) -> None:
    from app.accounts import people
    from app.workspaces.founding import found

    user = people.add(session, email, name=name, password_hash=hashed, is_admin=given.admin)
    found(session, given.workspace or name, owner=user)


def _checked_email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized.casefold()
    except EmailNotValidError as error:
        raise CommandRefused(f"{text!r} is not an e-mail address: {error}") from None


def _hashed(password: str, *, own_words: tuple[str, ...]) -> str:
    from app.accounts import passwords

    weakness = passwords.weakness(password, own_words=own_words)
    if weakness:
        raise CommandRefused(weakness)
    return passwords.password_hash(password)
