"""The sidebar: which pages there are and which of them this person may open."""

from dataclasses import dataclass
from functools import cache

from flask import Flask, g, request
from flask_login import current_user
from sqlalchemy import Select, select

from app.approvals import inbox
from app.lib import clock
from app.runs import overview
from app.web.access import can
from app.web.addresses import url_for
from app.web.transactions import session


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the sidebar; the counts are shown when they are not 0."""

    label: str
    icon: str
    href: str
    current: bool
    live_count: int = 0
    you_count: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    label: str
    icon: str
    endpoint: str
    permission: str
    covers: tuple[str, ...]  # beginnings of the endpoints during which this line is the open one


_GROUPS: tuple[tuple[str, tuple[_Entry, ...]], ...] = (
    (
        "",
        (
            _Entry("Home", "house", "home.show", "workspace.read", ("home.",)),
            _Entry(
                "Agents",
                "bot",
                "agents.index",
                "agents.read",
                ("agents.", "versions.", "editor."),
            ),
            _Entry("Runs", "play", "runs.index", "runs.read", ("runs.",)),
            _Entry("Approvals", "user-check", "approvals.index", "runs.read", ("approvals.",)),
        ),
    ),
    (
        "Build",
        (
            _Entry("Connections", "plug", "vault.connections", "connections.read", ("vault.",)),
            _Entry(
                "Schedules", "calendar-clock", "schedules.index", "agents.read", ("schedules.",)
            ),
            _Entry("Tables", "table-2", "data_tables.index", "tables.read", ("data_tables.",)),
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
                ("workspaces.settings", "workspaces.audit"),
            ),
        ),
    ),
)


def install(app: Flask) -> None:
    """Give the layouts their navigation."""
    app.jinja_env.globals.update(navigation=navigation, lamp_lit=lamp_lit)


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
        you_count=_counts()[1] if entry.endpoint == "approvals.index" else 0,
    )


def _counts() -> tuple[int, int]:
    """Runs that are going on, and questions that wait for this person: asked for once a page."""
    if g.get("workspace") is None or not current_user.is_authenticated:
        return (0, 0)
    if "counts" not in g:
        given = {"here": g.workspace.id, "me": g.member.user_id, "now": clock.now()}
        live, mine = session().execute(_both_counts(), given).one()
        g.counts = (live, mine if can("approvals.answer") else 0)
    counts: tuple[int, int] = g.counts
    return counts


@cache  # every page asks for it, and building it costs more than running it
def _both_counts() -> Select[int, int]:
    return select(overview.count_live().scalar_subquery(), inbox.count_mine().scalar_subquery())
