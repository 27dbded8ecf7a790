"""However a template is written, it costs little and fails only with its own error."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.lib import resolver
from app.lib.resolver import FILTERS, Forgiving, TemplateError, compiled

ROOTS: dict[str, Any] = {
    "trigger": {"name": "Ada", "amount": "100.10", "items": "pen\nink", "text": "é" * 2_000},
    "steps": {"order": {"items": [{"price": 1.1}, [None, True]]}, "skipped": Forgiving()},
    "now": "2026-11-05T09:08:07+01:00",
}


BIG = {"big": "ab" * 300_000, "many": ["a" * 60_000] * 30, "few": ["x"] * 3, "huge": [10**400]}


@pytest.mark.parametrize(
    "template",
    [
        "{{ big }}{{ big }}",
        "{{ big | replace: 'a', 'abcdef' }}",
        "{{ big | replace: 'a', 'b' }}{{ big }}",
        "{{ big | split: 'b' }}",
        "{{ big | replace: 'a', 'b\n' | lines }}",
        "{{ many | join }}",
        "{{ many | json }}",
        "{{ many | json | upper }}",
        "{{ few | join: big }}",
        "{{ huge | sort }}",
        "{{ huge | sum }}",
    ],
)
def test_a_short_template_cannot_ask_for_much(template: str) -> None:
    with pytest.raises(TemplateError):
        compiled(template).resolve(BIG)


MARKS = ["{{", "}}", " ", ".", "[", "]", "|", ":", ",", "'", '"', "\\", "\x00", "é"]
WORDS = ["0", "-1", "1.5", "9" * 12, "trigger", "steps", "name", "amount", "items", "order", "now"]
PIECES = st.sampled_from([*MARKS, *WORDS, *FILTERS])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text())
@example("{{ trigger.items | lines | join: trigger.text | replace: 'e', trigger.items }}")
def test_it_never_raises_anything_but_its_own_error(template: str) -> None:
    known: resolver.KnownNames = {"steps": None, "trigger": {"name": None}}
    resolver.check(template, known)
    assert resolver.rename(template, "order", "order") == template
    value = attempted(lambda: compiled(template).resolve(ROOTS), template)
    assert len(resolver.as_text(value)) <= 1_000_000


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(FILTERS)),
    st.none() | st.text() | st.floats() | st.lists(st.integers() | st.text()),
    st.lists(st.text() | st.integers() | st.floats(), min_size=2, max_size=2),
)
def test_no_filter_raises_anything_but_its_own_error(
    name: str, value: Any, arguments: list[Any]
) -> None:
    one = FILTERS[name]
    names = ["a", "b"][: one.high]
    call = f": {', '.join(names)}" if names else ""
    roots = {"v": value, "a": arguments[0], "b": arguments[1]}
    template = f"{{{{ v | {name}{call} }}}}"
    attempted(lambda: compiled(template).resolve(roots), template)


def attempted(work: Callable[[], Any], template: str) -> Any:
    """What `work` gives, or the sentence of the one error it may raise."""
    failed = None
    try:
        return work()
    except TemplateError as error:
        failed = error
    assert failed.sentence
    assert 0 <= failed.start <= failed.end <= max(len(template), 1)
    return failed.sentence
