"""The one module that knows RQ and Valkey: a doorbell for workers, and what live pages ask.

The database is the truth about runs. A ring only says "look now": a lost one costs seconds,
because the sweeper rings again, and a forged one can do nothing but make a worker look.
"""

import contextlib
import logging
import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import FrameType
from typing import Any, ClassVar, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

# One bell per lane, most urgent first: a worker that has room for chat only hears only that one.
LANES = ("chat", "default", "low")
ANSWER_RING = "answer_ring"
CONNECT_TIMEOUT_S = 2.0
SOCKET_TIMEOUT_S = 5.0
RING_TTL_S = 600
LIVE_TTL_S = 3_600
HEARTBEAT_S = 30.0
WORKER_TTL_S = 60
NO_LIMIT = -1  # RQ's own limit of 180 s is raised inside whatever thread answers the ring

log = logging.getLogger(__name__)


class JobRefused(RuntimeError):
    """A job asks for something that a ring may not do."""


class Ring(Job):
    """A job that can do one thing: make a worker look for runs.

    RQ imports and calls whatever function a job names, and callbacks, and web addresses. Anybody
    who can write to Valkey could use that, so a ring calls only what this process registered.
    """

    answers: ClassVar[dict[str, Callable[[], None]]] = {}

    @property
    def func(self) -> Callable[[], None]:
        """The registered function. Raises JobRefused for any other name."""
        answer = self.answers.get(self.func_name or "")
        if answer is None or self.instance is not None or self.args or self.kwargs:
            raise JobRefused(f"A ring does not do {self.func_name!r}.")
        return answer

    def restore(self, raw_data: Mapping[Any, Any]) -> None:
        """Read the job from Valkey, leaving out everything that could call or address something."""
        super().restore(raw_data)
        self._success_callback_name = None
        self._failure_callback_name = None
        self._stopped_callback_name = None
        self.webhooks = []
        self._dependency_ids = []
        self.retries_left = self.number_of_retries = self.repeats_left = None
        self.timeout, self.result_ttl, self.failure_ttl = NO_LIMIT, 0, 0


def connection(url: str) -> Redis:
    """A client for this address (`redis://…` or `unix://…`); connects when first used."""
    return Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        socket_timeout=SOCKET_TIMEOUT_S,
        # A page must not hang for as long as redis-py would go on trying by itself.
        retry=Retry(NoBackoff(), 1),
    )


class Bell:
    """The doorbell at one Valkey: web processes ring, workers answer and wait for the next ring."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.redis = connection(url) if url else None
        self._push = self.redis.register_script(_PUSH_RING) if self.redis else None
        self._done: bytes | None = None  # the key of the last ring that `wait` took

    def ring(self, lane: str = "default") -> bool:
        """Wake a worker. Never raises; False when nobody could be reached.

        Ring after the commit: while a ring waits to be taken another one adds nothing, because
        whoever takes it looks at the database afterwards.
        """
        if self._push is None:
            return False
        ring_id = uuid.uuid4().hex
        keys = (_bell_key(lane), Job.key_for(ring_id), Queue.redis_queues_keys)
        try:
            self._push(keys=keys, args=(ring_id, RING_TTL_S, *_ring_fields(lane)))
        except (RedisError, OSError) as error:
            log.warning("the doorbell does not ring: %s", error)
            return False
        return True

    def wait(self, lanes: Sequence[str], timeout_s: float) -> bool:
        """Wait for a ring in one of the lanes and take it; False after `timeout_s`.

        Raises RedisError, also where there is no Valkey.
        """
        if self.redis is None:
            raise RedisError("There is no Valkey.")
        keys = [_bell_key(lane) for lane in lanes]
        # What RQ wrote of the ring before goes along, so that a ring is one question.
        asked = self.redis.pipeline(transaction=False)
        if self._done:
            asked.delete(self._done)
        asked.blpop(keys, timeout=timeout_s)
        taken = cast("tuple[bytes, bytes] | None", asked.execute()[-1])
        self._done = None if taken is None else b"rq:job:" + taken[1]
        return taken is not None


# As RQ enqueues a job, in one step and only where none waits: the bell, the job, RQ's bells.
_PUSH_RING = """
local waiting = redis.call('LINDEX', KEYS[1], 0)
if waiting and redis.call('EXPIRE', 'rq:job:' .. waiting, ARGV[2]) == 1 then
    return 0
end
redis.call('HSET', KEYS[2], unpack(ARGV, 3))
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('SADD', KEYS[3], KEYS[1])
return redis.call('RPUSH', KEYS[1], ARGV[1])
"""


@cache
def _ring_fields(lane: str) -> tuple[Any, ...]:
    """What RQ writes down of a ring, name after value: the same for every ring of a lane."""
    ring = Ring.create(
        ANSWER_RING,
        connection=Redis(),  # RQ wants one here and does not use it
        timeout=NO_LIMIT,
        result_ttl=0,
        failure_ttl=0,
        ttl=RING_TTL_S,
        origin=lane,
        status=JobStatus.QUEUED,
        serializer=JSONSerializer,
    )
    fields = {name: value for name, value in ring.to_dict().items() if value is not None}
    return tuple(part for pair in fields.items() for part in pair)


def _bell_key(lane: str) -> str:
    return f"{Queue.redis_queue_namespace_prefix}{lane}"


class LiveKeys:
    """What open pages ask each second: has this run changed since `<claim>.<seq>`?

    A missing key counts as changed, so losing all of Valkey costs a few page builds.
    """

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis

    def put_one(self, workspace_id: uuid.UUID, run_id: uuid.UUID, mark: str) -> None:
        """Store one run's mark; never raises."""
        if self._redis is not None:
            with contextlib.suppress(RedisError, OSError):
                self._redis.set(_live_key(workspace_id, run_id), mark, ex=LIVE_TTL_S)

    def get(self, workspace_id: uuid.UUID, run_id: uuid.UUID) -> str | None:
        """The run's present mark; None when it is not known. Never raises."""
        if self._redis is None:
            return None
        with contextlib.suppress(RedisError, OSError):
            mark = cast("bytes | None", self._redis.get(_live_key(workspace_id, run_id)))
            return None if mark is None else mark.decode()
        return None


def _live_key(workspace_id: uuid.UUID, run_id: uuid.UUID) -> str:
    return f"lamplight:live:{workspace_id.hex}:{run_id.hex}"


class BellBroken(RuntimeError):
    """Valkey went away while a worker waited for a ring."""


class _Bells(Queue):
    """Waits for rings as RQ does, but does not wait for a Valkey that went away."""

    @classmethod
    def dequeue_any(cls, *args: Any, **options: Any) -> Any:
        """RQ would try for ever, up to a minute apart, while runs wait in the database."""
        try:
            return super().dequeue_any(*args, **options)
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise BellBroken(str(error)) from error


class Answerer(SimpleWorker):
    """The RQ worker behind the bell: it runs `answer` in its own process for each ring."""

    def __init__(
        self, bell: Bell, *, name: str, answer: Callable[[], None], stop: Callable[[], None]
    ) -> None:
        """`stop` is called on SIGTERM and SIGINT. Raises RedisError without a Valkey."""
        if not bell.url:
            raise RedisError("There is no Valkey: REDIS_URL is empty.")
        Ring.answers = {ANSWER_RING: answer}
        super().__init__(
            list(LANES),
            name=name,
            # Its own client: RQ lengthens the socket timeout of the connection it is given.
            connection=connection(bell.url),
            job_class=Ring,
            queue_class=_Bells,
            serializer=JSONSerializer,
            log_job_description=False,
            worker_ttl=WORKER_TTL_S,
        )
        self.log_result_lifespan = False
        self._stop = stop
        self._known_at = time.monotonic()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """On SIGTERM or SIGINT: leave at once when idle, else when the answer has ended.

        RQ's own would write to Valkey here, which may be what is being stopped.
        """
        self._stop()
        if self.get_state() != "busy":
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ
        self._stop_requested = True

    def run_maintenance_tasks(self) -> None:
        """Clear what killed workers left behind; groups, which RQ would also clear, are unused."""
        self.clean_registries()  # type: ignore[no-untyped-call]  # RQ

    def subscribe(self) -> None:
        """Take no commands over Valkey: workers are stopped by signals."""

    def unsubscribe(self) -> None:
        """There is nothing to leave."""

    def stay_known(self) -> None:
        """Keep RQ from thinking that we died; call it often, it writes every HEARTBEAT_S."""
        if time.monotonic() - self._known_at >= HEARTBEAT_S:
            self._known_at = time.monotonic()
            with contextlib.suppress(RedisError, OSError):
                self.heartbeat()


def new_name() -> str:
    """A name for a worker that tells its machine and process and was never used before."""
    return f"{os.uname().nodename}.{os.getpid()}.{uuid.uuid4().hex[:8]}"
