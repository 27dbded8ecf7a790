"""Reading what changed, saying yes to what reaches further, publishing, seeing it, going back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.versions.desk import changed, enquiry_desk

pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize("look", LOOKS)
def test_a_change_is_read_confirmed_published_and_taken_back(
    house: House, ada: Path, visit: Callable[..., Visit], look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    agent = _published(house, screen, f"Desk in {look}")
    change_draft(house, agent)
    screen.open(f"{agent}/versions")
    screen.check()
    page = screen.page
    expect(page.get_by_text("“trigger.amount is more than” went from 100 to 80")).to_be_visible()
    expect(page.locator(".wording ins").first).to_have_text("warm, and say sorry only once")
    expect(page.get_by_text("Can reach 1 new host")).to_be_visible()
    _see_as_flows(screen)
    screen.click("button", "Publish")
    expect(page.get_by_text("Say yes to each new thing that it can touch")).to_be_visible()
    screen.check()
    page.get_by_label("Send data to hooks.chat.example").check()
    page.get_by_label("Write to addresses that a run works out").check()
    screen.fill("What is new", "Tells the team")
    screen.click("button", "Publish")
    expect(page.get_by_text("Version 2.0.0 is published.")).to_be_visible()
    expect(page.get_by_text("Send data to hooks.chat.example").first).to_be_visible()
    screen.check()
    _go_back(screen, agent)


def test_it_works_without_scripts(house: House, ada: Path, visit: Callable[..., Visit]) -> None:
    screen = visit(house, storage_state=ada, java_script_enabled=False)
    agent = _published(house, screen, "Desk without scripts")
    change_draft(house, agent)
    screen.open(f"{agent}/versions")
    screen.click("link", "See as flows")
    page = screen.page
    outlines = page.locator(".flow-outlines")  # in a noscript, which roles and texts look past
    expect(outlines.locator("h2")).to_have_text(["1.0.0", "Draft"])
    expect(outlines.locator("li", has_text="Mark for later").first).to_be_visible()
    screen.open(f"{agent}/versions/1")
    page.get_by_label("Compare with").select_option(label="The draft")
    screen.click("button", "Compare", exact=True)
    expect(
        page.get_by_role("heading", name="Version 1.0.0 compared with the draft")
    ).to_be_visible()


def _published(house: House, screen: Visit, name: str) -> str:
    agent = put_agent(house, name, enquiry_desk())
    screen.open(f"{agent}/publication")
    expect(screen.page.get_by_text("This is its first version, 1.0.0.")).to_be_visible()
    screen.click("button", "Publish")
    expect(screen.page.get_by_text("Version 1.0.0 is published.")).to_be_visible()
    return agent


def _see_as_flows(screen: Visit) -> None:
    screen.click("link", "See as flows")
    page = screen.page
    expect(page.locator("html[data-canvas=ready]")).to_be_attached()
    for mark, name in (("Added", "Tell the team"), ("Removed", "Mark for later")):
        card = page.locator(".step", has_text=name)
        expect(card).to_have_attribute("aria-label", re.compile(f"^{mark}: .*{name}"))
        expect(card.locator(".mark")).to_have_text(mark)
    screen.check()
    before = page.locator("#world").evaluate("world => world.style.transform")
    page.locator("#canvas").press("ArrowDown")
    expect(page.locator("#world")).not_to_have_attribute("style", re.compile(re.escape(before)))
    screen.click("link", "Versions")


def _go_back(screen: Visit, agent: str) -> None:
    screen.open(f"{agent}/versions/1")
    screen.click("button", "Bring back to the draft")
    dialog = screen.page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Bring back to the draft").click()
    expect(screen.page.get_by_text("The draft now has the steps of version 1.0.0.")).to_be_visible()


def change_draft(house: House, agent: str) -> None:
    """Somebody changes the draft of the agent with this path."""
    engine = database.make_engine(house.database_url)
    try:
        with database.session_factory(engine)() as session:
            slug = agent.rsplit("/", 1)[1]
            found = session.scalars(select(Agent).where(Agent.slug == slug)).one()
            ada = session.scalars(select(User).order_by(User.id)).first()
            assert ada is not None
            revision = drafts.draft_of(session, found).flow_graph.revision
            session.rollback()
            with database.writing(session):
                drafts.change(session, found, by=ada, expected_revision=revision, command=changed)
    finally:
        engine.dispose()
