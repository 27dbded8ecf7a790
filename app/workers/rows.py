"""Records of steps as database rows: the copy for people, and the exact values, sealed."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Delete, Dialect, Table, bindparam, delete, inspect
from sqlalchemy.orm import Session

from app.engine.record import StepRecord
from app.engine.redact import Redactor
from app.engine.step_type import Pause
from app.lib import clock
from app.model import Model
from app.prepared import Prepared, inserting
from app.runs.models import RunState, RunWait
from app.runs.people_copy import output_copy, people_copy
from app.workers.claims import Claim
from app.workers.work_order import WorkOrder

Row = dict[str, Any]


def node_row(claim: Claim, record: StepRecord, redactor: Redactor) -> Row:
    """The row of `run_nodes` of a record, with what people may see of it."""
    return {
        "workspace_id": claim.workspace_id,
        "run_id": claim.run_id,
        "node_id": record.step_id,
        "iteration": record.iteration,
        "node_type": record.step_type,
        "attempt": record.attempt,
        "status": record.status,
        "port": record.port,
        "input": people_copy(record.given, redactor),
        "output": output_copy(record.output, redactor),
        "error_message": None if record.error is None else redactor.text(record.error),
        "started_at": record.started_at,
        "finished_at": record.ended_at,
        "tokens": record.tokens,
        "cost": record.cost,
        "unpriced": record.unpriced,
    }


def shown(record: StepRecord, row: Row) -> StepRecord:
    """The record with the values of its row, which people may see."""
    return replace(record, given=row["input"], output=row["output"], error=row["error_message"])


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


def put_waits(session: Session, order: WorkOrder, pauses: Mapping[tuple[str, str], Pause]) -> None:
    """Store what steps wait for; a question that is asked anew has no reply yet."""
    connection = session.connection()
    made = [_wait_row(order, place, pause) for place, pause in pauses.items()]
    # The run that a step waits for was noted when it was started, and may have replied already.
    upsert(connection, RunWait, [row for row in made if row["child_run"] is not None])
    anew = [{**row, "reply": None} for row in made if row["child_run"] is None]
    upsert(connection, RunWait, anew)


def remove_waits(session: Session, claim: Claim, places: Iterable[tuple[str, str]]) -> None:
    """These steps have heard what they waited for."""
    table = cast(Table, RunWait.__table__)
    session.execute(
        delete(table).where(
            table.c.run_id == claim.run_id,
            table.c.node_id == bindparam("its_step"),
            table.c.iteration == bindparam("its_path"),
        ),
        [{"its_step": step_id, "its_path": path} for step_id, path in places],
    )


def _wait_row(order: WorkOrder, place: tuple[str, str], pause: Pause) -> Row:
    step_id, iteration = place
    return {
        "workspace_id": order.claim.workspace_id,
        "run_id": order.claim.run_id,
        "node_id": step_id,
        "iteration": iteration,
        "created_at": clock.now(),
        "reason": pause.reason,
        "due": pause.due,
        "child_run": None if pause.child is None else uuid.UUID(pause.child),
        "detail": order.values.seal_detail(pause.detail, step_id=step_id, iteration=iteration),
    }


def upsert(connection: Connection, table: type[Model], rows: Sequence[Row]) -> None:
    """Insert the rows, or overwrite those with the same key. All rows name the same columns."""
    if rows:
        _upsert(table, tuple(rows[0])).run(connection, *rows)


def insert_new(connection: Connection, table: type[Model], rows: Sequence[Row]) -> None:
    """Insert the rows, leaving alone those that are there already."""
    if rows:
        _insert_new(table, tuple(rows[0])).run(connection, *rows)


def forget_values(connection: Connection, claim: Claim) -> None:
    """The run has ended for good: its exact values are deleted."""
    _delete_values.run(connection, {"its_run": claim.run_id})


def _of_this_run(_dialect: Dialect) -> Delete:
    table = cast(Table, RunState.__table__)
    return delete(table).where(table.c.run_id == bindparam("its_run"))


_delete_values = Prepared(_of_this_run)


@cache
def _upsert(table: type[Model], columns: tuple[str, ...]) -> Prepared:
    keys = [column.name for column in inspect(table).primary_key]

    def build(dialect: Dialect) -> Any:
        insert = inserting(table, dialect)
        changes = {name: insert.excluded[name] for name in columns if name not in keys}
        return insert.on_conflict_do_update(index_elements=keys, set_=changes)

    return Prepared(build, columns=columns)


@cache
def _insert_new(table: type[Model], columns: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda dialect: inserting(table, dialect).on_conflict_do_nothing(), columns=columns
    )
