"""The mail that asks one person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.approvals.models import Approval
from app.approvals.question import Question, ways_on
from app.engine.values import Json
from app.engine.words import short
from app.lib.resolver import as_text
from app.mail.letters import letter
from app.workspaces.models import Workspace

MAX_VALUE_CHARS = 400


def question_letter(
    approval: Approval,
    question: Question,
    *,
    workspace: Workspace,
    person: User,
    url: str,
    is_reminder: bool,
) -> tuple[str, str]:
    """Subject and text: what is asked, what is proposed, what happens next, and the link."""
    zone = ZoneInfo(person.timezone if person.timezone != "UTC" else workspace.timezone)
    return letter(
        "approval",
        approval=approval,
        question=question,
        values=[(one.called, _in_short(one.value)) for one in question.values],
        facts=[(name, _in_short(value)) for name, value in question.facts],
        ways=ways_on(approval.run.flow_graph.graph, approval.node_id, question),
        asker=approval.asker,
        workspace=workspace.name,
        person=person.name,
        due_words=_moment(approval.due, zone),
        is_reminder=is_reminder,
        url=url,
    )


def _in_short(value: Json) -> str:
    text = as_text(value)
    return text if len(text) <= MAX_VALUE_CHARS else short(text, MAX_VALUE_CHARS)


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    here = at.astimezone(zone)
    return f"{here:%H:%M} on {here.day} {here:%B %Y} ({zone.key})"
