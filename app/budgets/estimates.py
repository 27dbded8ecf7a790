"""What a run will cost, said before it begins: from earlier runs, else from its prompts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion
from app.budgets import holding
from app.budgets.account import Whose
from app.budgets.amounts import UNKNOWN_PRICE, Amount
from app.budgets.book import budgets_of
from app.budgets.telling import name_of
from app.budgets.thinking import may_spend, thinking_steps
from app.budgets.words import limits
from app.engine.graph import Graph, Step
from app.engine.model_port import DEFAULT_MODEL
from app.engine.states import RunStatus
from app.engine.values import canonical
from app.language_models import directory as models
from app.language_models.models import Purpose
from app.language_models.prices import price_of
from app.language_models.usage import today
from app.llm.prices import FREE, Price
from app.runs.models import Run
from app.runs.spending import NOTHING, spent_below
from app.workspaces.models import Workspace

LOOKED_AT = 50
ENOUGH = 3
_CHARS_A_TOKEN = 4
_FILLED_IN = 300  # tokens that values bring into a prompt, by and large
_ANSWER = 400
_RARELY_MORE = 4  # times the estimate from prompts


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one run comes to: half of them less than `middle`, nine of ten less than `high`.

    `runs` is how many earlier runs it rests on; 0: on the prompts and prices alone. `warning`
    says that it would not fit a budget; empty where it does.
    """

    middle: Amount
    high: Amount
    runs: int
    warning: str = ""


def estimate(
    session: Session,
    workspace: Workspace,
    agent: Agent,
    version: AgentVersion,
    graph: Graph,
    *,
    count: int = 1,
) -> Estimate | None:
    """What `count` runs of this version come to; None where no model is asked.

    A flow that calls other agents has a cost, too, if its earlier runs had.
    """
    if not may_spend(graph):
        return None
    past = _past(session, workspace.id, version.id)
    if len(past) >= ENOUGH and any(one.tokens for one in past):
        middle, high, runs = _at(past, 0.5), _at(past, 0.9), len(past)
    else:
        guess = _from_prompts(session, workspace.id, graph)
        if guess is None:
            return None
        middle, runs = guess, 0
        high = Amount(guess.cost * _RARELY_MORE, guess.tokens * _RARELY_MORE)
    middle, high = _times(middle, count), _times(high, count)
    return Estimate(middle, high, runs, why_not(session, workspace, agent, high))


def why_not(session: Session, workspace: Workspace, agent: Agent, amount: Amount) -> str:
    """That so much would not fit a budget of the agent or the workspace; empty where it does."""
    whose = Whose(agent.id, None, None, workspace.timezone)
    known = [one for one in budgets_of(session, workspace.id) if one.counts(whose)]
    if not known:
        return ""
    day = today(workspace.timezone)
    for stands in holding.standings(session, workspace.id, known, day):
        for limit in limits(stands.max_cost, stands.max_tokens, stands.spent):
            wanted = amount.cost if limit.is_money else amount.tokens
            left = max(0, limit.most - limit.spent)
            if wanted > left:
                named = name_of(session, workspace.id, stands.known.scope, stands.known.subject_id)
                of = {"day": "today", "month": "this month"}[stands.known.period]
                rest = limit.said(left) if left else "nothing"
                return (
                    f"The budget of {named.whose} has {rest} left {of}. "
                    f"This could take {limit.said(wanted)}, and stops when nothing is left. "
                    f"{named.changed_by} can change the budget."
                )
    return ""


def _past(session: Session, workspace_id: uuid.UUID, version_id: uuid.UUID) -> list[Amount]:
    """What the last runs of a version came to, with the agents that they called."""
    rows: Sequence[Any] = session.execute(
        select(Run.id, Run.tokens, Run.cost, Run.unpriced)
        .where(
            Run.workspace_id == workspace_id,
            Run.agent_version_id == version_id,
            Run.status == RunStatus.SUCCESS,
            Run.only_node_id.is_(None),
        )
        .order_by(Run.id.desc())
        .limit(LOOKED_AT)
    ).all()
    if len(rows) < ENOUGH:
        return []
    below = spent_below(session, workspace_id, [row.id for row in rows])
    found = []
    for row in rows:
        inner = below.get(row.id, NOTHING)
        unpriced = (row.unpriced + inner.unpriced) * UNKNOWN_PRICE
        found.append(Amount(row.cost + inner.cost + unpriced, row.tokens + inner.tokens))
    return found


def _at(past: Sequence[Amount], share: float) -> Amount:
    """What so many of the runs came to at most."""
    place = min(len(past) - 1, int(share * len(past)))
    return Amount(
        sorted(one.cost for one in past)[place], sorted(one.tokens for one in past)[place]
    )


def _times(amount: Amount, count: int) -> Amount:
    return Amount(amount.cost * count, amount.tokens * count)


def _from_prompts(session: Session, workspace_id: uuid.UUID, graph: Graph) -> Amount | None:
    steps = list(thinking_steps(graph))
    if not steps:
        return None
    prices = _prices(session, workspace_id)
    amounts = [_of_step(step, prices) for step in steps]
    return Amount(sum(one.cost for one in amounts), sum(one.tokens for one in amounts))


def _of_step(step: Step, prices: dict[str, Price | None]) -> Amount:
    read = len(canonical(dict(step.fields))) // _CHARS_A_TOKEN + _FILLED_IN
    limit = step.fields.get("max_tokens")
    written = min(_ANSWER, int(limit)) if isinstance(limit, int | float) and limit else _ANSWER
    price = prices.get(str(step.fields.get("model") or DEFAULT_MODEL), FREE)
    if price is None:
        return Amount((read + written) * UNKNOWN_PRICE, read + written)
    cost = price.input_usd * read + price.output_usd * written
    return Amount(int(cost.to_integral_value()), read + written)


def _prices(session: Session, workspace_id: uuid.UUID) -> dict[str, Price | None]:
    """Prices by what a step names: nothing, a purpose, or the id of a model."""
    listed = {str(one.id): price_of(one).price for one in models.models(session, workspace_id)}
    chosen = models.chosen(session, workspace_id)
    default = chosen.get(Purpose.DEFAULT)
    found: dict[str, Price | None] = dict(listed)
    for name, purpose in (("", Purpose.DEFAULT), ("fast", Purpose.FAST), ("good", Purpose.GOOD)):
        model_id = chosen.get(purpose) or default
        found[name] = listed.get(str(model_id)) if model_id else FREE
    return found
