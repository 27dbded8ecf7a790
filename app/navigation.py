"""The sidebar: which pages there are and which of them this person may open."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from flask import Flask, g, request
from flask_login import current_user
from sqlalchemy import select

from app.approvals import inbox
from app.attention import directory as attention
from app.attention.kinds import limits
from app.lib import clock
from app.notices import directory as notices
from app.prepared import Prepared
from app.reviews import directory as reviews
from app.runs import overview
from app.web.access import can
from app.web.addresses import url_for
from app.web.shell import shell
from app.web.transactions import session
from app.workspaces.roles import Role, may

MOST_REMEMBERED = 2_000


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


Groups = tuple[tuple[str, tuple[NavItem, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    label: str
    icon: str
    endpoint: str
    needs: str  # the permission
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
            _Entry(
                "Runs", "play", "runs.index", "runs.read", ("runs.", "batches.", "batch_results.")
            ),
            _Entry("Chats", "message-square", "chats.index", "runs.read", ("chats.",)),
            _Entry("Approvals", "user-check", "approvals.index", "runs.read", ("approvals.",)),
            _Entry("Reviews", "clipboard-check", "reviews.index", "agents.read", ("reviews.",)),
            _Entry("Notices", "bell", "notices.index", "workspace.read", ("notices.",)),
        ),
    ),
    (
        "Build",
        (
            _Entry(
                "Connections",
                "plug",
                "connections.index",
                "connections.read",
                ("connections.", "server_sign_ins."),
            ),
            _Entry(
                "Schedules", "calendar-clock", "schedules.index", "agents.read", ("schedules.",)
            ),
            _Entry(
                "Tables",
                "table-2",
                "data_tables.index",
                "tables.read",
                ("data_tables.", "table_files.", "table_exports."),
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
    shell.mark = mark
    app.jinja_env.globals.update(
        navigation=navigation, lamp_lit=lamp_lit, unseen_notices=unseen_notices
    )


def navigation() -> Groups:
    """Groups of (heading, lines) for the workspace of this request; none outside of one."""
    if g.get("workspace") is None:
        return ()
    return _groups(
        request.root_path, g.workspace.slug, g.member.role, _open_at(request.endpoint), _counts()
    )


def mark() -> str:
    """What the sidebar and the lamp say, in one word."""
    return ".".join(map(str, _counts()))


def lamp_lit() -> bool:
    """Whether something runs in this workspace now: the brand lamp is lit then."""
    return _counts().live > 0


@lru_cache(maxsize=MOST_REMEMBERED)  # the same for all who may do the same and have as much to do
def _groups(_root: str, slug: str, role: Role, open_at: str, counts: "_Counts") -> Groups:
    groups = [
        (heading, tuple(_item(one, slug, open_at, counts) for one in lines if may(role, one.needs)))
        for heading, lines in _GROUPS
    ]
    return tuple((heading, items) for heading, items in groups if items)


@lru_cache(maxsize=MOST_REMEMBERED)
def _open_at(endpoint: str | None) -> str:
    """The endpoint of the line that is the open one on this page, if any."""
    lines = [line for _heading, group in _GROUPS for line in group]
    return next((one.endpoint for one in lines if (endpoint or "").startswith(one.covers)), "")


def _item(entry: _Entry, slug: str, open_at: str, counts: "_Counts") -> NavItem:
    return NavItem(
        entry.label,
        entry.icon,
        url_for(entry.endpoint, workspace_slug=slug),
        current=entry.endpoint == open_at,
        live_count=counts.live if entry.endpoint == "runs.index" else 0,
        you_count=counts.of(entry.endpoint),
        short=entry.short or entry.label,
    )


def unseen_notices() -> int:
    """How many notices this person has not seen, for the bell."""
    return _counts().unseen


class _Counts(NamedTuple):
    """What goes on, and what waits for this person or for anybody."""

    live: int = 0
    mine: int = 0
    unseen: int = 0
    needs: int = 0
    asked: int = 0

    def of(self, endpoint: str) -> int:
        """How much waits on the page of this line."""
        return {
            "approvals.index": self.mine,
            "notices.index": self.unseen,
            "attention.index": self.needs,
            "reviews.index": self.asked,
        }.get(endpoint, 0)


def _counts() -> _Counts:
    """Asked once a page."""
    if g.get("workspace") is None or not current_user.is_authenticated:
        return _Counts()
    if "counts" not in g:
        given = {"here": g.workspace.id, "me": g.member.user_id, **limits(clock.now())}
        found = _Counts(*_all_counts(g.member.role).row(session().connection(), given))
        g.counts = found if can("approvals.answer") else found._replace(mine=0)
    counts: _Counts = g.counts
    return counts


@cache  # every page asks for it, and what a role may see is part of it
def _all_counts(role: Role) -> Prepared:
    return Prepared(
        lambda _dialect: select(
            overview.count_live().label("live"),
            inbox.count_mine().label("mine"),
            notices.count_unseen().label("unseen"),
            attention.count_all(role).label("needs"),
            reviews.count_mine(role).label("asked"),
        )
    )
