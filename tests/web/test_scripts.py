"""The scripts' own tests, where Node is installed, and that they agree with the server."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.engine.graph import Graph
from app.lib import resolver

SCRIPT_TESTS = Path(__file__).resolve().parents[1] / "js"
FLOWS = 30

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")

paths = st.sampled_from(
    (
        *(
            "steps.old",
            "steps.old.x",
            "steps.older",
            "steps.old-x",
            "steps.old[0]",
            "steps.new.old",
        ),
        *("steps['old'].x", 'steps["old"]', "steps['x'].old", "x.steps.old", "old.steps", "steps"),
        *("'steps.old'", '"{{ steps.old }}"', r"'\'steps.old'", "7"),
    )
)
expressions = st.builds(
    lambda first, filters, space: f"{{{{{space}{first}{''.join(filters)}{space}}}}}",
    paths,
    st.lists(
        st.one_of(st.just(" | upper"), paths.map(lambda path: f" | default: {path}")), max_size=3
    ),
    st.sampled_from(("", " ", "\n")),
)
texts_between = st.sampled_from(("", " ", "steps.old", "}}", "é", "'", '"', "\\"))
templates = st.lists(st.one_of(expressions, texts_between), max_size=8).map("".join)


def node(*arguments: str, given: str = "") -> str:
    """What a script writes."""
    done = subprocess.run(
        ["node", *arguments], input=given, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_parts_that_decide() -> None:
    node("--test", *sorted(str(path) for path in SCRIPT_TESTS.glob("*.test.mjs")))


def test_what_the_editor_makes_the_server_reads() -> None:
    lines = node(str(SCRIPT_TESTS / "grow_flows.mjs"), str(FLOWS)).splitlines()
    assert len(lines) == FLOWS
    for line in lines:
        made = json.loads(line)
        graph = Graph.from_json(made["graph"])
        assert graph.to_json() == made["graph"]
        assert [step.id for step in graph.order] == made["order"]


@settings(max_examples=5, deadline=None)
@example(["{{ steps['old'].x | default: steps['old'].y }}", "{{ steps.old", "{{ steps.older }}"])
@given(st.lists(templates, min_size=200, max_size=200))
def test_both_sides_find_the_same_references(texts: list[str]) -> None:
    expected = [resolver.rename(text, "old", "new") for text in texts]
    renamed = node(str(SCRIPT_TESTS / "rename_references.mjs"), given=json.dumps(texts))
    assert json.loads(renamed) == expected
