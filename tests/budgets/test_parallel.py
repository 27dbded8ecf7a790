"""Many threads of several processes spend one budget at once, and never more than it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.budgets import sweeping
from app.budgets.models import Period, Reservation
from app.language_models.models import UsageDay
from app.runs.models import Run
from tests.budgets.conftest import MakeBudget, read
from tests.budgets.spender import ASK
from tests.databases import on_both
from tests.runs.house import until

ONE = 20_400  # millionths of a dollar for 200 tokens read and 2,000 written


def spender(run: Run, url: str, **wishes: Any) -> "subprocess.Popen[str]":
    told = {"url": url, "workspace": str(run.workspace_id), "run": str(run.id), **wishes}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.budgets.spender", json.dumps(told)],
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> dict[str, int]:
    said, _ = process.communicate()
    assert process.returncode == 0
    counts: dict[str, int] = json.loads(said.splitlines()[-1])
    return counts


@on_both
def test_many_at_once_never_spend_more_than_there_is(
    database_url: str, session: Session, run: Run, make_budget: MakeBudget
) -> None:
    daily = make_budget(cost=ONE * 40)
    tokens = make_budget(tokens=2_200 * 1_000, period=Period.MONTH)
    both = [spender(run, database_url, threads=16, times=20, takes_s=0.01) for _ in range(2)]
    counts = [ended(one) for one in both]
    session.rollback()
    paid, used = session.execute(
        select(func.sum(UsageDay.cost), func.sum(UsageDay.input_tokens + UsageDay.output_tokens))
    ).one()
    daily, tokens = read(session, daily.id), read(session, tokens.id)
    assert 0 < paid <= daily.max_cost
    assert (daily.spent_cost, daily.held_cost, daily.held_tokens) == (paid, 0, 0)
    assert (tokens.spent_tokens, tokens.held_tokens) == (used, 0)
    assert sum(one["answered"] for one in counts) >= 38
    assert sum(one["refused"] for one in counts) == 32, "each thread hears of it"
    assert session.scalar(select(func.count()).select_from(Reservation)) == 0


@on_both
def test_what_a_dead_worker_held_comes_back_when_its_time_is_over(
    database_url: str,
    session: Session,
    sessions: "sessionmaker[Session]",
    run: Run,
    make_budget: MakeBudget,
) -> None:
    budget = make_budget(cost=ONE * 10)
    dead = spender(run, database_url, threads=1, times=1, takes_s=3_600, grace_s=-ASK.time_limit_s)
    until(lambda: read(session, budget.id).held_cost)
    os.kill(dead.pid, signal.SIGKILL)
    dead.communicate()
    held = read(session, budget.id).held_cost
    assert held >= ONE
    session.rollback()
    assert until(lambda: sweeping.give_back_lost(sessions, nullcontext())) == 1
    assert (read(session, budget.id).held_cost, read(session, budget.id).spent_cost) == (0, 0)
    assert sweeping.give_back_lost(sessions, nullcontext()) == 0
