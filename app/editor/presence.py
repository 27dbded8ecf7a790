"""Who has a draft open just now, and which step: kept in Valkey for some seconds, nowhere else."""

import contextlib
import json
import time
import uuid
from dataclasses import asdict, dataclass
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

STAYS_S = 12  # a page tells every 4 s that it is open
MAX_PAGES = 50  # of one draft that are looked at


@dataclass(frozen=True, slots=True)
class Seen:
    """A person who has the draft open, and the step whose settings they look at."""

    user_id: str
    name: str
    initials: str
    step: str | None


class People:
    """Who has drafts open, at one Valkey. Without one, everybody works alone. Never raises."""

    def __init__(self, valkey: Redis | None) -> None:
        self._valkey = valkey

    def tell(
        self, workspace_id: uuid.UUID, agent_id: uuid.UUID, *, client: str, seen: Seen
    ) -> list[Seen]:
        """Note that this page is open; gives the others who are here, each once, by name."""
        if self._valkey is None:
            return []
        key = f"lamplight:here:{workspace_id.hex}:{agent_id.hex}"
        page = f"{seen.user_id}:{client}"
        noted = json.dumps({**asdict(seen), "at": time.time()})
        with contextlib.suppress(RedisError, OSError, ValueError, TypeError, KeyError):
            pipeline = self._valkey.pipeline(transaction=False)
            pipeline.hset(key, page, noted)
            pipeline.expire(key, STAYS_S)
            pipeline.hgetall(key)
            pages = cast("dict[bytes, bytes]", pipeline.execute()[2])
            here = self._still_here(key, pages)
            return _others(here, seen.user_id)
        return []

    def _still_here(self, key: str, pages: dict[bytes, bytes]) -> list[Seen]:
        assert self._valkey is not None  # noqa: S101  # for the type checker
        here: list[tuple[float, Seen]] = []
        gone: list[bytes] = []
        for page, noted in pages.items():
            value = json.loads(noted)
            at = value.pop("at")
            if at < time.time() - STAYS_S:
                gone.append(page)
            else:
                here.append((at, Seen(**value)))
        if gone:
            self._valkey.hdel(key, *gone)
        newest = sorted(here, key=lambda one: one[0], reverse=True)[:MAX_PAGES]
        return [seen for _, seen in newest]


def _others(here: list[Seen], user_id: str) -> list[Seen]:
    """Each person once, as their newest page with an open step says, or their newest page."""
    people: dict[str, Seen] = {}
    for seen in here:
        known = people.get(seen.user_id)
        if seen.user_id != user_id and (known is None or (known.step is None and seen.step)):
            people[seen.user_id] = seen
    return sorted(people.values(), key=lambda one: (one.name.casefold(), one.user_id))
