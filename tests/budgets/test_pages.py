"""The pages of budgets: who may set which, what they say, and that others see nothing of it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.budgets.models import Budget, Period, Scope
from app.chats.models import Chat
from app.language_models import usage
from app.language_models.usage import Spent
from app.lib import clock
from tests.accounts.browser import Browser
from tests.agents.pages import words
from tests.cast import Cast
from tests.runs.conftest import OpenBrowser

HERE = "/w/harbour-pine"
SPENT = Spent(answers=2, input_tokens=1_000, output_tokens=200, cost=4_500_000)


def set_on(ben: Browser, page: str, **limits: str) -> int:
    empty = dict.fromkeys(("day_cost", "day_tokens", "month_cost", "month_tokens"), "")
    return ben.send(page, page, **{**empty, **limits}).status_code


def test_it_works(browser: OpenBrowser, session: Session, cast: Cast, agent: Agent) -> None:
    today = usage.today("UTC")
    with database.writing(session):
        usage.add(session, cast.harbour.id, agent.id, today, {"big": SPENT})
    ada = browser(cast.ada)
    assert "No budgets yet" in ada.get(f"{HERE}/budgets").text
    assert set_on(ada, f"{HERE}/budgets/workspace", day_cost="5", month_tokens="50,000") == 303
    page = ada.get(f"{HERE}/budgets").text
    assert "$4.50 of $5.00" in page, "what was spent before counts"
    assert "1,200 tokens of 50,000 tokens" in page
    assert "Nearly spent" in page
    assert set_on(browser(cast.ben), f"{HERE}/agents/{agent.slug}/budget", day_cost="4") == 303
    shown = browser(cast.cleo).get(f"{HERE}/agents/{agent.slug}").text
    assert "$4.50 of $4.00" in shown
    assert f"{HERE}/agents/{agent.slug}/budget" not in shown, "Cleo only looks"
    assert set_on(ada, f"{HERE}/budgets/workspace", month_tokens="60000") == 303
    session.rollback()
    kept = session.scalars(select(Budget).where(Budget.scope == Scope.WORKSPACE)).one()
    assert (kept.period, kept.max_cost, kept.max_tokens) == (Period.MONTH, None, 60_000)
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("budget%"))).all()
    assert sorted(acts) == ["budget_removed", *["budget_set"] * 4]


def test_who_may_set_which(browser: OpenBrowser, cast: Cast, agent: Agent) -> None:
    for person, page, status in (
        (cast.ben, "budgets/workspace", 403),
        (cast.olga, f"agents/{agent.slug}/budget", 403),
        (cast.dan, "budgets", 404),
        (cast.dan, f"agents/{agent.slug}/budget", 404),
    ):
        assert browser(person).get(f"{HERE}/{page}").status_code == status


def test_a_wrong_form_comes_back(browser: OpenBrowser, cast: Cast) -> None:
    ada = browser(cast.ada)
    page = f"{HERE}/budgets/workspace"
    answer = ada.send(page, page, day_cost="a lot", day_tokens="-3", month_cost="", month_tokens="")
    assert answer.status_code == 422
    assert "Write a sum as a number, such as 2.50." in answer.text
    assert "Write how many tokens as a whole number" in answer.text
    assert 'value="a lot"' in answer.text


def make_chat(session: Session, cast: Cast, agent: Agent) -> Chat:
    with database.writing(session):
        chat = Chat(
            workspace_id=cast.harbour.id,
            user_id=cast.olga.id,
            agent_id=agent.id,
            title="Late parts",
            last_at=clock.now(),
        )
        session.add(chat)
    return chat


def test_a_chat_is_its_owners_matter(
    browser: OpenBrowser, session: Session, cast: Cast, agent: Agent
) -> None:
    chat = make_chat(session, cast, agent)
    page = f"{HERE}/chats/{chat.id}/budget"
    olga = browser(cast.olga)
    assert set_on(olga, page, day_tokens="9000") == 303
    assert "0 tokens of 9,000 tokens" in olga.get(f"{HERE}/chats/{chat.id}/details").text
    assert "Late parts" in olga.get(f"{HERE}/budgets").text
    for person in (cast.ada, cast.ben, cast.dan):
        assert browser(person).get(page).status_code == 404
    assert "Late parts" not in browser(cast.ada).get(f"{HERE}/budgets").text
    with database.writing(session):
        session.delete(session.get_one(Chat, chat.id))
    assert session.scalars(select(Budget)).all() == []


def test_costs_by_person_and_chat_are_told_to_whom_they_concern(
    browser: OpenBrowser, session: Session, cast: Cast, agent: Agent
) -> None:
    chat, today = make_chat(session, cast, agent), usage.today("UTC")
    here = cast.harbour.id
    with database.writing(session):
        for person, of in ((cast.olga, chat.id), (cast.ben, None)):
            usage.add(session, here, agent.id, today, {"big": SPENT}, user_id=person.id, chat_id=of)
        old = today - timedelta(days=60)
        usage.add(session, here, agent.id, old, {"=old": SPENT})
    costs = f"{HERE}/costs"
    seen = {
        person.name: words(browser(person).get(costs))  # no tokens: they may hold a name
        for person in (cast.ada, cast.olga, cast.cleo)
    }
    assert [name in seen["Ada"] for name in ("Olga", "Ben", "Late parts")] == [True, True, False]
    assert [name in seen["Cleo"] for name in ("Olga", "Ben", "Late parts")] == [False] * 3
    assert [name in seen["Olga"] for name in ("Ben", "Late parts")] == [False, True]
    olga = browser(cast.olga)
    narrowed = olga.get(f"{costs}?chat={chat.id}").text
    assert "$4.50" in narrowed
    assert olga.get(f"{costs}?person={cast.ben.id}").status_code == 404
    assert browser(cast.ada).get(f"{costs}?chat={chat.id}").status_code == 404
    assert "Nothing like that was used" in olga.get(f"{costs}?model=small").text
    answer = olga.get(f"{HERE}/costs.csv?days=90")
    assert answer.mimetype == "text/csv"
    lines = answer.text.splitlines()
    assert len(lines) == 4
    assert "'=old" in answer.text, "no cell is a formula"
    assert any("Late parts" in line and "4.500000" in line for line in lines)
    assert browser(cast.dan).get(f"{HERE}/costs.csv").status_code == 404
