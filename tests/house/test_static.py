"""What browsers load: small, ours or with a known sum, and one component to a file."""

import gzip
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.web import assets, modules
from tests.house.sources import APP, PROJECT, TEMPLATES, short

STATIC = PROJECT / "static"
STYLES = sorted((STATIC / "css").rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
PAGE = ("vendor/htmx.min.js", "js/app.js", "app.css")
CANVAS = ("js/editor.js", "editor.css", "canvas.css")
# With the first hand on the canvas; dagre comes with the first tidying up
HANDS = ("js/working.js",)
# On the pages of chats, beside what every page loads
CHAT = ("js/chat.js", "chat.css")
# On the page of a simple agent, beside those
SIMPLE = ("js/simple.js", "simple.css")
# Where an agent is described, beside the chat
DESCRIBING = ("describing.css",)
PAGE_BYTES = 36 * 1024
CHAT_BYTES = 8 * 1024
SIMPLE_BYTES = 4 * 1024
DESCRIBING_BYTES = 3 * 1024
EDITOR_BYTES = 90 * 1024
DRAWING_BYTES = 25 * 1024
FORBIDDEN_IN_SCRIPTS = re.compile(
    r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write"
)
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(", re.IGNORECASE)


def packed_bytes(names: Iterable[str]) -> int:
    """What a browser gets over the wire for these files."""
    contents = assets.read(STATIC)
    return sum(len(gzip.compress(contents[name])) for name in names)


def test_a_page_stays_within_its_budget() -> None:
    assert packed_bytes(PAGE) <= PAGE_BYTES


def test_a_chat_stays_within_its_budget() -> None:
    assert packed_bytes(CHAT) <= CHAT_BYTES


def test_a_simple_agent_stays_within_its_budget() -> None:
    assert packed_bytes(SIMPLE) <= SIMPLE_BYTES
    assert packed_bytes(DESCRIBING) <= DESCRIBING_BYTES


def test_the_editor_stays_within_its_budget() -> None:
    assert packed_bytes((*PAGE, *CANVAS, *HANDS)) <= EDITOR_BYTES


def test_what_draws_the_canvas_stays_within_its_budget() -> None:
    """Of our own scripts only this one comes with the page; what hands need comes with them."""
    assert packed_bytes(["js/editor.js"]) <= DRAWING_BYTES


def test_pages_load_what_is_budgeted() -> None:
    texts = [path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")]
    named = {name for text in texts for name in re.findall(r"asset\([\"']([^\"']+)[\"']\)", text)}
    loaded = {name for name in named if name.endswith((".js", ".css"))}
    assert loaded == {*PAGE, *CANVAS, *CHAT, *SIMPLE, *DESCRIBING, "vendor/dagre.esm.js"}


def test_every_script_is_part_of_a_page() -> None:
    """A module that no page loads is forgotten or left over; joining refuses any odd import."""
    loaded = {path for entry in assets.SCRIPTS.values() for path in modules.read(STATIC, entry)}
    assert {path.relative_to(STATIC).as_posix() for path in SCRIPTS} == loaded


def test_what_others_made_is_what_they_published() -> None:
    table = (STATIC / "vendor" / "VENDORED.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    carried = [*(STATIC / "vendor").glob("*.js"), *(STATIC / "fonts").glob("*.woff2")]
    carried += (PROJECT / "tests" / "vendor").glob("*.js")
    assert set(listed) == {short(path) for path in carried}
    for name, expected in listed.items():
        assert hashlib.sha256((PROJECT / name).read_bytes()).hexdigest() == expected, name


def test_a_component_lives_in_one_file() -> None:
    homes: dict[str, set[str]] = {}
    for path in STYLES:
        for name in _components(path):
            homes.setdefault(name, set()).add(short(path))
    assert {name: sorted(files) for name, files in homes.items() if len(files) > 1} == {}


@pytest.mark.parametrize("path", STYLES, ids=short)
def test_a_style_file_says_what_it_is_and_names_its_layer(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("/* "), "begin with one sentence"
    assert "@layer" in text
    assert "!important" not in text or path.stem in {"base", "reset", "utilities"}


@pytest.mark.parametrize("path", STYLES, ids=short)
def test_colours_come_from_tokens(path: Path) -> None:
    if path.stem != "tokens":
        assert RAW_COLOUR.findall(path.read_text("utf-8")) == []


def test_tokens_are_known_and_used() -> None:
    defined = set(re.findall(r"(--[a-z0-9-]+):", (STATIC / "css/tokens.css").read_text("utf-8")))
    everything = "\n".join(path.read_text("utf-8") for path in STYLES)
    local = set(re.findall(r"^\s+(--[a-z-]+):", everything, re.MULTILINE))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", everything))
    assert used - defined - local == set()
    assert defined - used == set(), "a token that nobody uses"


@pytest.mark.parametrize("path", SCRIPTS, ids=short)
def test_scripts_need_no_weaker_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("// "), "begin with one sentence"
    assert FORBIDDEN_IN_SCRIPTS.findall(text) == []


def test_every_icon_in_use_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons/sprite.svg").read_text()))
    assert drawn == set((STATIC / "icons" / "icons.txt").read_text().split())
    in_templates = re.compile(r"\b(?:icon|draw)\(\"([a-z0-9-]+)\"|\bicon=\"([a-z0-9-]+)\"")
    in_code = re.compile(r"^\s+icon(?:: \S+)? = \"([a-z0-9-]+)\"", re.MULTILINE)
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for pair in in_templates.findall(path.read_text("utf-8"))
        for name in pair
        if name
    }
    used |= {n for path in APP.rglob("*.py") for n in in_code.findall(path.read_text("utf-8"))}
    assert used - drawn == set()


def _components(path: Path) -> set[str]:
    """The classes that this file defines: those with a rule that needs no other element."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    return {
        alone.group(1)
        for selectors in re.findall(r"([^{};]+)\{", text)
        for selector in re.split(r",(?![^(]*\))", selectors)
        if (alone := re.fullmatch(r"\s*\.([a-z][a-z0-9-]*)(?::[^\s>+~]*)?\s*", selector))
    }
