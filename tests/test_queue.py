"""The doorbell: it wakes workers and cannot be made to do anything else."""

import json
import signal
import uuid
import zlib
from collections.abc import Callable

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from app.lib import ids
from app.queue import ANSWER_RING, LANES, Answerer, Bell, JobRefused, LiveKeys, Ring, new_name
from app.settings import Settings
from tests.valkey import Valkey


def burst(
    settings: Settings, heard: list[str], also: Callable[[], object] = lambda: None
) -> Answerer:
    """A worker that answers what is there and leaves."""

    def answer() -> None:
        heard.append("rung")
        also()

    worker = Answerer(
        Bell(settings.redis_url),
        name=new_name(),
        answer=answer,
        stop=lambda: None,
    )
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    worker.work(burst=True, logging_level="CRITICAL")
    for number, handler in before.items():
        signal.signal(number, handler)
    worker.refresh()
    return worker


def test_it_works(settings: Settings) -> None:
    heard: list[str] = []
    bell = Bell(settings.redis_url)
    assert [bell.ring(lane) for lane in LANES] == [True, True, True]
    burst(settings, heard)
    assert heard == ["rung"] * 3


def test_a_drain_takes_rings_itself(settings: Settings, valkey: Valkey) -> None:
    bell = Bell(settings.redis_url)
    bell.ring("default")
    assert not bell.wait(("chat",), 0.01)
    assert bell.wait(LANES, 0.01)
    assert not bell.wait(LANES, 0.01)
    with valkey.client() as client:
        assert client.keys("rq:job:*") == []


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "app.queue.new_name"])
def test_a_job_cannot_name_a_function(settings: Settings, valkey: Valkey, name: str) -> None:
    heard: list[str] = []
    with valkey.client() as client:
        queue = Queue("default", connection=client, serializer=JSONSerializer)
        job = queue.enqueue_call(name, args=("touch /tmp/never",))
        with pytest.raises(JobRefused):
            _ = Ring.fetch(job.id, client, JSONSerializer).func
    worker = burst(settings, heard)
    assert heard == []
    assert worker.failed_job_count == 1


def test_a_ring_has_no_callbacks_addresses_or_retries(valkey: Valkey) -> None:
    with valkey.client() as client:
        data = zlib.compress(json.dumps([ANSWER_RING, None, [], {}]).encode())
        wish = {
            "data": data,
            "created_at": "2026-11-22T09:00:00.000000Z",
            "success_callback_name": "os.getpid",
            "failure_callback_name": "os.getpid",
            "stopped_callback_name": "os.getpid",
            "webhooks": json.dumps([]),
            "retries_left": "9",
            "timeout": "1",
        }
        ring_id = uuid.uuid4().hex
        client.hset(Job.key_for(ring_id), mapping=wish)
        ring = Ring.fetch(ring_id, client, JSONSerializer)
        assert (ring.success_callback, ring.failure_callback, ring.stopped_callback) == (None,) * 3
        assert (ring.webhooks, ring.retries_left, ring.timeout) == ([], None, -1)


def test_arguments_are_refused(settings: Settings, valkey: Valkey) -> None:
    heard: list[str] = []
    with valkey.client() as client:
        queue = Queue("default", connection=client, serializer=JSONSerializer)
        queue.enqueue_call(ANSWER_RING, args=(1,))
    burst(settings, heard)
    assert heard == []


def test_live_keys_tell_what_changed(settings: Settings) -> None:
    keys = LiveKeys(Redis.from_url(settings.redis_url))
    workspace, other, run = ids.new_id(), ids.new_id(), ids.new_id()
    assert keys.get(workspace, run) is None
    keys.put_one(workspace, run, "1.4")
    keys.put_one(workspace, other, "2.9")
    assert keys.get(workspace, run) == "1.4"
    assert keys.get(other, run) is None


def test_rings_do_not_pile_up(settings: Settings, valkey: Valkey) -> None:
    bell = Bell(settings.redis_url)
    assert all(bell.ring() for _ in range(5))
    with valkey.client() as client:
        assert len(client.keys("rq:job:*")) == 1
    assert [bell.wait(LANES, 0.01) for _ in range(2)] == [True, False]
    bell.ring()
    assert bell.wait(LANES, 0.01)


def test_a_ring_that_was_taken_makes_room_for_the_next(settings: Settings) -> None:
    heard: list[str] = []
    bell = Bell(settings.redis_url)
    bell.ring()
    burst(settings, heard, also=lambda: bell.ring() if len(heard) == 1 else None)
    assert heard == ["rung"] * 2


def test_a_ring_whose_job_is_gone_keeps_nobody_from_ringing(
    settings: Settings, valkey: Valkey
) -> None:
    heard: list[str] = []
    bell = Bell(settings.redis_url)
    bell.ring()
    with valkey.client() as client:
        client.delete(*client.keys("rq:job:*"))
    bell.ring()
    burst(settings, heard)
    assert heard == ["rung"]


def test_rq_reads_a_ring_as_one_of_its_own(settings: Settings, valkey: Valkey) -> None:
    Bell(settings.redis_url).ring("chat")
    with valkey.client() as client:
        queue = Queue("chat", connection=client, serializer=JSONSerializer)
        (job,) = queue.get_jobs()
        assert (job.origin, job.get_status(), job.func_name) == ("chat", "queued", ANSWER_RING)
        assert queue.key in {bell.decode() for bell in client.smembers("rq:queues")}
