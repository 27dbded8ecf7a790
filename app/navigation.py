"""The sidebar: which pages there are and which of them this person may open."""

from dataclasses import dataclass
from functools import cache

from flask import Flask, g, request
from flask_login import current_user
from sqlalchemy import Select, select

from app.approvals import inbox
from app.attention import directory as attention
from app.attention.kinds import limits
from app.lib import clock
from app.notices import directory as notices
from app.reviews import directory as reviews
from app.runs import overview
from app.web.access import can
from app.web.addresses import url_for
from app.web.transactions import session
from app.workspaces.roles import Role


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the sidebar; the counts are shown when they are not 0."""

    label: str
    icon: str
    href: str
    current: bool
    live_count: int = 0
    you_count: int = 0
    short: str = ""  # what a phone calls it


@dataclass(frozen=True, slots=True)
class _Entry:
    label: str
    icon: str
    endpoint: str
    permission: str
    covers: tuple[str, ...]  # beginnings of the endpoints during which this line is the open one
    short: str = ""


_GROUPS: tuple[tuple[str, tuple[_Entry, ...]], ...] = (
    (
        "",
        (
            _Entry("Home", "house", "home.show", "workspace.read", ("home.",)),
            _Entry(
                "Needs attention",
                "triangle-alert",
                "attention.index",
                "workspace.read",
                ("attention.",),
                short="Attention",
            ),
            _Entry(
                "Agents",
                "bot",
                "agents.index",
                "agents.read",
                (
                    *("agents.", "versions.", "editor.", "webhooks.", "form_places."),
                    *("performance.", "simple_agents."),
                ),
            ),
            _Entry("Runs", "play", "runs.index", "runs.read", ("runs.", "batches.")),
            _Entry("Chats", "message-square", "chats.index", "runs.read", ("chats.",)),
            _Entry("Approvals", "user-check", "approvals.index", "runs.read", ("approvals.",)),
            _Entry("Reviews", "clipboard-check", "reviews.index", "agents.read", ("reviews.",)),
            _Entry("Notices", "bell", "notices.index", "workspace.read", ("notices.",)),
        ),
    ),
    (
        "Build",
        (
            _Entry("Connections", "plug", "vault.connections", "connections.read", ("vault.",)),
            _Entry(
                "Schedules", "calendar-clock", "schedules.index", "agents.read", ("schedules.",)
            ),
            _Entry(
                "Tables",
                "table-2",
                "data_tables.index",
                "tables.read",
                ("data_tables.", "table_files."),
            ),
            _Entry("Variables", "variable", "variables.index", "variables.read", ("variables.",)),
        ),
    ),
    (
        "Workspace",
        (
            _Entry(
                "People",
                "users",
                "workspaces.people",
                "workspace.read",
                ("workspaces.people", "workspaces.member", "workspaces.invit"),
            ),
            _Entry(
                "Settings",
                "settings",
                "workspaces.settings",
                "workspace.manage",
                (
                    "workspaces.settings",
                    "workspaces.audit",
                    "mail.",
                    "language_models.",
                    "budgets.",
                ),
            ),
        ),
    ),
)


def install(app: Flask) -> None:
    """Give the layouts their navigation."""
    app.jinja_env.globals.update(
        navigation=navigation, lamp_lit=lamp_lit, unseen_notices=unseen_notices
    )


def navigation() -> list[tuple[str, list[NavItem]]]:
    """Groups of (heading, lines) for the workspace of this request; none outside of one."""
    if g.get("workspace") is None:
        return []
    groups = [
        (heading, [_item(entry) for entry in entries if can(entry.permission)])
        for heading, entries in _GROUPS
    ]
    return [(heading, items) for heading, items in groups if items]


def lamp_lit() -> bool:
    """Whether something runs in this workspace now: the brand lamp is lit then."""
    return _counts()[0] > 0


def _item(entry: _Entry) -> NavItem:
    return NavItem(
        entry.label,
        entry.icon,
        url_for(entry.endpoint, workspace_slug=g.workspace.slug),
        current=(request.endpoint or "").startswith(entry.covers),
        live_count=_counts()[0] if entry.endpoint == "runs.index" else 0,
        you_count=_you_count(entry.endpoint),
        short=entry.short or entry.label,
    )


def unseen_notices() -> int:
    """How many notices this person has not seen, for the bell."""
    return _counts()[2]


def _you_count(endpoint: str) -> int:
    places = {"approvals.index": 1, "notices.index": 2, "attention.index": 3, "reviews.index": 4}
    return _counts()[places[endpoint]] if endpoint in places else 0


def _counts() -> tuple[int, int, int, int, int]:
    """Runs that go on, questions for this person, unseen notices, all that needs somebody, reviews.

    Asked once a page.
    """
    if g.get("workspace") is None or not current_user.is_authenticated:
        return (0, 0, 0, 0, 0)
    if "counts" not in g:
        given = {"here": g.workspace.id, "me": g.member.user_id, **limits(clock.now())}
        found = session().execute(_all_counts(g.member.role), given).one()
        live, mine, unseen, needs, asked = found
        g.counts = (live, mine if can("approvals.answer") else 0, unseen, needs, asked)
    counts: tuple[int, int, int, int, int] = g.counts
    return counts


@cache  # every page asks for it, and building it costs more than running it
def _all_counts(role: Role) -> Select[int, int, int, int, int]:
    return select(
        overview.count_live().scalar_subquery(),
        inbox.count_mine().scalar_subquery(),
        notices.count_unseen().scalar_subquery(),
        attention.count_all(role),
        reviews.count_mine(role).scalar_subquery(),
    )
