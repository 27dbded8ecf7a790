"""What the runs room keeps once per web process: the doorbell and the keys of live pages."""

import uuid

from flask import current_app

from app.queue import Bell, LiveKeys
from app.settings import Settings


def bell() -> Bell:
    """The doorbell of this app."""
    if "runs.bell" not in current_app.extensions:
        settings: Settings = current_app.config["LAMPLIGHT"]
        current_app.extensions["runs.bell"] = Bell(settings.redis_url)
    kept: Bell = current_app.extensions["runs.bell"]
    return kept


def live_keys() -> LiveKeys:
    """Where open pages ask whether a run has changed."""
    return LiveKeys(bell().redis)


def live_mark(workspace_id: uuid.UUID, run_id: uuid.UUID) -> str | None:
    """What a page of this run has seen when it is up to date."""
    return live_keys().get(workspace_id, run_id)
