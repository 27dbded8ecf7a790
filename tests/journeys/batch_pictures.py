"""Takes the pictures of batches: `python -m tests.journeys.batch_pictures`."""

import re
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.batches.leads import lines, scorer
from tests.chromium import chromium
from tests.journeys import stories
from tests.journeys.house import PROJECT, House
from tests.journeys.seeding import put_answers, put_talker
from tests.journeys.visit import LOOKS, Visit

FOLDER = PROJECT / "docs" / "screens"
AGENTS = "/w/harbour-pine/agents"
PATIENCE_MS = 60_000


def take() -> None:
    """Choosing rows, reading them, matching columns, at work, done, a table, and its export."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        house = House(folder / "data", folder / "assets")
        try:
            ada = Visit(browser, house.address, "light")
            stories.sign_up(ada, house.sign_up_address)
            cookies: Any = ada.context.storage_state()
            for look in LOOKS:
                screen = Visit(browser, house.address, look, storage_state=cookies)
                _batch(screen, house, look, folder)
                screen.close()
        finally:
            house.stop()


def _batch(screen: Visit, house: House, look: str, folder: Path) -> None:
    page, name = screen.page, f"Score leads {look}"
    put_talker(house, name, scorer())
    file = folder / "leads from the fair.csv"
    file.write_text("\n".join([*lines(400, empty_every=9), "401;Nameless;many;Oslo"]), "utf-8")
    _reading(screen, look, folder)
    _writing(screen, house, look)
    screen.open(f"{AGENTS}/score-leads-{look}/batches/new")
    _keep(screen, f"batch_new_{look}")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    expect(page.get_by_text("is left out").first).to_be_visible()
    _keep(screen, f"batch_setup_{look}")
    page.get_by_label("Rows at a time").fill("4")
    screen.click("button", "Start 400 rows")
    expect(page.locator("#row-40 .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    screen.click("button", "Pause")
    expect(page.get_by_text("Go on whenever you like.")).to_be_visible()
    page.get_by_role("button", name="Go on with").click()
    expect(page.locator("#batch-poll")).to_have_count(1)
    expect(page.get_by_text(re.compile(r"rows have run, about .* left"))).to_be_visible()
    _keep(screen, f"batch_running_{look}")
    expect(page.locator(".page-h .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS * 3)
    _keep(screen, f"batch_done_{look}")
    screen.click("link", "Write into a table")
    _keep(screen, f"batch_table_{look}")


def _reading(screen: Visit, look: str, folder: Path) -> None:
    page = screen.page
    file = folder / "all customers.csv"
    file.write_text("\n".join(lines(50_000)), "utf-8")
    screen.open(f"{AGENTS}/score-leads-{look}/batches/new")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    expect(page.get_by_text(re.compile(r"\d,000 rows read"))).to_be_visible(timeout=PATIENCE_MS)
    _keep(screen, f"batch_reading_{look}")
    expect(page.get_by_text("50,000 rows. Nothing runs")).to_be_visible(timeout=PATIENCE_MS)


def _writing(screen: Visit, house: House, look: str) -> None:
    """The results of the batch that was just read, into a new table and as a file."""
    page = screen.page
    put_answers(house, page.url.rpartition("/")[2], {"Size": "small", "Greeting": "Dear people"})
    page.reload()
    screen.click("link", "Write into a table")
    page.get_by_label("Name", exact=True).fill(f"All customers, scored {look}")
    screen.click("button", "Make the table")
    far = page.get_by_text(re.compile(r"[1-4]\d,\d00 of 50,000 rows written"))
    expect(far).to_be_visible(timeout=PATIENCE_MS)
    _keep(screen, f"batch_writing_{look}")
    screen.click("button", "Stop writing")
    page.get_by_role("alertdialog").get_by_role("button", name="Stop writing").click()
    expect(page.get_by_role("button", name="Go on writing")).to_be_visible()
    _keep(screen, f"batch_half_filled_{look}")
    screen.click("button", "Go on writing")
    expect(page.get_by_role("link", name="Open the table")).to_be_visible(timeout=PATIENCE_MS * 3)
    page.locator("#batch-menu summary").click()
    screen.click("button", "Results as .xlsx")
    expect(page.get_by_role("link", name="Download the file")).to_be_visible(
        timeout=PATIENCE_MS * 3
    )
    _keep(screen, f"batch_written_{look}")
    screen.click("link", "Open the table")
    _export(screen, look)


def _export(screen: Visit, look: str) -> None:
    """A table of more than a thousand rows as a workbook."""
    page = screen.page
    page.locator("summary[aria-label^='More for']").click()
    screen.click("button", "Export as .xlsx")
    expect(page.get_by_text(re.compile("rows written"))).to_be_visible(timeout=PATIENCE_MS)
    _keep(screen, f"table_export_{look}")
    expect(page.get_by_role("link", name="Download the file")).to_be_visible(
        timeout=PATIENCE_MS * 3
    )


def _keep(screen: Visit, name: str) -> None:
    screen.page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    take()
