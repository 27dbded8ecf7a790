"""Every route says who may call it, and means it: strangers, other workspaces and each role."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.accounts.models import User
from app.web.access import PUBLIC, SIGNED_IN, AccessUndeclared, check_routes, declared_access
from app.workspaces.roles import ALL_PERMISSIONS, Role, may
from tests.cast import Cast, sign_in
from tests.house.routes import calls

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
    for rule, method, address in calls(app, cast.harbour.slug):
        if declared_access(app.view_functions[rule.endpoint]) == PUBLIC:
            continue
        answer = client.open(address, method=method)
        assert _is_sign_in(answer.status_code, answer.headers.get("Location")), (method, address)


def test_another_workspace_gets_404(
    app: Flask, client: FlaskClient, session: Session, cast: Cast
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, session, cast.dan)
    for rule, method, address in calls(app, cast.harbour.slug):
        if "workspace_slug" in rule.arguments:
            assert client.open(address, method=method).status_code == 404, (method, address)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_may_do_what_the_table_says(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, role: Role
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    person: User = cast.of(role)
    sign_in(client, session, person)
    for rule, method, address in calls(app, cast.harbour.slug):
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


def _is_sign_in(status: int, location: str | None) -> bool:
    return status == 303 and (location or "").startswith("/sign-in")
