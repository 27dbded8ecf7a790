"""A batch is made of a choice of rows, and its columns are matched; workers do what takes long."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.batches import checking
from app.batches import matching as matchings
from app.batches.holding import find_locked
from app.batches.matching import Matching
from app.batches.models import MAX_PARALLEL, Batch, BatchStatus
from app.batches.refused import BatchRefused
from app.engine.graph import Graph

MAX_STOP_AFTER = 1_000
LOOKED_AT_ONCE = 1_000  # so few rows are looked through while the person waits
NOT_YET = "Publish this agent first. Many rows run the published version, never the draft."
PUT_AWAY = "This agent is put away. Bring it back before you run it on rows."
BEGUN = "This batch has begun already, so its columns stay as they are."
Writing = Callable[[], AbstractContextManager[Session]]


def refuse_agent(agent: Agent) -> None:
    """Raises BatchRefused for an agent that cannot work through rows at all."""
    if agent.is_archived:
        raise BatchRefused(PUT_AWAY)
    if agent.active_version is None:
        raise BatchRefused(NOT_YET)
    sentence = matchings.why_not(agent.active_version.flow_graph.graph)
    if sentence:
        raise BatchRefused(sentence)


def make(
    writing: Writing,
    agent: Agent,
    wish: dict[str, Any],
    *,
    name: str,
    by: User,
    table_id: uuid.UUID | None = None,
) -> Batch:
    """Keep what somebody chose; a worker reads the rows. Raises BatchRefused."""
    refuse_agent(agent)
    with writing() as open_session:
        batch = Batch(
            workspace_id=agent.workspace_id,
            agent_id=agent.id,
            agent_version_id=agent.active_version_id,
            created_by=by.id,
            run_by=by.id,
            name=name[:200],
            table_id=table_id,
            status=BatchStatus.READING,
            wish=wish,
        )
        open_session.add(batch)
    return batch


def match(
    session: Session,
    writing: Writing,
    batch: Batch,
    matching: Matching,
    *,
    parallel: int | None = None,
    stop_after: int | None = None,
    then: dict[str, Any] | None = None,
) -> bool:
    """Match columns to questions of the version that is active now. Raises BatchRefused.

    True once it is known which rows fit. Where there are many a worker looks, and then does
    what `then` says: begin in this mode, with the first so many rows, as this person.
    """
    _check_open(batch)
    refuse_agent(batch.agent)
    version_id, graph = _active(batch.agent)
    keys = {one.key for one in matchings.asked_by(graph)}
    kept = _known(matching, keys, len(batch.columns_json))
    with writing() as open_session:
        batch = locked(open_session, batch)
        _check_open(batch)
        batch.parallel = max(1, min(parallel or batch.parallel, MAX_PARALLEL))
        batch.stop_after = max(1, min(stop_after or batch.stop_after, MAX_STOP_AFTER))
        batch.problem = ""
        if (version_id, kept) == (batch.agent_version_id, batch.matching):
            return True
        batch.agent_version_id, batch.matching = version_id, kept
        is_little = batch.total <= LOOKED_AT_ONCE
        turn = checking.ask(batch, then=None if is_little else then)
    return is_little and checking.look_through(session, writing, batch, turn)


def locked(session: Session, batch: Batch) -> Batch:
    """The batch read again and held until the transaction ends. Raises BatchRefused."""
    found = find_locked(session, batch.workspace_id, batch.id)
    if found is None:
        raise BatchRefused("This batch was deleted meanwhile.")
    return found


def _active(agent: Agent) -> tuple[uuid.UUID, Graph]:
    version = agent.active_version
    if version is None:
        raise BatchRefused(NOT_YET)
    return version.id, version.flow_graph.graph


def _known(matching: Matching, keys: set[str], places: int) -> dict[str, dict[str, Any]]:
    """What of a matching names a question and a column that are there."""
    found: dict[str, dict[str, Any]] = {}
    for key, match_ in matching.items():
        place, text = match_.get("column"), str(match_.get("text") or "").strip()
        if key not in keys:
            continue
        if isinstance(place, int) and 0 <= place < places:
            found[key] = {"column": place}
        elif text:
            found[key] = {"text": text[: matchings.MAX_TEXT_CHARS]}
    return found


def _check_open(batch: Batch) -> None:
    if batch.is_preparing:
        raise BatchRefused("These rows are still being read. Try again in a moment.")
    if batch.status is not BatchStatus.SETTING_UP:
        raise BatchRefused(BEGUN)
