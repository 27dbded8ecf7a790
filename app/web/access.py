"""Access: every route says who may call it, and a route that says nothing stops the app.

Who a person is in a workspace is known to higher rooms; they are reached through `identity`,
a port the factory fills.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, current_app, g, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.web.htmx import redirect_to

SIGNED_IN = "signed in"
PUBLIC = "public"
_ATTRIBUTE = "lamplight_access"
_PLACE = "workspace"
View = TypeVar("View", bound=Callable[..., Any])


class AccessUndeclared(RuntimeError):
    """A route does not say who may call it."""


class MemberLike(Protocol):
    """What the guard needs to know of a person's place in a workspace."""

    @property
    def workspace(self) -> Any:
        """The workspace itself."""


@dataclass(slots=True)
class Identity:
    """Port to the rooms that know members and roles."""

    member: Callable[[Any, str], MemberLike | None] = lambda _user, _slug: None
    may: Callable[[MemberLike, str], bool] = lambda _member, _permission: False


identity = Identity()


def requires(permission: str) -> Callable[[View], View]:
    """Only a signed-in person may call this route; in a workspace, one whose role allows it."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return declare


def public(view: View) -> View:
    """Anybody may call this route."""
    setattr(view, _ATTRIBUTE, PUBLIC)
    return view


def declared_access(view: object) -> str | None:
    """What the route declared: `public`, `signed in`, a permission, or None."""
    return getattr(view, _ATTRIBUTE, None)


def can(permission: str) -> bool:
    """Whether the person on this request may do this here; templates ask it too."""
    member = g.get("member")
    return member is not None and identity.may(member, permission)


def is_still_let_in(slug: str, permission: str) -> bool:
    """Whether who asked is let into this workspace as before, for answers that go on for long.

    Asks what the guard asks, in a request context of its own.
    """
    member = identity.member(current_user, slug) if current_user.is_authenticated else None
    if member is None:
        return False
    _enter(member)
    return identity.may(member, permission)


def install(app: Flask) -> None:
    """Put the guard in front of every route."""
    app.before_request(_guard)
    app.jinja_env.globals["can"] = can


def check_routes(app: Flask) -> None:
    """Raise AccessUndeclared naming every route that does not say who may call it."""
    silent = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if declared_access(app.view_functions[rule.endpoint]) is None
    ]
    if silent:
        raise AccessUndeclared("These routes declare no access: " + ", ".join(sorted(silent)))


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such address: the 404 page answers
    needed = declared_access(current_app.view_functions[request.endpoint])
    if needed == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return redirect_to(url_for("accounts.sign_in", next=_where_to_return()))
    if needed == SIGNED_IN:
        _stay_in_last_workspace()
        return None
    return _guard_workspace(needed)


def _guard_workspace(needed: str | None) -> ResponseReturnValue | None:
    slug = (request.view_args or {}).pop("workspace_slug", None)
    member = identity.member(current_user, slug) if slug else None
    if member is None:
        abort(404)
    _enter(member)
    if needed is None or not identity.may(member, needed):
        abort(403)
    if cookie.get(_PLACE) != slug:
        cookie[_PLACE] = slug
    return None


def _stay_in_last_workspace() -> None:
    """Pages about the person keep the sidebar of the workspace they came from."""
    slug = cookie.get(_PLACE)
    member = identity.member(current_user, slug) if slug else None
    if member is not None:
        _enter(member)


def _enter(member: MemberLike) -> None:
    g.member = member
    g.workspace = member.workspace


def _where_to_return() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
