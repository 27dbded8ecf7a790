"""Takes the pictures of the guide to signing in at servers: run it with `python -m`."""

import tempfile
from pathlib import Path

from tests.chromium import chromium
from tests.journeys import stories
from tests.journeys.house import PROJECT, House
from tests.journeys.test_server_sign_ins import make
from tests.journeys.visit import LOOKS, Visit
from tests.lib.oauth_stub import GuardedStub, OAuthStub

FOLDER = PROJECT / "docs" / "screens"


def take() -> None:
    """On the way there, signed in, and in want of more rights, in every look."""
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        OAuthStub() as service,
        GuardedStub(service=service) as stub,
    ):
        place = Path(folder)
        house = House(place / "data", place / "assets", private_hosts="127.0.0.1")
        try:
            ada = Visit(browser, house.address, "light")
            stories.sign_up(ada, house.sign_up_address)
            connection = make(ada, stub, "Handbook")
            cookies = ada.context.storage_state()
            for look in LOOKS:
                screen = Visit(browser, house.address, look, storage_state=cookies)
                walk(screen, stub, connection, look)
                screen.close()
        finally:
            house.stop()


def walk(screen: Visit, stub: GuardedStub, connection: str, look: str) -> None:
    """The way there and back, and out again."""
    screen.open(connection)
    screen.click("button", "Sign in", exact=True)
    screen.page.get_by_role("link", name="Go on to").wait_for()
    keep(screen, f"sign_in_leave_{look}")
    screen.click("link", "Go on to 127.0.0.1")
    screen.page.get_by_role("button", name="Finish signing in").wait_for()
    screen.click("button", "Finish signing in")
    screen.page.get_by_text("Searches the handbook.").wait_for()
    screen.open(connection)
    keep(screen, f"sign_in_done_{look}")
    stub.wants["tools/list"] = "tools.admin"
    screen.click("button", "Read again")
    screen.page.get_by_text("Needs more rights").wait_for()
    keep(screen, f"sign_in_rights_{look}")
    screen.click("button", "Sign in for more rights")
    screen.page.get_by_text("New among these").wait_for()
    stub.wants.clear()
    screen.open(connection)
    screen.click("button", "Sign out")
    screen.page.get_by_role("alertdialog").get_by_role("button", name="Sign out").click()
    screen.page.get_by_text("Nobody is signed in.").wait_for()


def keep(screen: Visit, name: str) -> None:
    """What the screen shows."""
    screen.page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    take()
