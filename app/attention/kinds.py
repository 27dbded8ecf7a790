"""What can need a person: each kind says how it is counted and how its entries are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.approvals import inbox, waiting
from app.approvals.models import ApprovalKind
from app.attention.entry import Entry
from app.language_models import standing as model_standing
from app.mail import directory as mail
from app.mail.models import MailStatus
from app.reviews import directory as reviews
from app.reviews.directory import Shelf
from app.runs import overview
from app.runs.listed import ListedRun
from app.triggers import health
from app.triggers.health import Trouble
from app.triggers.lateness import LATE_AFTER
from app.vault import standing
from app.vault.models import Connection
from app.workspaces.models import Member
from app.workspaces.roles import Role

MOST_SHOWN = 30
FAILED_FOR = overview.ATTENTION_FOR
_ASKS_FOR = {ApprovalKind.APPROVAL: "for an approval", ApprovalKind.FORM: "for an answer"}
MAIL_LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its heading, who may see it, how many there are, and what they are.

    `more` is the endpoint of the page that shows all of them.
    """

    title: str
    permission: str
    counted: Callable[[Role], Select[int]]
    read: Callable[[Session, Member, datetime], Sequence[Entry]]
    more: str


def limits(now: datetime) -> dict[str, datetime]:
    """The moments that the counts of all kinds ask with."""
    return {
        "now": now,
        "since": now - FAILED_FOR,
        "late": now - LATE_AFTER,
        "dead": now - health.DEAD_AFTER,
    }


def _runs(session: Session, member: Member, _now: datetime) -> list[Entry]:
    workspace = member.workspace
    found = overview.needs_attention(session, workspace, limit=MOST_SHOWN)
    return [_run(run, failures, workspace.slug) for run, failures in found]


def _run(run: ListedRun, failures: int, slug: str) -> Entry:
    here = f"/w/{slug}/runs"
    waits = not run.status.is_final
    often = f" {_times(failures)} in a row" if failures > 1 else ""
    together = f"{here}/continuations/new?agent={run.agent_slug}&in_a_row=yes"
    return Entry(
        tone="you" if waits else "bad",
        icon="hand" if waits else "circle-x",
        title=f"{run.agent_name} needs you" if waits else f"{run.agent_name} failed{often}",
        why=run.error_message or "It ended without a result.",
        since=run.finished_at or run.created_at,
        action="Answer it" if waits else "See why",
        path=f"{here}/{run.id}",
        together=together if often and not waits else "",
    )


def _times(failures: int) -> str:
    most = overview.MAX_IN_A_ROW
    return f"{most} times or more" if failures >= most else f"{failures} times"


def _questions(session: Session, member: Member, _now: datetime) -> list[Entry]:
    return [
        Entry(
            tone="you",
            icon="user-check",
            title=f"{one.asker} asks {one.given_to or _ASKS_FOR[one.kind]}",
            why=one.title,
            since=one.created_at,
            action="Review",
            path=f"/w/{member.workspace.slug}/approvals/{one.id}",
        )
        for one in waiting.open_questions(session, member.workspace)
    ]


def _reviews(session: Session, member: Member, _now: datetime) -> list[Entry]:
    """Those that wait for this person alone: others have no answer to give."""
    return [
        Entry(
            tone="you",
            icon="clipboard-check",
            title=f"{one.asker.name} asks you to look at {one.agent.name}",
            why="Read what is different in the draft, then approve it or say what should change.",
            since=one.updated_at,
            action="Review",
            path=f"/w/{member.workspace.slug}/reviews/{one.id}",
        )
        for one in reviews.list_page(session, member, Shelf.MINE).reviews
    ]


def _missed(session: Session, member: Member, now: datetime) -> list[Entry]:
    return [
        _trouble(
            one, f"{one.agent} did not run when it was due", "calendar-clock", "Open schedules"
        )
        for one in health.missed(session, member.workspace, now)
    ]


def _dead(session: Session, member: Member, now: datetime) -> list[Entry]:
    return [
        _trouble(one, f"{one.agent} is not set off any more", "zap", "Open the agent")
        for one in health.dead(session, member.workspace, now)
    ]


def _connections(session: Session, member: Member, now: datetime) -> list[Entry]:
    return [
        _connection(one, member.workspace.slug, now)
        for one in standing.failing(session, member.workspace_id)
    ]


def _connection(one: Connection, slug: str, now: datetime) -> Entry:
    rights = ", ".join(one.wanted_rights.split())
    is_refused = one.failing_since is not None
    return Entry(
        tone="bad",
        icon="plug",
        title=f"{one.name} is refused" if is_refused else f"{one.name} needs more rights",
        why=one.last_error if is_refused else f"The server asks for {rights}.",
        since=one.failing_since or one.rights_wanted_since or now,
        action="Open connection",
        path=f"/w/{slug}/connections/{one.id}",
    )


def _models(session: Session, member: Member, now: datetime) -> list[Entry]:
    return [
        Entry(
            tone="bad",
            icon="sparkles",
            title=f"{one.name} does not answer your agents",
            why=one.last_error,
            since=one.failing_since or now,
            action="Open provider",
            path=f"/w/{member.workspace.slug}/settings/models/providers/{one.id}",
        )
        for one in model_standing.failing(session, member.workspace_id)
    ]


def _mail(session: Session, member: Member, now: datetime) -> list[Entry]:
    late, since = now - MAIL_LATE_AFTER, now - FAILED_FOR
    entries = []
    for one in mail.stuck(session, member.workspace_id, since=since, late=late):
        failed = one.status is MailStatus.FAILED
        mails = "1 mail" if one.count == 1 else f"{one.count} mails"
        entries.append(
            Entry(
                tone="bad",
                icon="mail",
                title=f"{mails} could not be sent"
                if failed
                else f"{mails} still waiting to be sent",
                why=one.error or "No mail server has taken it yet.",
                since=one.since,
                action="Open outbox",
                path=f"/w/{member.workspace.slug}/outbox",
            )
        )
    return entries


def _trouble(one: Trouble, title: str, icon: str, action: str) -> Entry:
    why = f"{one.words}: {one.sentence}" if one.words else one.sentence
    return Entry(
        tone="bad", icon=icon, title=title, why=why, since=one.since, action=action, path=one.path
    )


def _for_all(counted: Callable[[], Select[int]]) -> Callable[[Role], Select[int]]:
    """What is counted for everybody alike who may see the kind."""
    return lambda _role: counted()


KINDS = (
    Kind("Runs", "runs.read", _for_all(overview.count_attention), _runs, "runs.index"),
    Kind("Questions", "runs.read", _for_all(inbox.count_open), _questions, "approvals.index"),
    Kind("Reviews", "agents.read", reviews.count_mine, _reviews, "reviews.index"),
    Kind("Schedules", "agents.read", _for_all(health.count_missed), _missed, "schedules.index"),
    Kind("What starts agents", "agents.read", _for_all(health.count_dead), _dead, "agents.index"),
    Kind(
        "Connections",
        "connections.read",
        _for_all(standing.count_failing),
        _connections,
        "connections.index",
    ),
    Kind(
        "Models",
        "models.manage",
        _for_all(model_standing.count_failing),
        _models,
        "language_models.index",
    ),
    Kind("Mail", "workspace.manage", _for_all(mail.count_stuck), _mail, "mail.index"),
)
