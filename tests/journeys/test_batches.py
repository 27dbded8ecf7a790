"""An agent works through a file and a table in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.batches.leads import lines, scorer
from tests.journeys.house import House
from tests.journeys.seeding import put_talker
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
AGENTS = "/w/harbour-pine/agents"
PATIENCE_MS = 60_000


@pytest.mark.parametrize("look", LOOKS)
def test_a_file_is_worked_through(
    house: House, ada: Path, visit: Open, tmp_path: Path, look: str
) -> None:
    put_talker(house, f"Score leads {look}", scorer())
    screen = visit(house, look, storage_state=ada)
    page = screen.page
    screen.open(f"{AGENTS}/score-leads-{look}")
    screen.click("link", "Run on many rows")
    screen.check()
    file = tmp_path / "leads.csv"
    file.write_text("\n".join([*lines(12, empty_every=6), "13;Nameless;many;Oslo"]), "utf-8")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    expect(page.get_by_text("Row 13: “many” in “Employees” is not a number")).to_be_visible()
    screen.check()
    screen.click("button", "Run the first 3 rows")
    expect(page.get_by_text("The first rows are done.")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#row-1")).to_contain_text("Dear people of Pine & Sons 1 in Bergen")
    screen.check()
    screen.click("button", "Go on with 9 rows")
    expect(page.locator(".page-h .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#row-6")).to_contain_text("Nobody is there.")
    screen.check()
    page.get_by_label("Row 6, open its run").click()
    expect(page.locator(".badge", has_text="Failed").first).to_be_visible()
    page.go_back()
    screen.click("button", "Run 2 failed rows again")
    expect(page.get_by_text("2 rows run once more.")).to_be_visible()
    expect(page.locator(".page-h .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#batch-menu summary").click()
    screen.click("button", "Results as CSV")
    expect(page.get_by_role("link", name="Download the file")).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_download() as download:
        screen.click("link", "Download the file")
    text = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert text[0].startswith("Firm,Company,No. of employees,City,Size,Greeting,State,")
    assert len(text) == 14
    screen.check()


def test_a_table_gets_the_answers_as_columns(
    house: House, ada: Path, visit: Open, tmp_path: Path
) -> None:
    put_talker(house, "Score the table", scorer())
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    _put_table(screen, tmp_path)
    screen.open(f"{AGENTS}/score-the-table/batches/new")
    page.get_by_label("Table", exact=True).select_option(label="Many leads (60 rows)")
    page.get_by_label("Find in all columns").fill("Oslo")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("button", name="Use the rows that fit")).to_be_visible()
    screen.check()
    screen.click("button", "Use the rows that fit")
    expect(page.get_by_text("Every row fits what the agent asks for.")).to_be_visible()
    screen.click("button", "Start 10 rows")
    expect(page.locator(".page-h .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    screen.click("link", "Write into a table")
    screen.check()
    screen.click("button", "Write into these rows")
    expect(page.get_by_text("10 rows written into “Many leads”.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    page.locator("#batch-menu summary").click()
    screen.click("button", "Results as .xlsx")
    expect(page.get_by_role("link", name="Download the file")).to_be_visible(timeout=PATIENCE_MS)
    screen.check()
    with page.expect_download() as download:
        screen.click("link", "Download the file")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    screen.click("link", "Open the table")
    expect(page.get_by_role("columnheader", name="Greeting")).to_be_visible()
    expect(page.get_by_text("Dear people of Harbour Freight 6 in Oslo")).to_be_visible()
    screen.check()


def test_it_is_paused_gone_on_with_and_stopped(
    house: House, ada: Path, visit: Open, tmp_path: Path
) -> None:
    put_talker(house, "Score slowly", scorer())
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    file = tmp_path / "many.csv"
    file.write_text("\n".join(lines(3_000)), "utf-8")
    screen.open(f"{AGENTS}/score-slowly/batches/new")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    page.get_by_label("Rows at a time").fill("2")
    screen.click("button", "Start 3,000 rows")
    expect(page.locator("#row-1 .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    screen.click("button", "Pause")
    expect(page.get_by_text("Go on whenever you like.")).to_be_visible()
    screen.check()
    page.get_by_role("button", name="Go on with").click()
    expect(page.locator("#row-20 .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Stop").click()
    expect(page.get_by_text("did not run. What was done is kept below.")).to_be_visible()
    screen.check()


def test_without_scripts_it_is_a_reload(
    house: House, ada: Path, visit: Open, tmp_path: Path
) -> None:
    put_talker(house, "Score plainly", scorer())
    screen = visit(house, "light", storage_state=ada, java_script_enabled=False)
    page = screen.page
    file = tmp_path / "few.csv"
    file.write_text("\n".join(lines(2)), "utf-8")
    screen.open(f"{AGENTS}/score-plainly/batches/new")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    _reload_until(page, "Rehearse the first 2 rows")
    screen.click("button", "Rehearse the first 2 rows")
    expect(page.get_by_role("heading", name="few.csv")).to_be_visible()
    _reload_until(page, "Run all for real")
    expect(page.get_by_text("This was a rehearsal")).to_be_visible()
    screen.click("button", "Change the matching")
    expect(page.get_by_role("button", name="Start 2 rows")).to_be_visible()


def test_many_rows_are_read_while_the_page_tells_how_far(
    house: House, ada: Path, visit: Open, tmp_path: Path
) -> None:
    put_talker(house, "Score very many", scorer())
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    file = tmp_path / "very many.csv"
    file.write_text("\n".join(lines(50_000)), "utf-8")
    screen.open(f"{AGENTS}/score-very-many/batches/new")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    expect(page.get_by_role("heading", name="Reading the rows")).to_be_visible()
    expect(page.get_by_text("50,000 rows. Nothing runs until")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#from-city").select_option("")
    screen.click("button", "Run the first 3 rows")
    expect(page.get_by_role("heading", name="Checking the rows")).to_be_visible()
    expect(page.get_by_text("The first rows are done.")).to_be_visible(timeout=PATIENCE_MS)
    screen.check()


def test_a_file_that_cannot_be_read_has_its_sentence(
    house: House, ada: Path, visit: Open, tmp_path: Path
) -> None:
    put_talker(house, "Score nothing", scorer())
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    file = tmp_path / "numbers.csv"
    file.write_text("12,ana@example.org\n13,bo@example.org\n", "utf-8")
    screen.open(f"{AGENTS}/score-nothing/batches/new")
    page.get_by_label("Spreadsheet or CSV file").set_input_files(file)
    screen.click("button", "Use this file")
    expect(page.get_by_text("looks like data")).to_be_visible(timeout=PATIENCE_MS)
    screen.check()
    screen.click("button", "Forget this")
    expect(page.get_by_text("Nothing ran, and the rows are forgotten.")).to_be_visible()


def _reload_until(page: Page, button: str) -> None:
    for _ in range(600):
        if page.get_by_role("button", name=button).count():
            break
        page.wait_for_timeout(100)  # between two looks
        page.reload()


def _put_table(screen: Visit, folder: Path) -> None:
    file = folder / "many leads.csv"
    file.write_text("\n".join(lines(60)), "utf-8")
    screen.open("/w/harbour-pine/tables/new")
    screen.page.locator("#file-card input[type=file]").set_input_files(file)
    screen.click("button", "Look into the file")
    expect(screen.page.get_by_text("Every value fits its column.")).to_be_visible()
    screen.click("button", "Make the table")
    expect(screen.page.get_by_text("60 rows added.")).to_be_visible()
