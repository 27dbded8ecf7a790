"""What the mail room keeps once per web process: a post office for test mails."""

from flask import current_app

from app.database import session_factory
from app.extensions import db
from app.mail.post_office import PostOffice
from app.settings import Settings
from app.vault.web_process import keyring


def post_office() -> PostOffice:
    """The post office of this app."""
    if "mail.post_office" not in current_app.extensions:
        settings: Settings = current_app.config["LAMPLIGHT"]
        made = PostOffice(settings, session_factory(db.engine), keyring())
        current_app.extensions["mail.post_office"] = made
    kept: PostOffice = current_app.extensions["mail.post_office"]
    return kept
