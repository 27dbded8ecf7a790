"""A batch is made: its rows copied in, its questions matched, what does not fit marked."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.batches import matching as matchings
from app.batches.matching import Matching
from app.batches.models import MAX_PARALLEL, Batch, BatchRow, BatchStatus, RowStatus
from app.batches.refused import BatchRefused
from app.batches.source import Source, SourceRow
from app.engine.graph import Graph
from app.workspaces.models import Workspace

PORTION = 2_000
MAX_STOP_AFTER = 1_000
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


def make(session: Session, writing: Writing, agent: Agent, source: Source, *, by: User) -> Batch:
    """Copy the rows in, a portion to a transaction, and match columns by their names.

    A batch that was cut off in between has no rows yet and is forgotten. Raises BatchRefused.
    """
    refuse_agent(agent)
    with writing() as open_session:
        batch = _empty(agent, source, by)
        open_session.add(batch)
    for start in range(0, len(source.rows), PORTION):
        with writing() as open_session:
            _put(open_session, batch, start, source.rows[start : start + PORTION])
    with writing():
        batch.total = len(source.rows)
    asked = matchings.asked_by(batch.version.flow_graph.graph)
    match(session, writing, batch, matchings.guess(asked, source.columns))
    return batch


def match(
    session: Session,
    writing: Writing,
    batch: Batch,
    matching: Matching,
    *,
    parallel: int | None = None,
    stop_after: int | None = None,
) -> None:
    """Match columns to questions of the version that is active now. Raises BatchRefused."""
    _check_open(batch)
    refuse_agent(batch.agent)
    version_id, graph = _active(batch.agent)
    asked = matchings.asked_by(graph)
    kept = _known(matching, {one.key for one in asked}, len(batch.columns_json))
    # Nobody changes the rows while the batch is set up, so they are looked through before.
    zone = zone_of(session, batch.workspace_id)
    wrong = matchings.wrong_rows(session, batch, asked, kept, zone)
    with writing() as open_session:
        batch = locked(open_session, batch)
        _check_open(batch)
        batch.agent_version_id, batch.matching = version_id, kept
        batch.parallel = max(1, min(parallel or batch.parallel, MAX_PARALLEL))
        batch.stop_after = max(1, min(stop_after or batch.stop_after, MAX_STOP_AFTER))
        _mark(open_session, batch, wrong)


def _active(agent: Agent) -> tuple[uuid.UUID, Graph]:
    version = agent.active_version
    if version is None:
        raise BatchRefused(NOT_YET)
    return version.id, version.flow_graph.graph


def locked(session: Session, batch: Batch) -> Batch:
    """The batch read again and held until the transaction ends. Raises BatchRefused."""
    found = find_locked(session, batch.workspace_id, batch.id)
    if found is None:
        raise BatchRefused("This batch was deleted meanwhile.")
    return found


def find_locked(session: Session, workspace_id: uuid.UUID, batch_id: uuid.UUID) -> Batch | None:
    """As `locked`, or None."""
    return session.scalars(
        select(Batch)
        .where(Batch.workspace_id == workspace_id, Batch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def zone_of(session: Session, workspace_id: uuid.UUID) -> tzinfo:
    """In which zone the dates and times of rows are read."""
    name = session.scalars(select(Workspace.timezone).where(Workspace.id == workspace_id)).one()
    return ZoneInfo(name)


def _empty(agent: Agent, source: Source, by: User) -> Batch:
    return Batch(
        workspace_id=agent.workspace_id,
        agent_id=agent.id,
        agent_version_id=agent.active_version_id,
        created_by=by.id,
        run_by=by.id,
        name=source.name[:200],
        table_id=source.table_id,
        columns_json=[one.to_json() for one in source.columns],
    )


def _put(session: Session, batch: Batch, start: int, rows: Sequence[SourceRow]) -> None:
    session.execute(insert(BatchRow), list(_stored(batch, start, rows)))


def _stored(batch: Batch, start: int, rows: Sequence[SourceRow]) -> Iterator[dict[str, Any]]:
    batch_id, workspace_id = batch.id, batch.workspace_id
    for number, row in enumerate(rows, start=start + 1):
        yield {
            "batch_id": batch_id,
            "workspace_id": workspace_id,
            "number": number,
            "cells": row.cells,
            "source_row_id": row.row_id,
            "status": RowStatus.WAITING,
            "attempt": 0,
            "sentence": "",
            "cost": 0,
        }


def _mark(session: Session, batch: Batch, wrong: dict[int, str]) -> None:
    """Leave out the rows that do not fit, and no others."""
    here = (BatchRow.workspace_id == batch.workspace_id, BatchRow.batch_id == batch.id)
    session.execute(
        update(BatchRow)
        .where(*here, BatchRow.status == RowStatus.LEFT_OUT)
        .values(status=RowStatus.WAITING, sentence="")
        .execution_options(synchronize_session=False)
    )
    marks = [
        {
            "batch_id": batch.id,
            "number": number,
            "status": RowStatus.LEFT_OUT,
            "sentence": sentence,
        }
        for number, sentence in wrong.items()
    ]
    if marks:
        session.execute(update(BatchRow), marks)
    batch.left_out = len(wrong)
    batch.seq += 1


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
    if batch.status is not BatchStatus.SETTING_UP:
        raise BatchRefused(BEGUN)
