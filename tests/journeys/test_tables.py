"""A table made out of a file, edited, searched and exported; variables beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]
Visits = Callable[..., Visit]
TABLES = "/w/harbour-pine/tables"
FILE = """Article;Price;In stock;Since
Table lamp;89,90;yes;22.11.2026
Bulb;x;no;1.12.2026
Åse’s shade;12;no;
"""


@pytest.mark.parametrize("look", LOOKS)
def test_a_table_is_made_edited_searched_and_exported(
    house: House, ada: Path, visit: Visits, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    _make_out_of_a_file(screen, f"Stock {look}")
    _edit_in_place(screen)
    _add_a_row(screen)
    _search_and_sort(screen)
    _export(screen)
    _delete_and_bring_back(screen)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_tables_and_variables_is_right(
    house: House, ada: Path, visit: Visits, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    _make_by_hand(screen, f"People {look}")
    here = screen.page.url
    for path in ("", "/rows/new", "/columns", "/columns/name", "/details", "/imports/new"):
        screen.open(here + path)
        screen.check()
    for path in (TABLES, f"{TABLES}/new", "/w/harbour-pine/variables/new"):
        screen.open(path)
        screen.check()
    name = f"last_{look}"
    screen.fill("Name", name)
    screen.fill("Value", "ghp_0123456789abcdefgh")
    screen.click("button", "Make the variable")
    expect(screen.page.get_by_text("This looks like a password or a key")).to_be_visible()
    screen.check()
    screen.page.get_by_label("Value").fill("12")
    screen.click("button", "Make the variable")
    expect(screen.page.get_by_role("link", name=name)).to_be_visible()
    screen.check()
    screen.click("link", name)
    expect(screen.page.get_by_label("Value")).to_have_value("12")
    screen.check()


def test_everything_works_without_scripts(house: House, ada: Path, visit: Visits) -> None:
    screen = visit(house, "light", storage_state=ada, java_script_enabled=False)
    page = screen.page
    screen.open(f"{TABLES}/new")
    screen.fill("Name", "No scripts")
    page.get_by_label("Name of column 1").fill("Who")
    page.get_by_label("Name of column 2").fill("State")
    page.get_by_label("Kind of column 2").select_option("choice")
    page.get_by_label("Choices, one a line").nth(1).fill("New\nOld")
    screen.click("button", "Remove column 3")
    expect(page.get_by_label("Name of column 3")).to_have_count(0)
    screen.click("button", "Make the table")
    screen.click("link", "Add a row")
    screen.fill("Who", "Bob")
    page.get_by_label("State").select_option("Old")
    screen.click("button", "Add the row")
    screen.click("link", "Bob")
    page.get_by_label("Who").fill("Robert")
    screen.click("button", "Save")
    expect(page.get_by_role("cell", name="Robert", exact=True)).to_be_visible()
    page.get_by_label("Choose Robert").check()
    screen.click("button", "Delete the chosen rows")
    screen.click("button", "Bring them back")
    expect(page.get_by_role("cell", name="Robert", exact=True)).to_be_visible()


def _make_out_of_a_file(screen: Visit, name: str) -> None:
    screen.open(f"{TABLES}/new")
    content = {"name": "stock.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    screen.page.get_by_label("File").set_input_files(content)
    screen.click("button", "Look into the file")
    expect(screen.page.get_by_label("Kind of Since")).to_have_value("date")
    expect(screen.page.get_by_label("Kind of Price")).to_have_value("text")
    screen.check()
    screen.page.get_by_label("Kind of Price").select_option("number")
    screen.click("button", "Check again")
    expect(screen.page.get_by_text("Line 3: “x” in “Price” is not a number.")).to_be_visible()
    screen.check()
    screen.page.get_by_label("Bring them in").check()
    screen.page.get_by_label("Name", exact=True).fill(name)
    screen.click("button", "Make the table")
    expect(screen.page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(screen.page.locator(".data-grid tbody tr")).to_have_count(3)
    screen.check()


def _edit_in_place(screen: Visit) -> None:
    page = screen.page
    cell = page.locator(".data-grid tbody tr").nth(1).locator("td.cell").nth(1)
    cell.locator("a").click()
    typed = page.locator(".cell-form input[name=value]")
    expect(typed).to_be_focused()
    typed.fill("many")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“many” in “Price” is not a number.")).to_be_visible()
    screen.check()
    typed.fill("2,5")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("2.5")
    expect(cell.locator("a")).to_be_focused()
    cell.locator("a").click()
    page.get_by_label("Leave it as it was").click()
    expect(cell).to_have_text("2.5")
    screen.check()


def _add_a_row(screen: Visit) -> None:
    screen.click("link", "Add a row")
    screen.fill("Article", "Candle")
    screen.fill("Price", "3")
    screen.click("button", "Add the row")
    expect(screen.page.locator(".data-grid tbody tr")).to_have_count(4)


def _search_and_sort(screen: Visit) -> None:
    page = screen.page
    first = page.locator(".data-grid tbody tr").first
    page.get_by_role("link", name="Price", exact=True).click()
    expect(first).to_contain_text("Bulb")
    page.get_by_role("link", name="Price", exact=True).click()
    expect(first).to_contain_text("Table lamp")
    page.get_by_label("Find in all columns").fill("ase")
    page.keyboard.press("Enter")
    expect(page.locator(".data-grid tbody tr")).to_have_count(1)
    expect(first).to_contain_text("Åse’s shade")
    screen.click("link", "Show all rows")
    page.locator("#row-filter summary").click()
    page.get_by_label("Column", exact=True).select_option(label="Price")
    page.get_by_label("Comparison").select_option("at_least")
    page.get_by_label("Value", exact=True).fill("12")
    screen.click("button", "Add the filter")
    expect(page.get_by_text("Price is at least 12")).to_be_visible()
    expect(page.locator(".data-grid tbody tr")).to_have_count(2)
    screen.check()


def _export(screen: Visit) -> None:
    page = screen.page
    page.locator("summary[aria-label^='More for Stock']").click()
    with page.expect_download() as download:
        screen.click("link", "Export as CSV")
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.splitlines()[0] == "Article,Price,In stock,Since"
    assert sorted(line.split(",")[0] for line in text.splitlines()[1:]) == [
        "Table lamp",
        "Åse’s shade",
    ]


def _delete_and_bring_back(screen: Visit) -> None:
    page = screen.page
    page.get_by_label("Choose Table lamp").check()
    screen.click("button", "Delete the chosen rows")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("1 row is deleted.")).to_be_visible()
    screen.check()
    screen.click("button", "Bring them back")
    expect(page.locator(".data-grid tbody tr")).to_have_count(4)


def _make_by_hand(screen: Visit, name: str) -> None:
    screen.open(f"{TABLES}/new")
    screen.fill("Name", name)
    screen.page.get_by_label("Name of column 1").fill("Name")
    screen.click("button", "Add a column")
    expect(screen.page.get_by_label("Name of column 2")).to_be_visible()
    screen.check()
    screen.click("button", "Make the table")
    expect(screen.page.get_by_text("No rows yet")).to_be_visible()
    screen.check()
