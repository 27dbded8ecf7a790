"""What people do in several journeys, click by click."""

import re

from playwright.sync_api import expect

from tests.journeys.visit import Visit

RUN = re.compile(r"/runs/[0-9a-f-]{36}")
PASSWORD = "a lamp in the harbour at night"  # of the people in these stories


def sign_up(ada: Visit, address: str) -> None:
    """Become the first owner, with one form."""
    ada.open(address)
    ada.check()
    ada.fill("Your name", "Ada Harbour")
    ada.fill("E-mail", "ada@harbour.example")
    ada.fill("Choose a password", PASSWORD)
    ada.fill("Name of your workspace", "Harbour & Pine")
    ada.click("button", "Make my account")
    expect(ada.page.get_by_role("heading", name="Begin with an example")).to_be_visible()
    ada.check()


def sign_in(person: Visit, email: str) -> None:
    """Come back with the password that everybody in these stories has."""
    person.open("/sign-in")
    person.fill("E-mail", email)
    person.fill("Password", PASSWORD)
    person.click("button", "Sign in", exact=True)
    expect(person.page.get_by_role("link", name="Agents").first).to_be_visible()


def use_example(ada: Visit, name: str) -> None:
    """Take an example from Home."""
    ada.clicks += 1
    card = ada.page.get_by_role("listitem").filter(has_text=name)
    card.get_by_role("button", name="Use this example").click()
    expect(ada.page.get_by_role("heading", name=name, level=1)).to_be_visible()
    ada.check()


def change_a_step(ada: Visit) -> None:
    """Change what the bill's answer says."""
    ada.click("link", "Change its steps")
    ada.click("link", "Outline")
    ada.check()
    ada.click("link", "What each pays")
    text = ada.page.get_by_label("Text", exact=True)
    text.fill("Everybody pays {{ steps.sums.each | decimals: 2 }}.")
    ada.click("button", "Save")
    expect(text).to_have_value("Everybody pays {{ steps.sums.each | decimals: 2 }}.")
    expect(ada.page.get_by_text("Draft saved")).to_be_visible()
    ada.check()


def run(ada: Visit, answers: dict[str, str], ends: str) -> None:
    """From the outline: run the draft on these answers, see it there, then look at the run."""
    ada.click("link", "Try it")
    _fill_and_run(ada, answers)
    shown = ada.page.get_by_role("region", name="Run", exact=True)
    expect(shown).to_contain_text(ends)
    ada.check()
    open_run(ada)
    expect(ada.page.locator(".badge", has_text=ends).first).to_be_visible()
    ada.check()


def open_run(ada: Visit) -> None:
    """From the outline, over which it is laid: the page of the run."""
    ada.clicks += 1
    ada.page.locator("#run-here").get_by_role("link", name="Open").click()
    expect(ada.page).to_have_url(RUN)


def answer(ada: Visit, answers: dict[str, str], ends: str) -> None:
    """Fill in the start form, run, and watch until the run ends so."""
    _fill_and_run(ada, answers)
    expect(ada.page).to_have_url(RUN)
    expect(ada.page.locator(".badge", has_text=ends).first).to_be_visible()
    ada.check()


def _fill_and_run(ada: Visit, answers: dict[str, str]) -> None:
    for label, value in answers.items():
        ada.fill(label, value)
    ada.check()
    ada.click("button", "Run", exact=True)
