"""Results and tables handed over in a real browser: stopped half-way, gone on with, removed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.batches.leads import lines, scorer
from tests.journeys.house import House
from tests.journeys.seeding import put_answers, put_talker
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
AGENTS = "/w/harbour-pine/agents"
PATIENCE_MS = 180_000
MANY = "50,000"  # so many that a person has the time to stop them
UNDER_WAY = re.compile(rf"\d00 of {MANY} rows written")
HALF_FILLED = re.compile(rf"was stopped\. [\d,]+ of {MANY} rows are written\.")


def test_results_are_stopped_gone_on_with_and_removed(
    house: House, ada: Path, visit: Open, tmp_path: Path
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    _put_results(screen, house, tmp_path)
    batch = page.url
    _stop_half_way(screen, "Scored by hand")
    screen.check()
    for look in LOOKS:
        other = visit(house, look, storage_state=ada)
        other.open(batch)
        expect(other.page.get_by_role("button", name="Remove the table")).to_be_visible()
        other.check()
    screen.click("button", "Go on writing")
    expect(page.get_by_text(UNDER_WAY)).to_be_visible(timeout=PATIENCE_MS)
    _ask_for(page, "CSV")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Making the file was stopped.")).to_be_visible()
    done = page.get_by_text(f"{MANY} rows written into “Scored by hand”.")
    expect(done).to_be_visible(timeout=PATIENCE_MS)
    _ask_for(page, "CSV")
    _download(screen, tmp_path / "results.csv")
    assert len((tmp_path / "results.csv").read_text("utf-8-sig").splitlines()) == 50_001
    screen.check()
    screen.click("link", "Open the table")
    _export(screen, tmp_path)
    screen.open(batch)
    _stop_half_way(screen, "Scored in vain")
    screen.click("button", "Remove the table")
    removed = page.get_by_text("“Scored in vain” is removed. The results stand here as before.")
    expect(removed).to_be_visible()
    expect(page.get_by_role("button", name="Go on writing")).to_have_count(0)
    screen.check()


def _put_results(screen: Visit, house: House, folder: Path) -> None:
    """A batch of many rows, all of them done."""
    put_talker(house, "Score many leads", scorer())
    file = folder / "many leads.csv"
    file.write_text("\n".join(lines(50_000)), "utf-8")
    page = screen.page
    screen.open(f"{AGENTS}/score-many-leads/batches/new")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    expect(page.get_by_text(f"{MANY} rows. Nothing runs")).to_be_visible(timeout=PATIENCE_MS)
    put_answers(house, page.url.rpartition("/")[2], {"Size": "small", "Greeting": "Dear people"})
    page.reload()


def _stop_half_way(screen: Visit, name: str) -> None:
    page = screen.page
    screen.click("link", "Write into a table")
    page.get_by_label("Name", exact=True).fill(name)
    screen.click("button", "Make the table")
    expect(page.get_by_text(UNDER_WAY)).to_be_visible(timeout=PATIENCE_MS)
    screen.click("button", "Stop writing")
    page.get_by_role("alertdialog").get_by_role("button", name="Stop writing").click()
    expect(page.get_by_text(HALF_FILLED)).to_be_visible()


def _ask_for(page: Page, kind: str) -> None:
    page.locator("#batch-menu summary").click()
    page.get_by_role("button", name=f"Results as {kind}").click()


def _export(screen: Visit, folder: Path) -> None:
    """A table of more than a thousand rows as a workbook: a worker makes it."""
    page = screen.page
    page.get_by_label(re.compile("^More for")).click()
    screen.click("button", "Export as .xlsx")
    expect(page.get_by_role("heading", name=re.compile("Making “"))).to_be_visible()
    screen.check()
    _download(screen, folder / "table.xlsx")
    assert (folder / "table.xlsx").read_bytes().startswith(b"PK")
    screen.check()
    screen.click("button", "Remove the file")
    expect(page.get_by_role("link", name="Download the file")).to_have_count(0)


def _download(screen: Visit, to: Path) -> None:
    link = screen.page.get_by_role("link", name="Download the file")
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    with screen.page.expect_download() as download:
        link.click()
    download.value.save_as(to)
