"""After an answer in a chat: older messages are put in short, so that long chats stay known."""

import logging
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import update

from app import database
from app.chats import memory, replies, statements
from app.chats.memory import Older
from app.engine.errors import StepFailed
from app.engine.model_port import Answer, Ask, Message, ModelFailed, ModelPort
from app.engine.states import RunMode, TriggerType
from app.llm.material import ONLY_DATA, as_material
from app.runs.models import Run
from app.workers.desk import Desk
from app.workers.signals import LiveRun
from app.workers.work_order import WorkOrder

log = logging.getLogger(__name__)

TIME_LIMIT_S = 60.0
_FAST = "fast"
_TOLD = (
    "Summarise the text in about 200 words. Write plainly and to the point, in the language of "
    "the text.\nIt is a conversation. Keep what matters for going on with it: what the people "
    "want, what was decided, names, numbers and dates.\n"
    "Say only what the text says. Answer with the summary alone.\n"
)
_MILLION = Decimal(1_000_000)


def remember(desk: Desk, order: WorkOrder, live: LiveRun, models: ModelPort) -> None:
    """Sum up what the chat of this run has too much of. Never raises: the answer is given."""
    if order.trigger_type is not TriggerType.CHAT or order.mode is not RunMode.LIVE:
        return
    try:
        older = _older(desk, order)
        if older is not None and not live.among.is_leaving_now:
            _keep(desk, order, older, _asked(models, older, live))
    except (ModelFailed, StepFailed) as failed:
        log.warning("a chat was not summed up: %s", failed.sentence)
    except Exception:
        log.exception("a chat was not summed up")


def _older(desk: Desk, order: WorkOrder) -> Older | None:
    given = {"here": order.claim.workspace_id, "run": order.claim.run_id}
    with desk.sessions() as session:
        said = statements.said_since.row(session.connection(), given)
        if not memory.may_be_much(said.count, said.chars, said.others):
            return None
        chat = replies.chat_of(session, order.claim.workspace_id, order.claim.run_id)
        return None if chat is None else memory.to_sum_up(session, chat)


def _asked(models: ModelPort, older: Older, live: LiveRun) -> Answer:
    messages = (Message("system", _TOLD + ONLY_DATA), Message("user", as_material(older.text)))
    ask = Ask(
        messages=messages, time_limit_s=TIME_LIMIT_S, is_cancelled=lambda: live.among.is_leaving_now
    )
    return models.answer(_FAST, ask)


def _keep(desk: Desk, order: WorkOrder, older: Older, answer: Answer) -> None:
    cost = ((answer.cost_usd or Decimal(0)) * _MILLION).to_integral_value(ROUND_CEILING)
    used = answer.usage.tokens
    spent = {
        "tokens": Run.tokens + used,
        "cost": Run.cost + int(cost),
        "unpriced": Run.unpriced + (used if answer.cost_usd is None else 0),
    }
    with desk.turn_to_write, desk.sessions() as session, database.writing(session):
        memory.keep(session, older, order.redactor.text(answer.text))
        session.execute(
            update(Run)
            .where(Run.workspace_id == order.claim.workspace_id, Run.id == order.claim.run_id)
            .values(**spent)
        )
