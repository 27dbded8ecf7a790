"""A thread beside the timetable for what takes long, so that its rounds go on meanwhile."""

import threading
from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")


class Aside:
    """Does one thing at a time; whatever is there meanwhile is offered again with a later round."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def take(self, work: Callable[P, None], *given: P.args, **named: P.kwargs) -> None:
        """Begin with this, unless something else is being done."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=work, args=given, kwargs=named, daemon=True)
            self._thread.start()
