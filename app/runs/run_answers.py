"""Hands the exact answer of a run to whoever waits for it, from the worker to a web process.

The row of a run keeps only a copy for people. So the answer itself goes through Valkey: sealed,
because Valkey is not a place for what a customer's order says; for a minute, because nobody waits
longer; without the secrets of the run's connections, because it goes to a stranger.
"""

import contextlib
import json
import uuid
from dataclasses import dataclass
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from app.engine.graph import Graph
from app.engine.states import RunStatus, TriggerType
from app.engine.values import Json
from app.lib.cipher import CannotOpen
from app.nodes.start_webhook import answers_with_flow
from app.vault.keys import Keyring

KEPT_S = 60


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended. Without `is_exact` the answer is a copy with parts left out."""

    status: RunStatus
    answer: Json = None
    is_exact: bool = True


class RunAnswers:
    """The answers at one Valkey. Losing them costs callers a look into the database."""

    def __init__(self, redis: Redis | None, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring

    def give(
        self, workspace_id: uuid.UUID, run_id: uuid.UUID, *, status: RunStatus, answer: Json
    ) -> None:
        """Tell everybody who waits that the run has ended; never raises."""
        if self._redis is None:
            return
        with contextlib.suppress(RedisError, OSError, CannotOpen):
            packed = json.dumps({"status": status, "answer": answer}).encode()
            sealed = self._keyring.seal_more(
                packed, workspace_id=workspace_id, context=_place(run_id)
            )
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.rpush(_key(run_id), sealed)
            pipeline.expire(_key(run_id), KEPT_S)
            pipeline.execute()

    def wait(self, workspace_id: uuid.UUID, run_id: uuid.UUID, timeout_s: float) -> RunEnd | None:
        """Wait for the end of the run; None after `timeout_s`. Raises RedisError without a Valkey.

        The answer stays where it is, for others who wait for the same run.
        """
        if self._redis is None:
            raise RedisError("There is no Valkey.")
        key = _key(run_id)
        sealed = cast(
            "bytes | None",
            self._redis.blmove(key, key, timeout_s, "LEFT", "LEFT"),  # type: ignore[arg-type]  # fractions are fine
        )
        if sealed is None:
            return None
        try:
            packed = self._keyring.open(sealed, workspace_id=workspace_id, context=_place(run_id))
        except CannotOpen:
            return None
        told = json.loads(packed)
        return RunEnd(RunStatus(told["status"]), told["answer"])


def is_waited_for(trigger_type: TriggerType, graph: Graph, start_node_id: str | None) -> bool:
    """Whether a caller may wait for the answer of a run: it began at a webhook that says so."""
    if trigger_type is not TriggerType.WEBHOOK or start_node_id is None:
        return False
    start = graph.find(start_node_id)
    return start is not None and answers_with_flow(start.fields)


def _key(run_id: uuid.UUID) -> str:
    return f"lamplight:answer:{run_id.hex}"


def _place(run_id: uuid.UUID) -> tuple[str, ...]:
    return ("run answer", str(run_id))
