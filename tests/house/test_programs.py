"""Only whole blueprints that programs call go without form tokens, and they are named here."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.extensions import csrf
from app.web import programs
from tests.cast import Cast, sign_in

CALLED_BY_PROGRAMS = {"hooks"}


def test_these_blueprints_and_no_single_route_go_without_a_token(app: Flask) -> None:
    assert app.blueprints.keys() >= CALLED_BY_PROGRAMS
    assert {one.name for one in csrf._exempt_blueprints} == CALLED_BY_PROGRAMS
    assert programs._names == CALLED_BY_PROGRAMS
    assert csrf._exempt_views == set()


def test_they_neither_read_nor_set_a_cookie(
    app: Flask, client: FlaskClient, session: Session, cast: Cast
) -> None:
    sign_in(client, session, cast.ada)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in CALLED_BY_PROGRAMS:
            continue
        with app.test_request_context():
            _, address = rule.build(dict.fromkeys(rule.arguments, "nothing")) or (None, "/")
        answer = client.post(str(address))
        assert "Set-Cookie" not in answer.headers
        assert answer.is_json
