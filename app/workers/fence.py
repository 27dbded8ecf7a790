"""The statement that every write of a worker begins with: change the run if it is still ours."""

from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, update
from sqlalchemy.orm import Session

from app.engine.states import RunStatus
from app.prepared import Prepared
from app.runs.models import Run
from app.workers.claims import Claim

_COUNTED = "released"
_ADDED = {"more_tokens": "tokens", "more_cost": "cost", "more_unpriced": "unpriced"}


def pass_fence(session: Session, claim: Claim, **changes: Any) -> tuple[int, bool] | None:
    """Change the run under this claim's number; call first inside `writing()`.

    Returns its new seq and whether somebody asked to cancel it; None when the claim is lost,
    after which nothing may be written. `released=True` counts the claim as given back;
    `more_tokens`, `more_cost` and `more_unpriced` are added to what it has used.
    """
    given = {f"new_{name}": value for name, value in changes.items() if name != _COUNTED}
    given |= {"its_id": claim.run_id, "our_number": claim.number}
    row = _fence(tuple(changes)).row(session.connection(), given)
    return None if row is None else (int(row.seq), row.cancel_requested is not None)


@cache
def _fence(names: tuple[str, ...]) -> Prepared:
    return Prepared(lambda _dialect: _statement(names))


def _statement(names: tuple[str, ...]) -> Update:
    table = Run.__table__
    changes: dict[str, Any] = {
        name: bindparam(f"new_{name}") for name in names if name != _COUNTED and name not in _ADDED
    }
    for name in _ADDED.keys() & set(names):
        column = table.c[_ADDED[name]]
        changes[column.name] = column + bindparam(f"new_{name}")
    if _COUNTED in names:
        changes[_COUNTED] = table.c.released + 1
    return (
        update(table)  # type: ignore[arg-type]  # a Table, whatever the declarative base calls it
        .where(
            table.c.id == bindparam("its_id"),
            table.c.claim == bindparam("our_number"),
            table.c.status == RunStatus.RUNNING,
        )
        .values(seq=table.c.seq + 1, **changes)
        .returning(table.c.seq, table.c.cancel_requested)
    )
