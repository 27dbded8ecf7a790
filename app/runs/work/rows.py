"""Records of steps as database rows: the copy for people, and the exact values, sealed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.engine.record import StepRecord
from app.engine.redact import Redactor
from app.model import Model
from app.runs.work.claims import Claim
from app.runs.work.people_copy import people_copy
from app.runs.work.work_order import WorkOrder

Row = dict[str, Any]


def shown(record: StepRecord, redactor: Redactor) -> StepRecord:
    """The record as people may see it."""
    return replace(
        record,
        given=people_copy(record.given, redactor),
        output=people_copy(record.output, redactor),
        error=None if record.error is None else redactor.text(record.error),
    )


def node_row(claim: Claim, shown: StepRecord) -> Row:
    """The row of `run_nodes` of a record that people may see."""
    return {
        "workspace_id": claim.workspace_id,
        "run_id": claim.run_id,
        "node_id": shown.step_id,
        "iteration": shown.iteration,
        "node_type": shown.step_type,
        "attempt": shown.attempt,
        "status": shown.status,
        "port": shown.port,
        "input": shown.given,
        "output": shown.output,
        "error_message": shown.error,
        "started_at": shown.started_at,
        "finished_at": shown.ended_at,
    }


def state_rows(order: WorkOrder, records: Sequence[StepRecord]) -> list[Row]:
    """Rows of `run_state`: what later steps need of these, should another worker go on."""
    return [
        {
            "workspace_id": order.claim.workspace_id,
            "run_id": order.claim.run_id,
            "node_id": record.step_id,
            "iteration": record.iteration,
            "ciphertext": order.values.seal(
                record.output, step_id=record.step_id, iteration=record.iteration
            ),
        }
        for record in records
        if record.status.is_final and record.output is not None
    ]


def upsert(session: Session, table: type[Model], rows: Sequence[Row]) -> None:
    """Insert the rows, or overwrite those with the same key."""
    if not rows:
        return
    keys = [column.name for column in inspect(table).primary_key]
    insert = _insert(session, table)
    changes = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def insert_new(session: Session, table: type[Model], rows: Sequence[Row]) -> None:
    """Insert the rows, leaving alone those that are there already."""
    if rows:
        session.execute(_insert(session, table).on_conflict_do_nothing(), list(rows))


def _insert(session: Session, table: type[Model]) -> Any:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)
