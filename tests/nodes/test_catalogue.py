"""Every kind of step keeps the same promises, so that pages and docs can rely on them."""

import re
from pathlib import Path

import pytest

from app.engine import edit
from app.engine.graph import Graph
from app.engine.plan import make_plan
from app.engine.states import Effect
from app.engine.step_type import StartType, StepType
from app.engine.story import line
from app.engine.values import canonical
from app.nodes.catalogue import CATALOGUE, GROUPS, OFFERED, by_group
from app.nodes.docs_pages import PAGES, index_page, pages

EVERY = pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.type)
DRAWN = Path(__file__).resolve().parents[2] / "templates" / "editor" / "fields"
KINDS = {path.stem for path in DRAWN.glob("*.html") if "macro draw(setting" in path.read_text()}


@EVERY
def test_it_has_words(kind: StepType) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.type)
    assert CATALOGUE[kind.type] is kind
    assert kind.title
    assert kind.group in GROUPS
    assert re.fullmatch(r"[a-z0-9-]+", kind.icon)
    assert len(kind.help()) > 80
    assert kind.summary.endswith(".")
    assert isinstance(kind, StartType) == kind.is_start


@EVERY
def test_its_settings_are_declared(kind: StepType) -> None:
    fields = kind.initial_fields()
    assert fields == kind.initial_fields()
    canonical(fields)
    for name, field in kind.fields.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert field.label
        assert field.kind in KINDS
        assert field.json_schema()["title"] == field.label
        if field.only_if is not None:
            other, values = field.only_if
            assert values <= {option for option, _ in kind.fields[other].options}  # type: ignore[attr-defined]


@EVERY
def test_a_new_one_can_be_planned(kind: StepType) -> None:
    graph, form = edit.add_step(Graph.empty(), CATALOGUE["start_form"])
    if not kind.is_start:
        graph, _ = edit.add_step(graph, kind, after=form.id)
    assert make_plan(graph, CATALOGUE).start() == 0
    for step in graph.steps:
        assert line(step, None, CATALOGUE) == "Waits for its turn"


@EVERY
def test_a_failure_of_it_has_one_first_thing_to_do(kind: StepType) -> None:
    actions = kind.actions(kind.initial_fields(), {})
    assert [action.primary for action in actions].count(True) == 1
    assert actions[0].primary


@EVERY
def test_only_declared_effects(kind: StepType) -> None:
    if kind.effect is Effect.NONE:
        assert kind.effect_of(kind.initial_fields()) is Effect.NONE


def test_the_menu_shows_every_kind_once() -> None:
    shown = [kind.type for _, kinds in by_group() for kind in kinds]
    assert sorted(shown) == sorted(OFFERED)
    hidden = {kind.type for kind in CATALOGUE.values() if kind.only_built_in}
    assert set(CATALOGUE) - hidden == set(OFFERED)


def test_the_docs_pages_are_those_of_the_step_files() -> None:
    written = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.md")}
    assert written == pages()


def test_the_index_names_every_kind() -> None:
    for kind in OFFERED.values():
        assert f"({kind.type}.md)" in index_page()
