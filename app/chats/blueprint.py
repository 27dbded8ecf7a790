"""The room's blueprint: addresses below a workspace are built without repeating where one is."""

from typing import Any

from flask import Blueprint, g
from flask.sansio.blueprints import BlueprintSetupState

from app.chats.sending import MAX_FILES
from app.files.store import MAX_FILE_BYTES
from app.files.thumbnails import PROBLEMS
from app.web.markdown import markdown, plain_words

bp = Blueprint("chats", __name__)
bp.add_app_template_filter(markdown, "markdown")
bp.add_app_template_filter(plain_words, "plain_words")


@bp.record_once
def _tell_caps(state: BlueprintSetupState) -> None:
    """What a message may carry, and why a picture is not shown, for what are macros."""
    state.app.jinja_env.globals.update(
        MAX_FILES=MAX_FILES, MAX_FILE_BYTES=MAX_FILE_BYTES, picture_problems=PROBLEMS
    )


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
