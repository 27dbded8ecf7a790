"""A workflow moves in: its code is brought, looked at line by line, and becomes an agent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit
from tests.moving_in.conftest import PROGRAMS

pytestmark = [pytest.mark.browser]
Visits = Callable[..., Visit]


@pytest.mark.parametrize("look", LOOKS)
def test_a_workflow_moves_in(
    house: House, ada: Path, visit: Visits, tmp_path: Path, look: str
) -> None:
    file = tmp_path / "night.py"
    file.write_bytes((PROGRAMS / "night_desk.py.txt").read_bytes())
    owner = visit(house, look, storage_state=ada)
    owner.open("/w/harbour-pine/agents/new")
    owner.click("link", "Move in from OpenAI Agent Builder")
    expect(owner.page.get_by_role("heading", name="Where the code is")).to_be_visible()
    owner.check()
    owner.page.get_by_label("The .py file").set_input_files(file)
    owner.click("button", "See what it becomes")
    expect(owner.page.get_by_role("heading", name="Night desk", level=1)).to_be_visible()
    expect(owner.page.get_by_text("1 by hand")).to_be_visible()
    owner.check()
    owner.fill("Name", f"Night desk, {look}")
    owner.click("button", "Make the agent")
    expect(owner.page.get_by_text("has moved in")).to_be_visible()
    expect(owner.page.get_by_text("Listener").filter(visible=True).first).to_be_visible()
    owner.check()
