"""A list is sent with the form, seen before the run, read, and a new one is downloaded."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from app.lib.office import NewSheet, write_workbook
from app.web.words import UTC
from tests.files.test_family import flow
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]
Visits = Callable[..., Visit]
FORM = "/w/harbour-pine/agents/copy-a-list/runs/new"


@pytest.fixture(scope="session")
def copier(house: House, ada: Path) -> Path:
    """Ada's cookies: she has an agent that copies a list."""
    put_agent(house, "Copy a list", flow())
    return ada


@pytest.fixture
def june(tmp_path: Path) -> Path:
    """A list of nine lamps."""
    rows = [{"Lamp": f"Skagen {n}", "Price": n, "Sold": f"2026-06-{n + 1:02}"} for n in range(9)]
    path = tmp_path / "June.xlsx"
    columns = ["Lamp", "Price", "Sold"]
    path.write_bytes(write_workbook(NewSheet(rows=rows, columns=columns, zone=UTC, name="June")))
    return path


@pytest.mark.parametrize("look", LOOKS)
def test_a_list_is_sent_and_comes_back(
    house: House, copier: Path, visit: Visits, june: Path, look: str
) -> None:
    screen = visit(house, look, storage_state=copier)
    screen.open(FORM)
    screen.check()
    screen.page.get_by_label("List", exact=True).set_input_files(june)
    expect(screen.page.get_by_text("Skagen 4")).to_be_visible()
    expect(screen.page.get_by_text("The first 5 rows; more follow.")).to_be_visible()
    expect(screen.page.get_by_label("List", exact=True)).to_have_value("")
    screen.check()
    screen.click("button", "Run", exact=True)
    expect(screen.page.locator(".badge", has_text="Done").first).to_be_visible()
    screen.page.locator("summary", has_text="Make").first.click()
    with screen.page.expect_download() as saved:
        screen.page.get_by_role("link", name="Copy.xlsx").first.click()
    sheet = openpyxl.load_workbook(io.BytesIO(saved.value.path().read_bytes())).worksheets[0]
    assert [one.value for one in sheet[2]][:2] == ["Skagen 0", 0]
    screen.check()


def test_a_file_that_is_none_says_so_at_once(
    house: House, copier: Path, visit: Visits, tmp_path: Path
) -> None:
    broken = tmp_path / "June.xlsx"
    broken.write_bytes(b"no workbook")
    screen = visit(house, storage_state=copier)
    screen.open(FORM)
    screen.page.get_by_label("List", exact=True).set_input_files(broken)
    expect(screen.page.get_by_text("“June.xlsx” is damaged")).to_be_visible()
    screen.check()


def test_it_works_without_javascript(house: House, copier: Path, visit: Visits, june: Path) -> None:
    screen = visit(house, storage_state=copier, java_script_enabled=False)
    screen.open(FORM)
    screen.page.get_by_label("List", exact=True).set_input_files(june)
    screen.click("button", "Look at the files first")
    expect(screen.page.get_by_text("Skagen 4")).to_be_visible()
    screen.click("button", "Run", exact=True)
    done = screen.page.locator(".badge", has_text="Done").first
    for _ in range(100):
        if done.count():
            break
        screen.page.reload()
    expect(screen.page.locator("a", has_text="June.xlsx").first).to_be_attached()
