"""Takes the pictures of the README and the guides: `python -m tests.journeys.pictures`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chromium import chromium
from tests.journeys import stories
from tests.journeys.house import PROJECT, House
from tests.journeys.seeding import put_agent
from tests.journeys.test_versions import change_draft
from tests.journeys.visit import LOOKS, Visit
from tests.versions.desk import enquiry_desk

FOLDER = PROJECT / "docs" / "pictures"
ENQUIRY = {
    "Name": "Maria Lopez",
    "Message": "The blue table lamp arrived with a cracked shade. Can you send a new one?",
}
ORDER = {"Customer": "Anders Holm", "Amount without tax": "7200", "Country": "Germany"}


def take() -> None:
    """Sign up, use two examples, run them well and badly, and keep what the screen shows."""
    FOLDER.mkdir(exist_ok=True)
    with _house() as house, chromium() as browser:
        ada = Visit(browser, house.address, "light")
        stories.sign_up(ada, house.sign_up_address)
        stories.use_example(ada, "Sort an enquiry")
        good = _run(ada, "sort-an-enquiry", ENQUIRY)
        ada.open("/w/harbour-pine/examples")
        stories.use_example(ada, "Check an order")
        bad = _run(ada, "check-an-order", ORDER)
        cookies = ada.context.storage_state()
        outline = "/w/harbour-pine/agents/sort-an-enquiry/edit"
        step = _first_step(ada, outline)
        canvas = f"{outline.removesuffix('edit')}canvas?run={good.rpartition('/')[2]}"
        versions = versions_of_a_desk(house, ada)
        for look in LOOKS:
            screen = Visit(browser, house.address, look, storage_state=cookies)
            _keep(screen, good, f"run_{look}")
            _keep(screen, bad, f"run_failed_{look}")
            _keep(screen, outline if look == "phone" else step, f"outline_{look}")
            _keep(screen, canvas, f"canvas_{look}", awaits=".step.done")
            _keep(screen, "/w/harbour-pine/", f"home_{look}")
            _keep(screen, versions, f"versions_{look}")
            _keep(screen, f"{versions}/draft/flow", f"versions_flow_{look}", awaits=".mark")
            screen.close()


def _run(ada: Visit, slug: str, answers: dict[str, str]) -> str:
    ada.open(f"/w/harbour-pine/agents/{slug}/runs/new")
    for label, value in answers.items():
        field = ada.page.get_by_label(label, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    ada.click("button", "Run", exact=True)
    ada.page.locator(".badge", has_text="Done").or_(
        ada.page.locator(".badge", has_text="Failed")
    ).first.wait_for()
    return ada.page.url


def _first_step(ada: Visit, outline: str) -> str:
    ada.open(outline)
    return str(
        ada.page.get_by_role("link", name="Is it a complaint?").first.evaluate("link => link.href")
    )


def versions_of_a_desk(house: House, ada: Visit) -> str:
    """An agent that is published and on, with a draft that is different; the path of its list."""
    agent = put_agent(house, "Enquiry desk", enquiry_desk())
    ada.open(f"{agent}/publication")
    ada.fill("What is new", "Refunds up to 100")
    ada.click("button", "Publish")
    change_draft(house, agent)
    return f"{agent}/versions"


def _keep(screen: Visit, address: str, name: str, *, awaits: str = "body") -> None:
    screen.open(address)
    screen.page.locator(awaits).first.wait_for()
    screen.page.screenshot(path=FOLDER / f"{name}.png")


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "data", Path(folder) / "assets")
        try:
            yield house
        finally:
            house.stop()


if __name__ == "__main__":
    take()
