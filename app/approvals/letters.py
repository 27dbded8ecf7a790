"""The mail that asks: its words are a template, filled in by the process that puts it out."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.accounts.models import User
from app.approvals.models import Approval
from app.approvals.question import Question, ways_on
from app.engine.values import Json
from app.engine.words import short
from app.lib.resolver import as_text
from app.settings import PROJECT
from app.workspaces.models import Workspace

MAX_VALUE_CHARS = 400


@cache
def _words() -> Environment:
    # Plain text: nothing in it is read as HTML by anybody.
    made = Environment(
        loader=FileSystemLoader(PROJECT / "templates" / "mail"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # mails are text/plain
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["in_short"] = _in_short
    return made


def letter(
    approval: Approval,
    question: Question,
    *,
    workspace: Workspace,
    person: User,
    url: str,
    is_reminder: bool,
) -> tuple[str, str]:
    """Subject and text of the mail that asks this person."""
    zone = ZoneInfo(person.timezone if person.timezone != "UTC" else workspace.timezone)
    values: Mapping[str, object] = {
        "approval": approval,
        "question": question,
        "agent": approval.agent.name,
        "workspace": workspace.name,
        "person": person.name,
        "ways": ways_on(approval.run.flow_graph.graph, approval.node_id, question),
        "due_words": _moment(approval.due, zone),
        "is_reminder": is_reminder,
        "url": url,
    }
    template = _words().get_template("approval.txt")
    written = template.render(values).strip().split("\n", 1)
    return written[0], written[1].strip() + "\n"


def _in_short(value: Json) -> str:
    text = as_text(value)
    return text if len(text) <= MAX_VALUE_CHARS else short(text, MAX_VALUE_CHARS)


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    here = at.astimezone(zone)
    return f"{here:%H:%M} on {here.day} {here:%B %Y} ({zone.key})"
