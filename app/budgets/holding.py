"""Taking from budgets: what a question may cost is held before, and settled after it.

Every change is one statement that decides by what the database says at that moment, so that
threads, processes and machines need not know of each other. Locks are taken in one order: first
the reservation, then budgets by their ids.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.budgets import statements
from app.budgets.amounts import UNKNOWN_PRICE, Amount, Most
from app.budgets.book import Known
from app.budgets.models import Budget, Reservation, Scope
from app.budgets.periods import begun
from app.language_models.models import UsageDay
from app.lib import ids


@dataclass(frozen=True, slots=True)
class Hold:
    """What a question holds, and how long its answer may be; None where nothing limits that."""

    id: uuid.UUID
    day: date
    output: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands in the period that began on `begun`."""

    id: uuid.UUID
    known: Known
    begun: date
    max_cost: int | None
    max_tokens: int | None
    spent: Amount
    held: Amount
    stopped_on: date | None

    @property
    def left_cost(self) -> int | None:
        """How much money nobody spent or holds; None without such a limit."""
        return None if self.max_cost is None else self.max_cost - self.spent.cost - self.held.cost

    @property
    def left_tokens(self) -> int | None:
        """The same in tokens."""
        if self.max_tokens is None:
            return None
        return self.max_tokens - self.spent.tokens - self.held.tokens


class DoesNotFit(Exception):
    """A budget has no room for a question. `may_yet`: others hold what would be enough."""

    def __init__(self, standing: Standing, *, may_yet: bool) -> None:
        super().__init__()
        self.standing = standing
        self.may_yet = may_yet


class Changed(Exception):
    """Somebody else took from a budget between looking and taking; to be tried again."""


def take(
    session: Session,
    workspace_id: uuid.UUID,
    known: Sequence[Known],
    most: Most,
    *,
    day: date,
    until: datetime,
) -> Hold:
    """Hold the most that a question can cost of all these budgets of a workspace, or of none.

    Inside `writing()`. Raises DoesNotFit, or Changed.
    """
    output, is_limited = most.wanted, False
    for stands in standings(session, workspace_id, known, day):
        fits = most.longest(stands.left_cost, stands.left_tokens)
        if fits is None:
            raise DoesNotFit(stands, may_yet=_fits_alone(stands, most))
        output = min(output, fits)
        is_limited |= stands.max_tokens is not None or not most.is_free
    amount, hold_id = most.amount(output), ids.new_id()
    made = []
    for one in known:
        given = {"budget": one.id, "now": begun(one.period, day), **_told(amount)}
        row = statements.hold.row(session.connection(), given)
        if row is None:
            raise Changed
        mine = {"id": hold_id, "budget_id": one.id, "workspace_id": workspace_id}
        made.append({**mine, "begun": row.begun, "until": until, **_told(amount)})
    statements.reserve.run(session.connection(), *made)
    return Hold(hold_id, day, output if is_limited else None)


def settle(
    session: Session, known: Sequence[Known], hold: Hold | None, used: Amount, *, day: date
) -> list[Any]:
    """Let go of what was held, and count what was used; how the budgets stand then.

    Inside `writing()`. `known` are the budgets of now: one may have been made, or be gone.
    """
    held = {} if hold is None else _released(session, hold.id)
    rows = []
    for one in known:
        kept = held.pop(one.id, None)
        used_in = begun(one.period, day) if kept is None else kept.begun
        rows.append(_settled(session, one.id, kept, used, used_in))
    for budget_id, kept in sorted(held.items()):
        _settled(session, budget_id, kept, used, kept.begun)
    return [row for row in rows if row is not None]


def give_back(session: Session, hold_id: uuid.UUID) -> None:
    """Let go of what a question held that nobody will settle. Inside `writing()`."""
    for budget_id, kept in sorted(_released(session, hold_id).items()):
        _settled(session, budget_id, kept, Amount(), kept.begun)


def recount(session: Session, budget: Budget, *, today: date) -> None:
    """Make a budget say what was used and is held in its period. Inside `writing()`.

    The budget is locked first: whoever settles has either done so, or waits for us.
    """
    session.refresh(budget, with_for_update=True)
    first = begun(budget.period, today)
    used = session.execute(_used(budget, first)).one()
    held = session.execute(
        select(func.sum(Reservation.cost), func.sum(Reservation.tokens)).where(
            Reservation.workspace_id == budget.workspace_id,
            Reservation.budget_id == budget.id,
            Reservation.begun == first,
        )
    ).one()
    session.execute(
        update(Budget)
        .where(Budget.workspace_id == budget.workspace_id, Budget.id == budget.id)
        .values(
            begun=first,
            spent_cost=int(used[0] or 0) + UNKNOWN_PRICE * int(used[1] or 0),
            spent_tokens=int(used[2] or 0),
            held_cost=int(held[0] or 0),
            held_tokens=int(held[1] or 0),
        )
    )


def standings(
    session: Session, workspace_id: uuid.UUID, known: Sequence[Known], day: date
) -> list[Standing]:
    """How these budgets stand on this day; one whose period is over begins anew."""
    by_id = {one.id: one for one in known}
    found = session.scalars(
        select(Budget)
        .where(Budget.workspace_id == workspace_id, Budget.id.in_(by_id))
        .order_by(Budget.id)
        .execution_options(populate_existing=True)
    )
    return [standing(row, by_id[row.id], day) for row in found]


def standing(row: Budget, known: Known, day: date) -> Standing:
    """How one budget stands on this day."""
    goes_on = row.begun >= begun(row.period, day)
    return Standing(
        row.id,
        known,
        row.begun if goes_on else begun(row.period, day),
        row.max_cost,
        row.max_tokens,
        Amount(row.spent_cost, row.spent_tokens) if goes_on else Amount(),
        Amount(row.held_cost, row.held_tokens) if goes_on else Amount(),
        row.stopped_on,
    )


def _fits_alone(standing: Standing, most: Most) -> bool:
    """Whether it would fit if nobody else held anything."""
    cost, tokens = standing.left_cost, standing.left_tokens
    freed_cost = None if cost is None else cost + standing.held.cost
    freed_tokens = None if tokens is None else tokens + standing.held.tokens
    return most.longest(freed_cost, freed_tokens) is not None


def _told(amount: Amount) -> dict[str, int]:
    return {"cost": amount.cost, "tokens": amount.tokens}


def _released(session: Session, hold_id: uuid.UUID) -> dict[uuid.UUID, Any]:
    rows = statements.let_go.rows(session.connection(), {"hold": hold_id})
    return {row.budget_id: row for row in rows}


def _settled(session: Session, budget_id: uuid.UUID, kept: Any, used: Amount, used_in: date) -> Any:
    given = {
        "budget": budget_id,
        "held_in": used_in if kept is None else kept.begun,
        "used_in": used_in,
        "held_cost": 0 if kept is None else kept.cost,
        "held_tokens": 0 if kept is None else kept.tokens,
        **_told(used),
    }
    return statements.settle.row(session.connection(), given)


def _used(budget: Budget, first: date) -> Any:
    wanted = select(
        func.sum(UsageDay.cost),
        func.sum(UsageDay.unpriced),
        func.sum(UsageDay.input_tokens + UsageDay.output_tokens),
    ).where(UsageDay.workspace_id == budget.workspace_id, UsageDay.day >= first)
    if budget.scope is Scope.AGENT:
        return wanted.where(UsageDay.agent_id == budget.subject_id)
    if budget.scope is Scope.CHAT:
        return wanted.where(UsageDay.chat_id == budget.subject_id)
    return wanted
