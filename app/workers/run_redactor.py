"""Hides a run's secrets, also those that a connection is given while the run is going."""

from collections.abc import Iterable

from app.engine.redact import SHORTEST_CHARS, Redactor


class RunRedactor(Redactor):
    """A redactor that can be told of more secrets. Any thread may do so."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known = frozenset(secrets)
        super().__init__(self._known)

    def held_back(self, text: str) -> int:
        """How many characters at the end of a growing text may be the beginning of a secret."""
        held = 0
        for form in self._forms:
            at = text.find(form[:SHORTEST_CHARS], max(0, len(text) - len(form) + 1))
            while at >= 0:
                if form.startswith(text[at:]):
                    held = max(held, len(text) - at)
                    break
                at = text.find(form[:SHORTEST_CHARS], at + 1)
        return held

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide these from now on, too."""
        more = self._known.union(secrets)
        if more != self._known:
            self._known = more
            Redactor.__init__(self, more)
