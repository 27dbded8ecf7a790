"""What it costs: the last days of a workspace, narrowed as one likes, and as a file."""

import csv
import io
import uuid
from typing import Any

from flask import Response, abort, g, make_response, request
from flask_login import current_user

from app.language_models import costs, names, usage
from app.language_models.blueprint import bp
from app.language_models.costs import CHOICES_OF_DAYS, DAYS, Narrowed
from app.language_models.names import Names
from app.web.access import can, requires
from app.web.pages import page
from app.web.transactions import session

HEADS = (
    "Day",
    "Agent",
    "Person",
    "Chat",
    "Model",
    "Answers",
    "Tokens read",
    "Tokens written",
    "Cost in dollars",
    "Tokens without a price",
)


@bp.get("/w/<workspace_slug>/costs", endpoint="costs")
@requires("runs.read")
def show() -> Response:
    """Per day, and by agent, person, chat and model."""
    only = _only()
    found = costs.of_workspace(session(), g.workspace.id, until=_today(), only=only)
    every = found
    if only.is_narrowed:
        wide = Narrowed(days=only.days)
        every = costs.of_workspace(session(), g.workspace.id, until=_today(), only=wide)
    return page(
        "language_models/costs.html",
        found=found,
        every=every,
        only=only,
        names=_names(every.agents, every.people, every.chats),
        days_offered=CHOICES_OF_DAYS,
    )


@bp.get("/w/<workspace_slug>/costs.csv")
@requires("runs.read")
def costs_file() -> Response:
    """The same as a file: a line for each day, agent, person, chat and model."""
    rows = costs.rows_of(session(), g.workspace.id, until=_today(), only=_only())
    keys = ("agent_id", "user_id", "chat_id")
    named = _names(*([(getattr(one, key), None) for one in rows] for key in keys))
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(HEADS)
    for one in rows:
        who = (
            named.agent(one.agent_id),
            named.person(one.user_id),
            named.chat(one.chat_id),
            one.model,
        )
        counted = (one.answers, one.input_tokens, one.output_tokens)
        cost = f"{one.cost / 1_000_000:.6f}"
        lines.writerow([one.day.isoformat(), *map(_harmless, who), *counted, cost, one.unpriced])
    answer = make_response(written.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="costs.csv"'
    return answer


def _today() -> Any:
    return usage.today(g.workspace.timezone)


def _only() -> Narrowed:
    """What the address asks for; what is nobody's business is nobody's filter either."""
    days = request.args.get("days", str(DAYS))
    if days not in map(str, CHOICES_OF_DAYS):
        abort(404)
    person = _id("person")
    if person is not None and person != g.member.user_id and not _sees_people():
        abort(404)
    chat = _id("chat")
    if chat is not None and chat not in _names((), (), ((chat, None),)).chats:
        abort(404)
    return Narrowed(
        agent_id=_id("agent"),
        user_id=person,
        chat_id=chat,
        model=request.args.get("model") or None,
        days=int(days),
    )


def _names(*columns: Any) -> Names:
    agents, people, chats = (frozenset(one for one, _ in column) for column in columns)
    return names.of_keys(
        session(),
        g.workspace,
        agents=agents,
        people=people,
        chats=chats,
        reader=current_user,
        sees_people=_sees_people(),
    )


def _sees_people() -> bool:
    return can("workspace.manage")


def _id(name: str) -> uuid.UUID | None:
    typed = request.args.get(name)
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
