"""The statements with which budgets change: each decides and writes in one.

A budget whose period is over begins anew with the first of them, so nothing has to do it at
midnight. What belongs to an earlier period changes nothing any more.
"""

from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Dialect,
    Table,
    Update,
    bindparam,
    case,
    delete,
    or_,
    update,
)
from sqlalchemy.sql.dml import ReturningDelete

from app.budgets.models import Budget, Reservation
from app.model import Id
from app.prepared import Prepared, inserting

budgets = cast(Table, Budget.__table__)
reservations = cast(Table, Reservation.__table__)
_STANDING = (
    "id",
    "scope",
    "subject_id",
    "period",
    "begun",
    "max_cost",
    "max_tokens",
    "spent_cost",
    "spent_tokens",
    "warned_on",
)


def _number(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=BigInteger())


def _holding(_dialect: Dialect) -> Update:
    """Hold so much if it fits; no row comes back if it does not."""
    c = budgets.c
    now: Any = bindparam("now", type_=Date())
    goes_on = c.begun >= now

    def taken(*columns: str) -> ColumnElement[int]:
        whole = c[columns[0]] if len(columns) == 1 else c[columns[0]] + c[columns[1]]
        return case((goes_on, whole), else_=0)

    cost, tokens = _number("cost"), _number("tokens")
    of_cost, of_tokens = taken("spent_cost", "held_cost"), taken("spent_tokens", "held_tokens")
    return (
        update(budgets)
        .where(
            c.id == bindparam("budget", type_=Id()),
            or_(c.max_cost.is_(None), cost == 0, of_cost + cost <= c.max_cost),
            or_(c.max_tokens.is_(None), of_tokens + tokens <= c.max_tokens),
        )
        .values(
            begun=case((goes_on, c.begun), else_=now),
            spent_cost=taken("spent_cost"),
            spent_tokens=taken("spent_tokens"),
            held_cost=taken("held_cost") + cost,
            held_tokens=taken("held_tokens") + tokens,
        )
        .returning(c.begun)
    )


def _settling(_dialect: Dialect) -> Update:
    """Let go of what was held in the period `held_in`, and count what was used in `used_in`."""
    c = budgets.c
    held_in: Any = bindparam("held_in", type_=Date())
    used_in: Any = bindparam("used_in", type_=Date())
    is_over = c.begun < used_in

    def spent(column: str, more: str) -> ColumnElement[int]:
        counts = case((c.begun == used_in, c[column] + _number(more)), else_=c[column])
        return case((is_over, _number(more)), else_=counts)

    def held(column: str, less: str) -> ColumnElement[int]:
        left = case((c.begun == held_in, c[column] - _number(less)), else_=c[column])
        return case((is_over, 0), else_=left)

    return (
        update(budgets)
        .where(c.id == bindparam("budget", type_=Id()))
        .values(
            begun=case((is_over, used_in), else_=c.begun),
            spent_cost=spent("spent_cost", "cost"),
            spent_tokens=spent("spent_tokens", "tokens"),
            held_cost=held("held_cost", "held_cost"),
            held_tokens=held("held_tokens", "held_tokens"),
        )
        .returning(*(c[name] for name in _STANDING))
    )


def _letting_go(_dialect: Dialect) -> ReturningDelete[Any]:
    c = reservations.c
    return (
        delete(reservations)
        .where(c.id == bindparam("hold", type_=Id()))
        .returning(c.budget_id, c.begun, c.cost, c.tokens)
    )


hold = Prepared(_holding)
settle = Prepared(_settling)
reserve = Prepared(
    lambda dialect: inserting(Reservation, dialect),
    columns=("id", "budget_id", "workspace_id", "begun", "cost", "tokens", "until"),
)
let_go = Prepared(_letting_go)
