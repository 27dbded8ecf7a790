"""How often something may happen in a minute, counted in Valkey for all web processes."""

import time
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

WINDOW_S = 60


def too_many(redis: Redis | None, what: str, *, most: int) -> int:
    """Count one more of `what`; seconds to wait when it is over `most` a minute, else 0.

    With nobody counting nothing is refused: a delivery is worth more than the limit.
    """
    if redis is None or most <= 0:
        return 0
    now = time.time()
    key = f"lamplight:rate:{what}:{int(now // WINDOW_S)}"
    try:
        pipeline = redis.pipeline(transaction=False)
        pipeline.incr(key)
        pipeline.expire(key, WINDOW_S + 1)
        count = cast(int, pipeline.execute()[0])
    except (RedisError, OSError):
        return 0
    return max(1, WINDOW_S - int(now % WINDOW_S)) if count > most else 0
