"""Every template compiles, every page has a title, and nothing needs a weaker content policy."""

import re

import pytest
from flask import Flask

from tests.house.sources import TEMPLATES, short

# Where |safe is allowed: nowhere.
MAY_BE_SAFE: frozenset[str] = frozenset()
PARTS = ("ui", "layouts")
NEEDS_WEAKER_POLICY = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "hx-on": re.compile(r"\bhx-on"),
    "a js: value": re.compile(r"[\"']js:"),
    "a trigger filter": re.compile(r"hx-trigger=\"[^\"]*\["),
    "an inline script": re.compile(r"<script(?![^>]*\b(src|type=\"application/json\"))"),
    "another origin": re.compile(r"(src|href|action)=\"https?://"),
}

ALL = sorted(TEMPLATES.rglob("*.html"))
PAGES = [
    path
    for path in ALL
    if path.parent.name not in PARTS and '{% extends "layouts/' in path.read_text("utf-8")
]


def test_every_template_compiles(app: Flask) -> None:
    for path in ALL:
        app.jinja_env.get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_every_page_has_a_title(path: object) -> None:
    assert "{% block title %}" in path.read_text("utf-8")  # type: ignore[attr-defined]


def test_nothing_is_marked_safe() -> None:
    marked = [short(path) for path in ALL if re.search(r"\|\s*safe\b", path.read_text("utf-8"))]
    assert set(marked) <= MAY_BE_SAFE


@pytest.mark.parametrize("what", NEEDS_WEAKER_POLICY)
def test_nothing_needs_a_weaker_policy(what: str) -> None:
    pattern = NEEDS_WEAKER_POLICY[what]
    found = [short(path) for path in ALL if pattern.search(path.read_text("utf-8"))]
    assert found == []


def test_no_exclamation_marks_in_words() -> None:
    words = re.compile(r">[^<>{}]*[A-Za-z]!(?=[\s<])")
    assert [short(path) for path in ALL if words.search(path.read_text("utf-8"))] == []
