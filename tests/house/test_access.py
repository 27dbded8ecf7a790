"""Every route says who may call it, and means it: strangers, other workspaces and each role."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter

from app.accounts.models import User
from app.lib import ids
from app.web.access import PUBLIC, SIGNED_IN, AccessUndeclared, check_routes, declared_access
from app.workspaces.roles import ALL_PERMISSIONS, Role, may
from tests.cast import Cast, sign_in

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PEOPLE = (Role.VIEWER, Role.OPERATOR, Role.BUILDER, Role.OWNER)


def test_every_route_declares_access(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        access = declared_access(app.view_functions[rule.endpoint])
        assert access in {PUBLIC, SIGNED_IN} | ALL_PERMISSIONS, rule


def test_workspace_routes_ask_for_a_permission(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if "workspace_slug" in rule.arguments:
            assert declared_access(app.view_functions[rule.endpoint]) in ALL_PERMISSIONS, rule


def test_a_silent_route_stops_the_app(app: Flask) -> None:
    app.view_functions["silent"] = lambda: "hello"
    app.url_map.add(Rule("/silent", endpoint="silent"))
    with pytest.raises(AccessUndeclared, match="/silent"):
        check_routes(app)


def test_a_stranger_is_asked_to_sign_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that the guard itself is what answers
    for rule, method, address in _calls(app, cast.harbour.slug):
        if declared_access(app.view_functions[rule.endpoint]) == PUBLIC:
            continue
        answer = client.open(address, method=method)
        assert _is_sign_in(answer.status_code, answer.headers.get("Location")), (method, address)


def test_another_workspace_gets_404(
    app: Flask, client: FlaskClient, session: Session, cast: Cast
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, session, cast.dan)
    for rule, method, address in _calls(app, cast.harbour.slug):
        if "workspace_slug" in rule.arguments:
            assert client.open(address, method=method).status_code == 404, (method, address)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_may_do_what_the_table_says(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, role: Role
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    person: User = cast.of(role)
    sign_in(client, session, person)
    for rule, method, address in _calls(app, cast.harbour.slug):
        permission = declared_access(app.view_functions[rule.endpoint])
        if "workspace_slug" not in rule.arguments or permission is None:
            continue
        if rule.endpoint == "workspaces.member_leave":
            continue  # leaving is what the person would really do
        status = client.open(address, method=method).status_code
        if may(role, permission):
            assert status != 403, (method, address)
        else:
            assert status == 403, (method, address)


def _calls(app: Flask, workspace_slug: str) -> Iterator[tuple[Rule, str, str]]:
    """Every route with made-up ids, as (rule, method, address)."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: _made_up(rule, name, workspace_slug) for name in rule.arguments}
            _, address = rule.build(values) or (None, "")
            for method in sorted((rule.methods or set()) & set(METHODS)):
                yield rule, method, str(address)


def _made_up(rule: Rule, name: str, workspace_slug: str) -> object:
    if name == "workspace_slug":
        return workspace_slug
    if isinstance(rule._converters[name], IntegerConverter):
        return 999
    return ids.new_id() if isinstance(rule._converters[name], UUIDConverter) else "nothing"


def _is_sign_in(status: int, location: str | None) -> bool:
    return status == 303 and (location or "").startswith("/sign-in")
