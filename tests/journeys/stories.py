"""What people do in several journeys, click by click."""

import re

from playwright.sync_api import expect

from tests.journeys.visit import Visit

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
    """From the editor: run the draft on these answers."""
    ada.click("link", "Try it")
    answer(ada, answers, ends)


def answer(ada: Visit, answers: dict[str, str], ends: str) -> None:
    """Fill in the start form, run, and watch until the run ends so."""
    for label, value in answers.items():
        ada.fill(label, value)
    ada.check()
    ada.click("button", "Run", exact=True)
    expect(ada.page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    expect(ada.page.locator(".badge", has_text=ends).first).to_be_visible()
    ada.check()
