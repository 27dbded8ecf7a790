"""A schedule from its words in the outline to the run that nobody started."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import database
from app.agents.models import Agent
from app.lib import clock
from app.triggers.models import Trigger
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.runs.house import until
from tests.triggers.flows import scheduled

pytestmark = [pytest.mark.browser]
SCHEDULES = "/w/harbour-pine/schedules"


def its_time_comes(house: House, name: str) -> None:
    """The minute passes in which the agent of this name is due."""
    engine = database.make_engine(house.database_url)
    try:
        with database.session_factory(engine)() as session, database.writing(session):
            trigger = session.scalars(
                select(Trigger).join(Trigger.agent).where(Agent.name == name)
            ).one()
            trigger.next_due = clock.now()
    finally:
        engine.dispose()


def test_every_weekday_at_half_past_eight(
    house: House, ada: Path, visit: Callable[..., Visit]
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open("/w/harbour-pine/agents/new")
    screen.fill("Name", "Morning report")
    screen.click("button", "Go on to its steps")
    screen.click("link", "Outline")
    page.wait_for_url("**/edit")
    page.get_by_text("Start in another way too").first.click()
    page.locator(".kinds button:has(b:text-is('Schedule'))").click()
    expect(page.locator(".panel h2")).to_have_text("Schedule")
    page.get_by_label("How often").select_option(label="Every weekday, Monday to Friday")
    words = page.locator(".schedule-ahead strong")
    expect(words).to_have_text("Every weekday at 9:00")
    page.locator("#set-schedule-times").fill("8.30")
    page.keyboard.press("Tab")
    expect(words).to_have_text("Every weekday at 8:30")
    expect(page.locator(".schedule-ahead li")).to_have_count(5)
    for time in page.locator(".schedule-ahead li").all_inner_texts():
        assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri) \d+ \w+ \d{4}, 8:30", time)
    screen.check()
    screen.open("/w/harbour-pine/agents/morning-report")
    screen.click("link", "Publish")
    screen.click("button", "Publish")
    expect(page.get_by_text("On", exact=True).first).to_be_visible()
    screen.open(SCHEDULES)
    row = page.locator("tr", has_text="Morning report")
    expect(row.get_by_text("Every weekday at 8:30")).to_be_visible()
    expect(row.locator("time")).to_contain_text("08:30")


def test_a_run_that_nobody_started(house: House, ada: Path, visit: Callable[..., Visit]) -> None:
    every_minute = {"every": "cron", "cron": "* * * * *"}
    agent = put_agent(house, "Minute by minute", scheduled(every_minute))
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open(SCHEDULES)
    expect(page.get_by_role("link", name="Minute by minute")).to_have_count(0)
    screen.open(agent)
    screen.click("link", "Publish")
    screen.click("button", "Publish")
    expect(page.get_by_text("On", exact=True).first).to_be_visible()

    screen.open(SCHEDULES)
    row = page.locator("tr", has_text="Minute by minute")
    expect(row.get_by_text("Every minute")).to_be_visible()
    row.get_by_text("Next five times").click()
    expect(row.locator("li")).to_have_count(5)
    screen.check()

    its_time_comes(house, "Minute by minute")
    until(lambda: _has_run(screen))
    screen.open("/w/harbour-pine/runs")
    screen.click("link", "Minute by minute")
    expect(page.locator(".badge", has_text="Done").first).to_be_visible()
    expect(page.get_by_text("Its time came").first).to_be_visible()
    for look in LOOKS:
        _look(visit(house, look, storage_state=ada), agent)
    screen.open(agent)
    screen.click("button", "Switch off")
    expect(page.get_by_text("Not while the agent is off")).to_be_visible()


def _has_run(screen: Visit) -> bool:
    screen.open(SCHEDULES)
    row = screen.page.locator("tr", has_text="Minute by minute")
    return row.locator(".badge", has_text="Done").count() > 0


def _look(screen: Visit, agent: str) -> None:
    for address in (SCHEDULES, agent, "/w/harbour-pine/", f"{agent}/edit?step=start000"):
        screen.open(address)
        screen.check()
