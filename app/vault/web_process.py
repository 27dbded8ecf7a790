"""What the vault keeps once per web process: the keyring, and the door to other computers."""

import contextlib
import uuid

from flask import current_app
from sqlalchemy.orm import Session

from app.database import session_factory
from app.extensions import db
from app.lib.safe_http import Door
from app.lib.safe_socket import Dialer
from app.settings import Settings
from app.vault.authoriser import Authoriser
from app.vault.keys import Keyring
from app.vault.renewal import Renewal

SIGN_IN_WITHIN_S = 20.0
"""All that is asked of other computers while a person waits for one step of a sign-in."""


def keyring() -> Keyring:
    """The keyring of this app."""
    if "vault.keyring" not in current_app.extensions:
        current_app.extensions["vault.keyring"] = Keyring.of(settings(), _own_session)
    kept: Keyring = current_app.extensions["vault.keyring"]
    return kept


def door() -> Door:
    """The door of this app."""
    if "vault.door" not in current_app.extensions:
        current_app.extensions["vault.door"] = Door(settings().private_hosts)
    kept: Door = current_app.extensions["vault.door"]
    return kept


def dialer() -> Dialer:
    """What opens lines to mailboxes."""
    if "vault.dialer" not in current_app.extensions:
        current_app.extensions["vault.dialer"] = Dialer(settings().private_hosts)
    kept: Dialer = current_app.extensions["vault.dialer"]
    return kept


def authoriser(workspace_id: uuid.UUID) -> Authoriser:
    """Who speaks for this workspace's connections."""
    renewal = Renewal(
        door=door(),
        keyring=keyring(),
        sessions=_own_session,
        turn_to_write=contextlib.nullcontext(),
        workspace_id=workspace_id,
    )
    return Authoriser(keyring(), _own_session, workspace_id=workspace_id, renewal=renewal)


def _own_session() -> Session:
    """A session beside the request's: it sees what is committed, and nothing half done."""
    return session_factory(db.engine)()


def settings() -> Settings:
    """What this installation is set to."""
    kept: Settings = current_app.config["LAMPLIGHT"]
    return kept
