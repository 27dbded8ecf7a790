"""Rows about columns are added, filled and removed by plain forms; code is kept as it was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.engine.graph import Graph, Step
from tests.agents.flows import named
from tests.agents.pages import AGENTS, panel_form

EDIT = f"{AGENTS}/greeter/edit"
Act = Callable[..., TestResponse]
Read = Callable[[], Graph]


def added(act: Act, draft_graph: Read, kind: str) -> Step:
    """A new step behind the greeting."""
    act("", type=kind, after=named(draft_graph(), "Greet").id, port="out")
    return next(step for step in draft_graph().steps if step.type == kind)


@pytest.mark.parametrize(
    ("kind", "field", "typed", "row"),
    [
        ("sort_list", "keys", {"order": "down"}, {"name": "price", "order": "down"}),
        ("remove_duplicates", "columns", {}, {"name": "price"}),
        ("group_list", "sums", {"how": "max"}, {"name": "price", "how": "max", "as": ""}),
    ],
)
def test_a_row_is_added_filled_and_removed(
    ben: FlaskClient,
    act: Act,
    draft_graph: Read,
    kind: str,
    field: str,
    typed: dict[str, str],
    row: dict[str, Any],
) -> None:
    step = added(act, draft_graph, kind)
    page = act(f"/{step.id}/settings", **panel_form(ben, step.id), add_row=field)
    assert f"set-{field}-1-name" in ben.get(page.location).text
    words = {f"set-{field}-1-{part}": one for part, one in {"name": "price", **typed}.items()}
    act(f"/{step.id}/settings", **{**panel_form(ben, step.id), **words})
    assert draft_graph().find(step.id).fields[field] == [row]  # type: ignore[union-attr]
    act(f"/{step.id}/settings", **panel_form(ben, step.id))
    assert draft_graph().find(step.id).fields[field] == [row]  # type: ignore[union-attr]
    act(f"/{step.id}/settings", **panel_form(ben, step.id), **{f"set-{field}-1-remove": "yes"})
    assert draft_graph().find(step.id).fields[field] == []  # type: ignore[union-attr]


def test_a_condition_names_a_column(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    step = added(act, draft_graph, "filter_list")
    words = {
        "set-conditions-1-value": "price",
        "set-conditions-1-operator": "more_than",
        "set-conditions-1-value2": "{{ trigger.name }}",
    }
    act(f"/{step.id}/settings", **{**panel_form(ben, step.id), **words})
    saved = draft_graph().find(step.id)
    assert saved is not None
    assert saved.fields["conditions"] == {
        "match": "all",
        "rows": [{"value": "price", "operator": "more_than", "value2": "{{ trigger.name }}"}],
    }
    assert 'placeholder="Column"' in ben.get(f"{EDIT}?step={step.id}").text


def test_code_is_kept_as_it_was_typed(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    step = added(act, draft_graph, "code")
    code = "total = {'a': {}}\r\nf'{{{total}}}' if total else '{{ nothing }}'"
    act(f"/{step.id}/settings", **{**panel_form(ben, step.id), "set-code": code})
    saved = draft_graph().find(step.id)
    assert saved is not None
    assert saved.fields["code"] == code.replace("\r\n", "\n")
    page = ben.get(f"{EDIT}?step={step.id}").text
    assert 'class="in mono"' in page
    assert "30 seconds" in page
    assert "256 MB" in page
