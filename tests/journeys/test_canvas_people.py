"""Two people with accounts of their own on one draft, each at their own screen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.engine.graph import Graph, Link, Step
from app.workspaces.roles import Role
from tests.journeys import hands, stories
from tests.journeys.hands import card, click, middle, pull
from tests.journeys.house import House
from tests.journeys.seeding import put_agent, put_person
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def bens_address(house: House, ada: Path) -> str:
    """Ben builds in Ada's workspace; what he signs in with."""
    assert ada
    return put_person(house, "Ben Pine", Role.BUILDER)


@pytest.fixture
def both(
    house: House, ada: Path, bens_address: str, visit: Open, request: pytest.FixtureRequest
) -> tuple[Visit, Visit]:
    """Ada and Ben, who both have the same canvas before them."""
    slug = put_agent(house, request.node.name[:60], _flow()).rpartition("/")[2]
    hers, his = visit(house, "light", storage_state=ada), visit(house, "dark")
    stories.sign_in(his, bens_address)
    for screen in (hers, his):
        hands.open_canvas(screen, slug)
    return hers, his


def _flow() -> Graph:
    steps = (
        Step("start001", "start_form", "start", "New order"),
        Step("wait0001", "wait", "rest", "Rest", y=112),
        Step("tell0001", "answer", "tell", "Tell", fields={"text": "Dear"}, y=224),
    )
    links = (
        Link("link0001", "start001", "out", "wait0001"),
        Link("link0002", "wait0001", "out", "tell0001"),
    )
    return Graph(steps=steps, links=links)


def _kind(page: Page, kind: str) -> None:
    page.locator(f"#kinds [data-kind={kind}]").click()


def _state(page: Page, state: str) -> None:
    expect(page.locator(f"#saved[data-state={state}]")).to_be_visible()


def test_people_see_who_is_here_and_what_the_other_does(both: tuple[Visit, Visit]) -> None:
    hers, his = both
    ada, ben = hers.page, his.page
    expect(ada.get_by_role("img", name="Also here: Ben Pine")).to_be_visible()
    expect(ben.get_by_role("img", name="Also here: Ada Harbour")).to_be_visible()
    click(ben, card(ben, "Rest"))
    looks = card(ada, "Rest").locator(".looks")
    expect(looks).to_have_text("BP")
    expect(looks).to_have_attribute("title", "Ben Pine looks at this step")
    hers.check()
    _kind(ben, "code")
    expect(card(ada, "Code")).to_be_visible()
    hands.said(ada, "Ben Pine changed the draft.")
    his.check()


def test_what_does_not_touch_is_joined(both: tuple[Visit, Visit]) -> None:
    hers, his = both
    ada, ben = hers.page, his.page
    his.context.set_offline(True)
    click(ben, card(ben, "Tell"))
    ben.keyboard.press("Escape")
    pull(ben, middle(card(ben, "Tell")), middle(card(ben, "Tell"), dx=200, dy=40))
    _state(ben, "offline")
    with ada.expect_response(lambda answer: answer.url.endswith("/draft")):
        click(ada, card(ada, "Rest"))
        ada.keyboard.press("d")
    his.context.set_offline(False)
    hands.said(ben, "Ada Harbour changed the draft. Your changes were joined with it.")
    expect(card(ben, "Rest")).to_contain_text("Off")
    _state(ben, "saved")
    moved = hands.places(hands.copied_flow(ben))["Tell"]
    assert moved[0] > 0
    expect(card(ada, "Rest")).to_contain_text("Off")
    hands.said(ada, "Ben Pine changed the draft.")
    assert hands.places(hands.copied_flow(ada))["Tell"] == moved


@pytest.mark.parametrize("choice", ["Keep mine", "Take theirs"])
def test_what_both_changed_is_chosen(both: tuple[Visit, Visit], choice: str) -> None:
    hers, his = both
    ada, ben = hers.page, his.page
    his.context.set_offline(True)
    click(ben, card(ben, "Rest"))
    ben.keyboard.press("Delete")
    _state(ben, "offline")
    with ada.expect_response(lambda answer: answer.url.endswith("/draft")):
        click(ada, card(ada, "Rest"))
        ada.keyboard.press("d")
    his.context.set_offline(False)
    asked = ben.get_by_role("dialog", name="You both changed the same")
    expect(asked).to_contain_text("Ada Harbour saved another draft")
    expect(asked).to_contain_text("You removed it, and it was changed meanwhile.")
    his.wrong = [one for one in his.wrong if "ERR_INTERNET_DISCONNECTED" not in one]
    his.check()
    asked.get_by_role("button", name=choice).click()
    _state(ben, "saved")
    left = 0 if choice == "Keep mine" else 1
    for page in (ada, ben):
        expect(card(page, "Rest")).to_have_count(left)
        expect(card(page, "Tell")).to_be_visible()
