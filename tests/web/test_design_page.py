"""The design page in a real browser: nothing breaks the policy, axe is content, parts behave."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from app.settings import Settings
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """The app in development, served on loopback."""
    from app.extensions import db
    from app.factory import create_app

    app = create_app(replace(settings, development=True))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("look", LOOKS)
def test_every_component_is_sound(browser: Browser, address: str, look: str) -> None:
    visit = Visit(browser, address, look)
    visit.open("/design?toasts=1")
    visit.check()
    visit.close()


def test_parts_behave(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "light")
    page = visit.page
    visit.open("/design")

    page.get_by_label("More for this agent").click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Rename")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Rename")).to_be_hidden()

    opener = page.get_by_role("button", name="Open a dialog")
    opener.click()
    expect(page.get_by_role("dialog", name="Name this version")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    page.get_by_role("button", name="Ask first").click()
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("This cannot be undone")
    question.get_by_role("button", name="Not now").click()
    expect(question).to_be_hidden()
    assert page.url == f"{address}/design"

    page.get_by_role("button", name="Show", exact=True).first.click()
    expect(page.get_by_label("Password").first).to_have_attribute("type", "text")
    assert visit.wrong == []
    visit.close()


def test_a_dialog_opens_without_scripts(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "light", java_script_enabled=False)
    visit.open("/design")
    visit.page.get_by_role("button", name="Open a dialog").click()
    expect(visit.page.get_by_role("dialog", name="Name this version")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Copy").first).to_be_hidden()
    visit.close()
