"""Hides a run's secrets, also those that a connection is given while the run is going."""

from collections.abc import Iterable

from app.engine.redact import Redactor


class RunRedactor(Redactor):
    """A redactor that can be told of more secrets. Any thread may do so."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known = frozenset(secrets)
        super().__init__(self._known)

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide these from now on, too."""
        more = self._known.union(secrets)
        if more != self._known:
            self._known = more
            Redactor.__init__(self, more)
