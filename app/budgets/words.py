"""Budgets in sentences: how much of which is spent, when it begins anew, who can change it."""

from datetime import date
from typing import NamedTuple

from app.budgets.amounts import Amount
from app.budgets.models import Period, Scope
from app.budgets.periods import next_begin
from app.web.words import money, plural

_A = {Period.DAY: "a day", Period.MONTH: "a month"}
_THIS = {Period.DAY: "today", Period.MONTH: "this month"}


class Named(NamedTuple):
    """A budget as people know it: whose it is, and who may change it."""

    scope: Scope
    name: str  # of the agent or the chat
    owner: str = ""  # of the chat

    @property
    def whose(self) -> str:
        """`the agent “Invoice helper”`."""
        if self.scope is Scope.WORKSPACE:
            return "this workspace"
        return f"the {self.scope} “{self.name}”"

    @property
    def changed_by(self) -> str:
        """Who may change it."""
        if self.scope is Scope.WORKSPACE:
            return "An admin of the workspace"
        if self.scope is Scope.AGENT:
            return "Somebody who builds agents here"
        return f"{self.owner}, whose chat it is,"


class Limit(NamedTuple):
    """One of the two limits of a budget, with what is spent of it: in money, or in tokens."""

    most: int
    spent: int
    is_money: bool

    def said(self, amount: int) -> str:
        """An amount in words."""
        if not self.is_money:
            return plural(amount, "token")
        return money(amount) if amount else "$0"

    @property
    def share(self) -> float:
        """How much of it is spent: 1 for all of it."""
        return self.spent / self.most if self.most else 1.0


def limits(max_cost: int | None, max_tokens: int | None, spent: Amount) -> list[Limit]:
    """The limits that a budget has."""
    found = []
    if max_cost is not None:
        found.append(Limit(max_cost, spent.cost, is_money=True))
    if max_tokens is not None:
        found.append(Limit(max_tokens, spent.tokens, is_money=False))
    return found


def refusal(
    named: Named, limit: Limit, asked: int | None, *, period: Period, first: date, timezone: str
) -> str:
    """Why a question was not asked, or a run not begun where `asked` is None."""
    could = (
        "so this run did not begin"
        if asked is None
        else f"and this question could come to {limit.said(asked)}, so it was not asked"
    )
    return (
        f"The budget of {named.whose} is {limit.said(limit.most)} {_A[period]}. "
        f"{_capital(limit.said(limit.spent))} of it {_is(limit)} spent, {could}. "
        f"It begins anew on {again(period, first, timezone)}. {named.changed_by} can change it."
    )


def nearly(named: Named, limit: Limit, *, period: Period, first: date, timezone: str) -> str:
    """That most of a budget is spent."""
    return (
        f"{_capital(limit.said(limit.spent))} of the {limit.said(limit.most)} that {named.whose} "
        f"may use {_THIS[period]} {_is(limit)} spent. When nothing is left, agents stop asking "
        f"language models until {again(period, first, timezone)}. {named.changed_by} can change it."
    )


def spent(named: Named, limit: Limit, *, period: Period, first: date, timezone: str) -> str:
    """That a budget is used up."""
    return (
        f"{_capital(limit.said(limit.spent))} of the {limit.said(limit.most)} that {named.whose} "
        f"may use {_THIS[period]} {_is(limit)} spent, so no language model is asked until "
        f"{again(period, first, timezone)}. {named.changed_by} can change it."
    )


def again(period: Period, first: date, timezone: str) -> str:
    """When the next period begins: `Tuesday 24 November at 00:00 (Europe/Berlin)`."""
    at = next_begin(period, first, timezone)
    return f"{at:%A} {at.day} {at:%B} at {at:%H:%M} ({timezone})"


def _is(limit: Limit) -> str:
    return "is" if limit.is_money or limit.spent == 1 else "are"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
