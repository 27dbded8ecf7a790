"""What a run spends on language models, within its budgets: asked before, settled after."""

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app import database
from app.budgets import holding, telling, words
from app.budgets.account import Account, Whose
from app.budgets.amounts import LEAST_OUTPUT_TOKENS, Amount, Most, capped, counted, most_of
from app.budgets.book import Book, Known
from app.budgets.holding import Changed, DoesNotFit, Hold, Standing
from app.budgets.words import Limit
from app.engine.errors import BudgetSpent
from app.engine.model_port import Ask
from app.language_models import usage
from app.language_models.usage import Spent
from app.lib import clock
from app.llm.prices import Price

GRACE_S = 60.0  # how long after its time limit a question may still be settled
WAIT_S = 20.0  # for how long others that hold what is left are waited for
LOOK_EVERY_S = 0.2
NEARLY_ALL = 0.8  # once it has stopped a run, a budget with so much spent lets none begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """The budgets of one run; steps on several threads may use it at once."""

    sessions: Callable[[], Session]
    turn_to_write: AbstractContextManager[object]
    book: Book
    account: Account
    grace_s: float = GRACE_S
    wait_s: float = WAIT_S

    def hold(self, ask: Ask, price: Price | None) -> tuple[Hold | None, Ask]:
        """Hold what the question can cost at most; the question, no longer than fits.

        Raises BudgetSpent where a budget has no room for it.
        """
        mine = self._mine()
        if not mine:
            return None, ask
        whose, known = mine
        most = most_of(ask, price)
        until = time.monotonic() + min(self.wait_s, ask.time_limit_s)
        while True:
            day = usage.today(whose.timezone)
            try:
                held = self._taken(known, most, day, ask.time_limit_s)
            except Changed:
                continue
            except DoesNotFit as refused:
                is_over = time.monotonic() >= until or ask.is_cancelled()
                if is_over or not refused.may_yet:
                    raise BudgetSpent(self._stop(refused.standing, most, whose)) from None
                time.sleep(LOOK_EVERY_S)
            else:
                return held, capped(ask, held.output)

    def spent(self, session: Session, hold: Hold | None, title: str, spent: Spent) -> None:
        """Note what was used of a model, and settle what was held. Inside `writing()`."""
        whose = self.account.whose(session)
        workspace_id = self.account.workspace_id
        day = usage.today(whose.timezone) if hold is None else hold.day
        known = self._known(whose)
        if known or hold is not None:
            used = counted(spent)
            rows = holding.settle(session, known, hold, used, day=day)
            telling.warn(session, workspace_id, rows, whose.timezone)
        if spent.answers:
            usage.add(
                session,
                workspace_id,
                whose.agent_id,
                day,
                {title: spent},
                user_id=whose.user_id,
                chat_id=whose.chat_id,
            )

    def why_not_begin(self) -> str:
        """Why a run that asks models need not begin: a budget is spent; empty where none is."""
        mine = self._mine()
        if not mine:
            return ""
        whose, known = mine
        day = usage.today(whose.timezone)
        with self.sessions() as session:
            found = holding.standings(session, self.account.workspace_id, known, day)
        for standing in found:
            limit = used_up(standing)
            if limit is not None:
                return self._tell(standing, limit, None, whose)
        return ""

    def _mine(self) -> tuple[Whose, tuple[Known, ...]] | None:
        if not self.book.of(self.sessions, self.account.workspace_id):
            return None
        with self.sessions() as session:
            whose = self.account.whose(session)
        known = self._known(whose)
        return (whose, known) if known else None

    def _known(self, whose: Whose) -> tuple[Known, ...]:
        every = self.book.of(self.sessions, self.account.workspace_id)
        return tuple(one for one in every if one.counts(whose))

    def _taken(self, known: tuple[Known, ...], most: Most, day: date, time_s: float) -> Hold:
        until = clock.now() + timedelta(seconds=time_s + self.grace_s)
        workspace_id = self.account.workspace_id
        with self.turn_to_write, self.sessions() as session, database.writing(session):
            return holding.take(session, workspace_id, known, most, day=day, until=until)

    def _stop(self, standing: Standing, most: Most, whose: Whose) -> str:
        """The sentence that a refused question ends its run with."""
        least = most.amount(most.least)
        found = words.limits(standing.max_cost, standing.max_tokens, standing.spent)
        asked = {True: least.cost, False: least.tokens}
        left = {True: standing.left_cost, False: standing.left_tokens}
        limit = next(
            (one for one in found if asked[one.is_money] > (left[one.is_money] or 0)), found[0]
        )
        return self._tell(standing, limit, asked[limit.is_money], whose)

    def _tell(self, standing: Standing, limit: Limit, asked: int | None, whose: Whose) -> str:
        workspace_id = self.account.workspace_id
        with self.turn_to_write, self.sessions() as session, database.writing(session):
            sentence = telling.refusal(
                session, workspace_id, standing, limit, asked, whose.timezone
            )
            telling.stopped(session, workspace_id, standing, sentence)
        return sentence


def purse_of(
    sessions: Callable[[], Session],
    turn_to_write: AbstractContextManager[object],
    book: Book,
    workspace_id: uuid.UUID,
    run_id: uuid.UUID,
) -> Purse:
    """The purse of one run."""
    account = Account(workspace_id, run_id)
    return Purse(sessions=sessions, turn_to_write=turn_to_write, book=book, account=account)


def used_up(standing: Standing) -> Limit | None:
    """The limit with nothing left that a question could use; None where there is something."""
    has_stopped = standing.stopped_on == standing.begun
    spent: Amount = standing.spent
    for limit in words.limits(standing.max_cost, standing.max_tokens, spent):
        least = 0 if limit.is_money else LEAST_OUTPUT_TOKENS
        is_out = limit.most - limit.spent <= least
        if is_out or (has_stopped and limit.share >= NEARLY_ALL):
            return limit
    return None
