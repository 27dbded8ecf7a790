"""Two people: one asks, the other comments and asks for changes, then approves; then it is live."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.workspaces.roles import Role
from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.seeding import put_agent, put_person
from tests.journeys.test_versions import change_draft
from tests.journeys.visit import LOOKS, Visit
from tests.versions.desk import enquiry_desk

pytestmark = [pytest.mark.browser]

BEN = "Bentley Pine"
SETTINGS = "/settings"


@pytest.fixture(scope="session")
def ben(house: House, ada: Path) -> str:
    """Ben builds in Ada's workspace; this is his address."""
    return put_person(house, BEN, Role.BUILDER)


@pytest.mark.parametrize("look", LOOKS)
def test_ada_asks_ben_answers_and_ada_publishes(
    house: House, ada: Path, ben: str, visit: Callable[..., Visit], look: str
) -> None:
    hers = visit(house, look, storage_state=ada)
    agent = put_agent(house, f"Desk with Ben in {look}", enquiry_desk())
    hers.open(f"{agent}/publication")
    hers.click("button", "Publish")
    expect(hers.page.get_by_text("Version 1.0.0 is published.")).to_be_visible()
    change_draft(house, agent)
    his = visit(house, look)
    stories.sign_in(his, ben)
    _need_two(hers, agent, on=True)
    try:
        _go_through(house, hers, his, agent, look)
    finally:
        _need_two(hers, agent, on=False)


def _go_through(house: House, hers: Visit, his: Visit, agent: str, look: str) -> None:
    _publishing_is_refused(hers, agent)
    _ask(hers, agent, "It tells the team now.", look)
    _ben_asks_for_changes(his, agent, look)
    _ada_changes_and_asks_again(house, hers, agent, look)
    _ben_approves(his, look)
    _ada_publishes(hers, agent, look)


def _need_two(screen: Visit, agent: str, *, on: bool) -> None:
    screen.open(_place(agent) + SETTINGS)
    screen.click("button", "Switch it on" if on else "Switch it off")
    if not on:
        dialog = screen.page.get_by_role("alertdialog")
        dialog.get_by_role("button", name="Switch it off").click()
    said = "From now on publishing needs a second person." if on else "Whoever builds publishes."
    expect(screen.page.get_by_text(said)).to_be_visible()
    screen.check()


def _publishing_is_refused(hers: Visit, agent: str) -> None:
    hers.open(f"{agent}/publication")
    page = hers.page
    expect(page.get_by_text("Publishing needs a second person here")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    hers.check()
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    answer = page.request.post(
        f"{hers.address}{agent}/publication",
        form={"csrf_token": token, "revision": "2"},
        headers={"Origin": hers.address},
    )
    assert answer.status == 422, answer.text()[:400]


def _ask(hers: Visit, agent: str, words: str, look: str) -> None:
    hers.open(f"{agent}/publication")
    hers.click("link", "Ask a colleague")
    hers.page.get_by_label(BEN).check()
    hers.fill("What should they know", words)
    hers.check()
    _picture(hers, f"ask_{look}")
    hers.click("button", "Ask", exact=True)
    expect(hers.page.get_by_text("Asked. You are told when there is an answer.")).to_be_visible()
    hers.check()


def _ben_asks_for_changes(his: Visit, agent: str, look: str) -> None:
    page = his.page
    his.open(_place(agent) + "/reviews")
    his.check()
    _picture(his, f"list_{look}")
    his.click("link", f"Desk with Ben in {look}")
    expect(page.get_by_text("It will reach further than before")).to_be_visible()
    his.check()
    page.get_by_label("About", exact=True).select_option(label="Tell the team")
    his.fill("Comment", "Does the team want to hear of every enquiry?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".talk", has_text="Does the team want")).to_be_visible()
    his.check()
    his.fill("A few words", "Please look at my question about the team.")
    _picture(his, f"review_{look}")
    his.click("button", "Ask for changes")
    expect(page.get_by_text("You asked for changes.")).to_be_visible()
    his.check()


def _ada_changes_and_asks_again(house: House, hers: Visit, agent: str, look: str) -> None:
    page = hers.page
    hers.open(_place(agent) + "/notices")
    expect(page.get_by_text("asks for changes in").first).to_be_visible()
    if look != "phone":
        hers.open(f"{agent}/canvas")
        card = page.locator(".step", has_text="Tell the team")
        expect(card.locator(".remark")).to_have_text("1 comment")
        card.press("Enter")
        expect(page.locator(".remarks")).to_contain_text("Does the team want to hear")
        hers.check()
        _picture(hers, f"canvas_{look}")
    hers.open(f"{agent}/edit")
    _rename(hers)
    hers.open(f"{agent}/publication")
    expect(page.get_by_text("The draft has changed since")).to_be_visible()
    hers.check()
    _picture(hers, f"behind_{look}")
    hers.click("link", "Open the review")
    talk = page.locator(".talk", has_text="Does the team want")
    talk.get_by_text("Answer", exact=True).click()
    talk.get_by_label("Your answer").fill("Only of the large ones. I said so in its name.")
    talk.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Only of the large ones.")).to_be_visible()
    hers.click("link", "Ask again")
    hers.fill("What should they know", "It says when it tells the team.")
    hers.click("button", "Ask", exact=True)
    expect(page.get_by_text("round 2").first).to_be_visible()
    hers.check()


def _rename(hers: Visit) -> None:
    """Another name for the step, as a person types it."""
    page = hers.page
    page.locator("a", has_text="Tell the team").first.click()
    expect(page.locator("#panel")).to_be_visible()
    page.locator("#panel input[name=name]").fill("Tell the team of large ones")
    page.locator("#panel").get_by_role("button", name="Save").first.click()
    expect(page.locator("#panel-title")).to_have_text("Tell the team of large ones")


def _ben_approves(his: Visit, look: str) -> None:
    page = his.page
    page.reload()
    talk = page.locator(".talk", has_text="Only of the large ones.")
    talk.get_by_role("button", name="Settled").click()
    expect(page.get_by_text("Settled by")).to_be_visible()
    his.click("button", "Approve")
    expect(page.get_by_text("You approved it.")).to_be_visible()
    his.check()


def _ada_publishes(hers: Visit, agent: str, look: str) -> None:
    page = hers.page
    page.reload()
    expect(page.get_by_role("heading", name=f"Approved by {BEN}")).to_be_visible()
    page.get_by_label("Send data to hooks.chat.example").check()
    page.get_by_label("Write to addresses that a run works out").check()
    hers.check()
    _picture(hers, f"approved_{look}")
    hers.click("button", "Publish", exact=True)
    expect(page.get_by_text("Version 2.0.0 is published.")).to_be_visible()
    hers.open(f"{agent}/versions/2")
    expect(page.get_by_text(f"Approved by {BEN}").first).to_be_visible()
    hers.check()


def _place(agent: str) -> str:
    """The workspace of an agent's path."""
    return agent.split("/agents/", maxsplit=1)[0]


def _picture(screen: Visit, name: str) -> None:
    folder = os.environ.get("LAMPLIGHT_PICTURES")
    if folder:
        screen.page.screenshot(path=f"{folder}/reviews_{name}.png", full_page=True)
