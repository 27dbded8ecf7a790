"""The documents say what is true: settings, dependencies, decisions and links."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.sources import PROJECT, short

DOCUMENTS = sorted([PROJECT / "README.md", PROJECT / "CHANGELOG.md", *PROJECT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
VARIABLE = re.compile(r"\b(?:LAMPLIGHT_[A-Z_]+|PUBLIC_URL|REDIS_URL)\b")
# Read by the scripts in bin/ and by tests, and described where they are used.
OF_SCRIPTS = {
    "LAMPLIGHT_REQUIRE",
    "LAMPLIGHT_TEST_POSTGRES",
    "LAMPLIGHT_CHROMIUM",
    "LAMPLIGHT_VENV",
    "LAMPLIGHT_HOST",
    "LAMPLIGHT_PORT",
}
REGISTRY = re.compile(r"https?://[^\s\"']*(pypi|pythonhosted|npmjs|debian)\.", re.IGNORECASE)


def test_every_setting_is_documented() -> None:
    used = set(VARIABLE.findall((PROJECT / "app" / "settings.py").read_text("utf-8")))
    told = set(VARIABLE.findall((PROJECT / "docs" / "settings.md").read_text("utf-8")))
    assert used == told - OF_SCRIPTS


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *groups["dev"], *groups["local"]]
    names = {re.split(r"[\[<>=]", line)[0] for line in wanted}
    text = (PROJECT / "docs" / "dependencies.md").read_text("utf-8")
    told = set(re.findall(r"^\| ([a-z0-9-]+) \|", text, re.MULTILINE))
    assert names == told


@pytest.mark.parametrize("document", DOCUMENTS, ids=short)
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted(PROJECT.glob("docs/decisions/0*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_registry_address_is_written_down() -> None:
    files = [PROJECT / "pyproject.toml", *PROJECT.glob("*.lock"), *PROJECT.glob("bin/*")]
    assert [short(f) for f in files if REGISTRY.search(f.read_text("utf-8"))] == []
    assert not (PROJECT / "uv.lock").exists()
