"""What people and models write is shown, and nothing of it acts."""

import re
import time

import pytest

from app.web.markdown import MAX_CHARS, markdown, plain_words

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&colon;alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[a]: javascript:alert(1)\n\n[a]",
    "![pixel](https://evil.example/p.png?who=1)",
    "![pixel](data:image/svg+xml;base64,PHN2Zz4=)",
    '<a href="https://evil.example" onclick="alert(1)">x</a>',
    "<iframe src=https://evil.example></iframe>",
    "<style>body{display:none}</style>",
    '`</code><svg onload="alert(1)">`',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    made = str(markdown(text))
    for word in ("<script", "<img", "<iframe", "<svg", "<style", 'href="javascript', 'href="data'):
        assert word not in made.lower()
    assert re.search(r"<[^>]*\son[a-z]+=", made) is None


def test_what_is_meant_is_shown() -> None:
    made = str(
        markdown("# Late parts\n\n**3** of *7*\n\n- one\n- two\n\n[See](https://a.example/b)")
    )
    assert '<p class="prose-head">Late parts</p>' in made
    assert "<strong>3</strong> of <em>7</em>" in made
    assert "<li>one</li>" in made
    assert '<a href="https://a.example/b" rel="noopener nofollow noreferrer">See</a>' in made
    assert "<td>48213</td>" in markdown("| Order |\n|---|\n| 48213 |")


def test_words_of_a_picture_stay() -> None:
    assert "A cracked table" in markdown("![A cracked table](https://evil.example/p.png)")


@pytest.mark.parametrize("sign", ["[", "![", "*a ", ">", "`", "- "])
def test_a_text_made_to_be_slow_is_not(sign: str) -> None:
    began = time.process_time()
    markdown(sign * 1_000_000)
    assert time.process_time() - began < 2


def test_of_a_long_text_nothing_is_lost() -> None:
    made = markdown("a" * MAX_CHARS + "<b>end</b>")
    assert str(made).endswith("&lt;b&gt;end&lt;/b&gt;")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You said **And today?** after `2`", "You said And today? after 2"),
        ("# Offer\n\n- one\n- *two*\n\n> three", "Offer one two three"),
        ("pre**fix**ed, [the list](https://harbour.example/a)", "prefixed, the list"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ("<b>no tag</b> & 5 < 6\nnext", "<b>no tag</b> & 5 < 6 next"),
        ("```\nx = 1\n```\ndone", "x = 1 done"),
        ("cut in the **middle", "cut in the **middle"),
        ("", ""),
    ],
)
def test_a_line_has_the_words_alone(text: str, words: str) -> None:
    assert plain_words(text) == words
