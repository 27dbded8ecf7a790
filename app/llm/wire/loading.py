"""Loads what speaks to providers before anybody asks, so that the first question does not wait."""

from collections.abc import Iterable

from app.lib.safe_http import Door
from app.llm.port import ModelAccess
from app.llm.providers import PROVIDERS
from app.llm.wire.spoken import Spoken


def load(providers: Iterable[str]) -> None:
    """Import all that a question to these needs; a second or more of work, the first time.

    The libraries load more while they make a client, so one is made for each kind, and let go.
    Nothing is sent.
    """
    kinds = {PROVIDERS[one].wire: one for one in providers if one in PROVIDERS}
    for kind in kinds.values():
        access = ModelAccess(
            provider=kind, address="http://127.0.0.1", key="no key", model="no model"
        )
        Spoken(access, Door(), called=kind)
