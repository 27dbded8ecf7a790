"""Takes the pictures of costs and budgets: `python -m tests.journeys.budget_pictures`."""

import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app import database
from app.accounts.models import User
from app.agents.models import Agent
from app.language_models import usage
from app.language_models.usage import Spent
from app.workspaces.models import Workspace
from tests.chromium import chromium
from tests.journeys import stories
from tests.journeys.house import PROJECT, House
from tests.journeys.seeding import put_agent
from tests.journeys.test_budgets import letters
from tests.journeys.visit import LOOKS, Visit

FOLDER = PROJECT / "docs" / "screens"
HERE = "/w/harbour-pine"
DAYS = 30


def take() -> None:
    """Spend for a month, set budgets, let one stop a run, and keep what the screen shows."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        house = House(Path(folder) / "data", Path(folder) / "assets")
        try:
            ada = Visit(browser, house.address, "light")
            stories.sign_up(ada, house.sign_up_address)
            agent = put_agent(house, "Answer letters", letters())
            put_agent(house, "Read invoices", letters())
            _spend(house)
            _set(ada, f"{HERE}/budgets/workspace", day="5", month="60")
            _set(ada, f"{agent}/budget", day="1.20", month="")
            stopped = _run(ada, agent)
            cookies = ada.context.storage_state()
            for look in LOOKS:
                screen = Visit(browser, house.address, look, storage_state=cookies)
                for name, path in (
                    ("costs", f"{HERE}/costs"),
                    ("budgets", f"{HERE}/budgets"),
                    ("budget_set", f"{agent}/budget"),
                    ("budget_stopped", stopped),
                    ("budget_before_a_run", f"{agent}/runs/new"),
                ):
                    screen.open(path)
                    screen.check()
                    screen.page.screenshot(path=FOLDER / f"{name}_{look}.png", full_page=True)
                screen.close()
        finally:
            house.stop()


def _spend(house: House) -> None:
    """As if two agents had worked for a month."""
    engine = database.make_engine(house.database_url)
    with database.session_factory(engine)() as session:
        workspace = session.scalars(select(Workspace)).first()
        person = session.scalars(select(User)).first()
        assert workspace
        assert person
        ours = Agent.name.in_(("Answer letters", "Read invoices"))
        agents = session.scalars(select(Agent).where(ours).order_by(Agent.id)).all()
        today = usage.today(workspace.timezone)
        with database.writing(session):
            for ago in range(DAYS):
                for place, agent in enumerate(agents):
                    tokens = 40_000 + 9_000 * ((ago * 7 + place * 3) % 11)
                    spent = Spent(12 + ago % 5, tokens, tokens // 8, tokens * (14 - 3 * place))
                    model = ("gpt-6-sol", "claude-sonnet-5")[place]
                    usage.add(
                        session,
                        workspace.id,
                        agent.id,
                        today - timedelta(days=ago),
                        {model: spent},
                        user_id=person.id if place else None,
                    )
    engine.dispose()


def _set(ada: Visit, path: str, *, day: str, month: str) -> None:
    ada.open(path)
    ada.fill("Money a day", day)
    ada.fill("Money a month", month)
    ada.fill("Tokens a day", "" if "workspace" in path else "46000")
    ada.click("button", "Save")
    ada.page.wait_for_load_state()


def _run(ada: Visit, agent: str) -> str:
    ada.open(f"{agent}/runs/new")
    ada.fill("Letter", "Where is my parcel?")
    ada.click("button", "Run", exact=True)
    ada.page.get_by_text("Budget spent").first.wait_for()
    return ada.page.url.removeprefix(ada.address)


if __name__ == "__main__":
    take()
