"""“What it costs”: by day, agent and model, in the workspace's own days."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.language_models import costs, usage
from app.language_models.models import NO_AGENT
from app.language_models.usage import Spent
from tests.cast import Cast, sign_in
from tests.databases import on_both

HERE = "/w/harbour-pine/costs"
DEAR = Spent(answers=1, input_tokens=1_000, output_tokens=240, cost=3_000)
UNKNOWN = Spent(answers=2, input_tokens=50, output_tokens=10, unpriced=60)


@on_both
def test_days_add_up(session: Session, cast: Cast) -> None:
    today = usage.today("UTC")
    long_ago = today - timedelta(days=costs.DAYS)
    with database.writing(session):
        for day in (today, today, today - timedelta(days=3), long_ago):
            usage.add(session, cast.harbour.id, NO_AGENT, day, {"big": DEAR})
        usage.add(session, cast.harbour.id, cast.ben.id, today, {"big": DEAR, "odd": UNKNOWN})
        usage.add(session, cast.elsewhere.id, NO_AGENT, today, {"big": DEAR})
    found = costs.of_workspace(session, cast.harbour.id, until=today)
    assert (found.total.answers, found.total.tokens) == (6, 4 * 1_240 + 60)
    assert (found.total.cost, found.total.unpriced) == (12_000, 60)
    assert len(found.days) == costs.DAYS
    assert found.days[-1][0] == today
    assert found.days[-1][1].cost == found.dearest_day == 9_000
    assert found.share(found.days[-1][1]) == 1
    assert [model for model, _ in found.models] == ["big", "odd"]
    assert [agent for agent, _ in found.agents] == [NO_AGENT, cast.ben.id]


def test_the_page_tells_it_to_whoever_sees_runs(app: Flask, session: Session, cast: Cast) -> None:
    cleo = sign_in(app.test_client(), session, cast.cleo)
    assert "No model was asked yet" in cleo.get(HERE).text
    with database.writing(session):
        spent = {"big": DEAR, "odd": UNKNOWN}
        usage.add(session, cast.harbour.id, NO_AGENT, usage.today("UTC"), spent)
    page = cleo.get(HERE).text
    assert "0.3 cents" in page
    assert "60 tokens came from models whose price is not known" in page
    assert "Questions tried in Settings" in page


def test_another_workspace_gets_404(app: Flask, session: Session, cast: Cast) -> None:
    dan: FlaskClient = sign_in(app.test_client(), session, cast.dan)
    assert dan.get(HERE).status_code == 404
