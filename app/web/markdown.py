"""The one door from text that people and models write to markup: little is let through.

Where there is room for a line only, the same text is its words.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

MAX_CHARS = 20_000  # of a longer text the rest is shown as it is; brackets cost their square
MAX_DEPTH = 20
MAX_REMEMBERED = 1_000  # texts, in each process
MAX_REMEMBERED_CHARS = 4_000
_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("div", "table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto"}


def markdown(text: str) -> Markup:
    """The text as markup that can be put on a page: no tags of its own, no images, no scripts."""
    return _remembered(text) if len(text) <= MAX_REMEMBERED_CHARS else _made(text)


@lru_cache(maxsize=MAX_REMEMBERED)
def plain_words(text: str) -> str:
    """The words of a short text, in one line, without the signs that make them bold or a list."""
    parts = (part for block in _parser.parse(text) for part in _words(block))
    return " ".join("".join(parts).split())


def _words(block: Token) -> Iterator[str]:
    if block.children is None:
        yield f" {block.content} "
        return
    for one in block.children:
        yield " " if one.type in ("softbreak", "hardbreak") else one.content


def _made(text: str) -> Markup:
    made = _parser.render(text[:MAX_CHARS])
    clean = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}, "div": {"tabindex", "role", "aria-label"}, "ol": {"start"}},
        allowed_classes={"p": {"prose-head"}, "div": {"scroll"}},
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow noreferrer",
    )
    return Markup(clean) + escape(text[MAX_CHARS:])  # noqa: S704  # this is the door


# What was said in a chat is drawn again and again, for everybody who has it open.
_remembered = lru_cache(maxsize=MAX_REMEMBERED)(_made)


class _Renderer(RendererHTML):
    """Headings are bold lines, as the page has its own; an image is its words."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return str(escape(tokens[idx].content or "(a picture)"))

    def heading_open(self, *_given: object) -> str:
        return '<p class="prose-head">'

    def heading_close(self, *_given: object) -> str:
        return "</p>\n"

    def table_open(self, *_given: object) -> str:
        return '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'

    def table_close(self, *_given: object) -> str:
        return "</table></div>\n"


_parser = MarkdownIt(
    "commonmark",
    {"html": False, "breaks": True, "maxNesting": MAX_DEPTH},
    renderer_cls=_Renderer,
).enable(["table", "strikethrough"])
