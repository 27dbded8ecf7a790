"""How workspaces are wired into the app: who is a member, and the switcher's data."""

from flask import Flask, g
from flask_login import current_user

from app.accounts.models import User
from app.web.access import MemberLike, identity
from app.web.transactions import session
from app.workspaces import directory, roles
from app.workspaces.directory import MyWorkspace
from app.workspaces.models import Member


def install(app: Flask) -> None:
    """Answer the access guard and give templates `my_workspaces()`."""
    identity.member = _member
    identity.may = _may
    app.jinja_env.globals["my_workspaces"] = my_workspaces


def my_workspaces() -> tuple[MyWorkspace, ...]:
    """The workspaces of the person on this request."""
    if "my_workspaces" not in g:  # the sidebar and the phone's top bar both ask
        g.my_workspaces = tuple(directory.of_person(session(), current_user))
    mine: tuple[MyWorkspace, ...] = g.my_workspaces
    return mine


def _member(user: User, slug: str) -> Member | None:
    return directory.membership(session(), user, slug)


def _may(member: MemberLike, permission: str) -> bool:
    return isinstance(member, Member) and roles.may(member.role, permission)
