"""Logins that were looked up a moment ago, so that a page that polls does not ask again."""

import threading
import time
import uuid
from dataclasses import dataclass, field

from flask import current_app

from app.accounts.models import Login


@dataclass(slots=True)
class RecentLogins:
    """Detached logins by token hash. Entries are shared between threads and never changed."""

    MAX_AGE_S = 5.0  # how long another process may not notice that a login was ended
    MAX_ENTRIES = 5_000

    _entries: dict[str, tuple[float, Login]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, token_hash: str, *, loaded_after: float = 0.0) -> Login | None:
        """The login, if it was loaded in the last seconds and after this `time.time()`."""
        loaded_at, login = self._entries.get(token_hash, (0.0, None))
        too_old = max(time.time() - self.MAX_AGE_S, loaded_after)
        return login if loaded_at > too_old else None

    def keep(self, login: Login) -> None:
        """Remember a login that no session holds."""
        with self._lock:
            if len(self._entries) >= self.MAX_ENTRIES:
                self._entries.clear()
            self._entries[login.token_hash] = (time.time(), login)

    def forget(self, user_id: uuid.UUID) -> None:
        """Forget every login of this person; call it after the commit that changed them."""
        with self._lock:
            self._entries = {
                key: entry for key, entry in self._entries.items() if entry[1].user_id != user_id
            }


def recent_logins() -> RecentLogins:
    """The recent logins of this process."""
    found: RecentLogins = current_app.extensions["recent_logins"]
    return found
