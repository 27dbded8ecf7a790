"""A run asks a person: built, changed and approved in a real browser, and by the link in a mail."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.house import House
from tests.journeys.opening import first_owner, open_house
from tests.journeys.visit import LOOKS, Visit
from tests.mail.postbox import Postbox
from tests.runs.house import until

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
INBOX = "/w/harbour-pine/approvals"
QUESTION = "Send the refund?"


@pytest.fixture(scope="module")
def postbox() -> Iterator[Postbox]:
    """The mail server of the house."""
    with Postbox() as postbox:
        yield postbox


@pytest.fixture(scope="module")
def asking_house(tmp_path_factory: pytest.TempPathFactory, postbox: Postbox) -> Iterator[House]:
    """An installation that may send its mail there."""
    hosts = f"127.0.0.1:{postbox.port}"
    with open_house(tmp_path_factory.mktemp("asking"), hosts=hosts) as house:
        yield house


@pytest.fixture(scope="module")
def asked(
    asking_house: House,
    browser: Browser,
    postbox: Postbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Ada's cookies: she has signed up, set the mail server and built an agent that asks."""

    def then(screen: Visit) -> None:
        _set_mail_server(screen, postbox)
        _build(screen)

    return first_owner(asking_house, browser, tmp_path_factory.mktemp("asked"), then=then)


def _set_mail_server(screen: Visit, postbox: Postbox) -> None:
    screen.open("/w/harbour-pine/settings/mail")
    screen.fill("Server", "127.0.0.1")
    screen.fill("Port", str(postbox.port))
    screen.page.get_by_label("None").check()
    screen.fill("Mail comes from", "desk@harbour.example")
    screen.click("button", "Save", exact=True)
    expect(screen.page.get_by_text("Saved.")).to_be_visible()


def _build(screen: Visit) -> None:
    """An agent that asks, and answers with the sum that was approved."""
    page = screen.page
    screen.open("/w/harbour-pine/agents/new")
    screen.fill("Name", "Refunds")
    screen.click("button", "Go on to its steps")
    screen.click("link", "Outline")
    page.wait_for_url("**/edit**")
    page.get_by_role("link", name="Add a step", exact=True).click()
    page.locator(".kinds button:has(b:text-is('Ask a person'))").click()
    expect(page.locator(".panel h2")).to_have_text("Ask a person")
    page.locator("#set-title").fill(QUESTION)
    page.get_by_role("button", name="Add a row").first.click()
    page.locator("#set-values-1-name").fill("refund")
    page.locator("#set-values-1-value").fill("84")
    page.locator("#set-button").fill("Approve and send")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Add a step after Ask a person, Approved").first.click()
    page.locator(".kinds button:has(b:text-is('Answer'))").click()
    expect(page.locator(".panel h2")).to_have_text("Answer")
    page.locator("#set-text").fill("Refunded {{ steps.ask_a_person.values.refund }}")
    page.keyboard.press("Tab")
    expect(page.locator(".ed-strip")).to_contain_text("No problems")
    screen.check()


def _start(screen: Visit) -> None:
    """Run the draft until it asks."""
    screen.open("/w/harbour-pine/agents/refunds/runs/new?draft=yes")
    screen.click("button", "Run", exact=True)
    expect(screen.page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    expect(screen.page.locator(".badge", has_text="Waits for approval")).to_be_visible()


def test_approved_with_a_change(asking_house: House, asked: Path, visit: Open) -> None:
    screen = visit(asking_house, "light", storage_state=asked)
    page = screen.page
    _refuse_all(screen)  # what the tests before this one, in their order of chance, left open
    _start(screen)
    screen.check()
    screen.click("link", "Open the question")
    expect(page.get_by_role("heading", name=QUESTION, level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Approvals 1 waiting for you")).to_be_visible()
    refund = page.get_by_label("refund")
    expect(refund).to_have_value("84")
    refund.fill("42")
    expect(page.get_by_text("You changed this.")).to_be_visible()
    page.get_by_role("button", name="Show the agent’s words").click()
    expect(page.locator(".agents-words").filter(visible=True)).to_have_text("84")
    screen.check()
    address = page.url
    refund.press("Enter")  # pressing Enter in a field answers nothing
    assert page.url == address
    screen.click("button", "Approve and send")
    expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()
    expect(page.get_by_text("Nothing waits for an answer")).to_be_visible()
    screen.check()
    screen.click("link", "Answered")
    row = page.get_by_role("row").filter(has_text=QUESTION).first  # the newest
    expect(row).to_contain_text("Approved")
    expect(row).to_contain_text("1 change")
    screen.check()
    row.get_by_role("link").click()
    expect(page.get_by_text("Ada Harbour approved with 1 change")).to_be_visible()
    screen.check()
    screen.click("link", "this run")
    expect(page.locator(".badge", has_text="Done").first).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("Refunded 42")
    expect(page.locator(".story")).to_contain_text("Ada Harbour approved with one change")


def _refuse_all(screen: Visit) -> None:
    """Answer every question that waits, so that the next one is the only one."""
    screen.open(INBOX)
    refused = screen.page.get_by_text("Refused. The run goes on without it.")
    for _ in range(screen.page.locator(".ask-link").count()):
        screen.open(INBOX)
        screen.click("button", "Refuse")
        expect(refused).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_each_look(asking_house: House, asked: Path, visit: Open, look: str) -> None:
    screen = visit(asking_house, look, storage_state=asked)
    page = screen.page
    _start(screen)
    screen.open(INBOX)
    expect(page.get_by_role("heading", name="Approvals", level=1)).to_be_visible()
    screen.check()
    page.locator(".ask-link").filter(has_text="Refunds").first.click()
    expect(page.get_by_role("heading", name=QUESTION, level=1)).to_be_visible()
    screen.check()
    screen.click("button", "Refuse")
    expect(page.get_by_text("Refused. The run goes on without it.")).to_be_visible()


def test_an_open_inbox_hears_of_a_new_question(
    asking_house: House, asked: Path, visit: Open
) -> None:
    screen, other = (visit(asking_house, "light", storage_state=asked) for _ in range(2))
    _start(screen)
    screen.open(INBOX)
    page = screen.page
    known = page.locator(".ask-link").count()
    page.get_by_role("searchbox").fill("half a wo")
    page.get_by_label("refund").fill("17")
    _start(other)
    expect(page.locator(".ask-link")).to_have_count(known + 1)
    expect(page.get_by_role("searchbox")).to_have_value("half a wo")
    expect(page.get_by_label("refund")).to_have_value("17")
    other.open(INBOX)
    other.click("button", "Approve and send")  # the first, which stands open on the other screen
    expect(page.get_by_text("is not open any more")).to_be_visible()
    expect(page.get_by_label("refund")).to_have_value("17")
    screen.check()


def test_by_the_link_in_a_mail_without_scripts(
    asking_house: House, asked: Path, postbox: Postbox, visit: Open
) -> None:
    screen = visit(asking_house, "light", storage_state=asked)
    _refuse_all(screen)  # a mail about a question of another test may still be under way
    known = len(postbox.mails)
    _start(screen)
    address = screen.page.url
    phone = visit(asking_house, "phone", java_script_enabled=False)  # nobody is signed in there
    text, link = until(lambda: _open_question(phone, postbox, known))
    assert "If you approve: “Answer” comes next." in text
    for _ in range(2):
        phone.open(link)
        expect(phone.page.get_by_role("heading", name=QUESTION)).to_be_visible()
    phone.page.get_by_label("refund").fill("21")
    phone.click("button", "Approve and send")
    expect(phone.page.get_by_role("heading", name="Thank you, Ada Harbour")).to_be_visible()
    phone.open(link)
    expect(phone.page.get_by_role("button", name="Approve and send")).to_have_count(0)
    screen.open(address)
    expect(screen.page.locator(".answer")).to_contain_text("Refunded 21")


def _open_question(phone: Visit, postbox: Postbox, known: int) -> tuple[str, str] | None:
    """Text and link of a mail after the first `known` whose question nobody has answered yet."""
    for mail in postbox.mails[known:]:
        text = str(mail.get_content())
        link = re.search(r"http://\S+/answers/\S+", text)
        assert link, text
        phone.open(link[0])
        if phone.page.get_by_role("button", name="Approve and send").count():
            return text, link[0]
    return None
