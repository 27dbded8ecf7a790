"""What the files room keeps once per web process: the store."""

from flask import current_app

from app.files.store import FileStore
from app.settings import Settings


def store() -> FileStore:
    """The store of this app."""
    if "files.store" not in current_app.extensions:
        settings: Settings = current_app.config["LAMPLIGHT"]
        current_app.extensions["files.store"] = FileStore(settings.data_dir / "files")
    kept: FileStore = current_app.extensions["files.store"]
    return kept
