"""What the editor keeps once per web process: its connection to Valkey."""

from flask import current_app
from redis import Redis

from app.editor.presence import People
from app.queue import connection
from app.settings import Settings


def people() -> People:
    """Who has a draft open."""
    if "editor.valkey" not in current_app.extensions:
        settings: Settings = current_app.config["LAMPLIGHT"]
        current_app.extensions["editor.valkey"] = (
            connection(settings.redis_url) if settings.redis_url else None
        )
    valkey: Redis | None = current_app.extensions["editor.valkey"]
    return People(valkey)
