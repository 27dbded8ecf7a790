"""What the chats room keeps once per web process: the line of growing answers, and its streams."""

from collections.abc import Callable
from threading import BoundedSemaphore

from flask import current_app

from app.growing_answers.line import GrowingAnswers
from app.runs.web_process import bell
from app.settings import Settings
from app.vault.web_process import keyring


def line() -> GrowingAnswers:
    """The line of this app."""
    return GrowingAnswers(bell().redis, keyring())


def take_slot() -> Callable[[], None] | None:
    """One of the threads that may send answers, given back by what this gives; None if all do."""
    slots: BoundedSemaphore = current_app.extensions.setdefault("chats.slots", _slots())
    if not slots.acquire(blocking=False):
        return None
    return Once(slots.release)


class Once:
    """Does it the first time only."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._acts = [act]

    def __call__(self) -> None:
        """Do it, unless it is done."""
        if self._acts:
            self._acts.pop()()


def _slots() -> BoundedSemaphore:
    settings: Settings = current_app.config["LAMPLIGHT"]
    return BoundedSemaphore(settings.growing_answers)
