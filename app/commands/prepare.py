"""`lamplight prepare`: keys, database and first owner's address, told line by line as JSON.

`bin/up` calls it when something is missing; one process, so that the product is loaded once.
"""

import argparse
import json
import time

from app.commands import migrate, sign_up_link
from app.commands.command import Commands
from app.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("prepare", help="what bin/up does first: keys, migrations")
    parser.set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """Prepare what is missing and tell each stage."""
    settings = Settings.from_environment()
    started = time.monotonic()
    keys = settings.data_dir / "keys"
    had_keys = (keys / "session.key").exists()
    settings.secret_key()
    _make_master_key(settings)
    started = _tell("keys", f"{'in' if had_keys else 'made in'} {keys}", started)
    started = _tell("database", _migrate(settings), started)
    address = sign_up_link.first_owner_address(settings)
    if address:
        _tell("sign-up", address, started)
    return 0


def _migrate(settings: Settings) -> str:
    from app import migrations

    before = migrations.current_revision(settings.database_url)
    migrations.upgrade(settings.database_url)
    return migrate.describe(before, migrations.newest_revision())


def _make_master_key(settings: Settings) -> None:
    from app.lib.cipher import master_keys

    master_keys(settings.data_dir / "keys" / "master.key", text=settings.master_key)


def _tell(name: str, text: str, started: float) -> float:
    seconds = time.monotonic() - started
    print(json.dumps({"name": name, "text": text, "seconds": f"{seconds:.3f}"}), flush=True)
    return time.monotonic()
