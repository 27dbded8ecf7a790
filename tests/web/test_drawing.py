"""Templates drawn with less ceremony give what they gave: escaped, for this request, each call."""

import pytest
from flask import Flask, g
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup

PARTS = """
{%- macro _word(one, more="") %}{{ drawn(one) }}<b>{{ one }}{{ more }}</b>{% endmacro -%}
{%- macro place() %}<i>{{ g.place }}</i>{% endmacro -%}
{%- macro given(at, attrs={}) %}{{ at }}{{ attrs }}{{ caller() }}{% endmacro -%}
{%- set word = drawn_once(_word) -%}
"""


@pytest.fixture
def parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Puts `parts.html` among the templates; what `word` drew, each time that it had to."""
    drawn: list[object] = []
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader({"parts.html": PARTS}))
    monkeypatch.setitem(app.jinja_env.globals, "drawn", lambda one: drawn.append(one) or "")
    return drawn


def _draw(app: Flask, page: str, **values: object) -> str:
    with app.test_request_context():
        g.place = values.pop("place", "here")
        imports = "{% from 'parts.html' import word, place, given %}"
        return app.jinja_env.from_string(imports + page).render(**values)


def test_the_same_words_are_drawn_once(app: Flask, parts: list[object]) -> None:
    page = "{% for one in 'aab' %}{{ word(one) }}{% endfor %}{{ word('a', more='!') }}"
    assert _draw(app, page) == "<b>a</b><b>a</b><b>b</b><b>a!</b>"
    assert _draw(app, page) == "<b>a</b><b>a</b><b>b</b><b>a!</b>"
    assert parts == ["a", "b", "a"]


def test_text_is_not_taken_for_markup_of_the_same_letters(app: Flask, parts: list[object]) -> None:
    page = "{{ word(one) }}"
    assert _draw(app, page, one=Markup("<u>")) == "<b><u></b>"
    assert _draw(app, page, one="<u>") == "<b>&lt;u&gt;</b>"
    assert [_draw(app, page, one=one) for one in (1, True, "1")] == [
        "<b>1</b>",
        "<b>True</b>",
        "<b>1</b>",
    ]


def test_other_macros_are_drawn_for_each_request(app: Flask, parts: list[object]) -> None:
    assert _draw(app, "{{ place() }}", place="Harbour") == "<i>Harbour</i>"
    assert _draw(app, "{{ place() }}", place="<Pine>") == "<i>&lt;Pine&gt;</i>"


def test_calls_keep_their_block_and_their_loop(app: Flask, parts: list[object]) -> None:
    page = (
        "{% block main %}{% for one in (1, 2) %}"
        "{% call given(one, attrs={'x': loop.index}) %}{{ one }};{% endcall %}"
        "{% endfor %}{% endblock %}"
    )
    assert _draw(app, page) == "1{&#39;x&#39;: 1}1;2{&#39;x&#39;: 2}2;"


def test_a_name_that_nobody_gave_is_still_told(app: Flask, parts: list[object]) -> None:
    with pytest.raises(UndefinedError, match="nobody"):
        _draw(app, "{{ word(nobody) }}")
