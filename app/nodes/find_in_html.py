"""The step that picks parts out of an HTML page."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, LongText, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.lib import csv_text, html_text, selectors

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_FOUND = 10_000


class FindInHtml(StepType):
    """Picks parts out of an HTML page.

    It takes texts, attributes such as the addresses of links, or a table. A selector says
    which: `h1` for headings, `.price` for a class, `#total` for an id, `a[href]` for links,
    `table.prices td` for cells inside a table, `ul > li:first-child`; commas stand between
    several. A table becomes a list with one item per row, its first row naming the columns.
    """

    type: ClassVar[str] = "find_in_html"
    title: ClassVar[str] = "Find in HTML"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "scan-search"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "html": LongText(label="HTML"),
        "selector": Text(label="Which parts", required=True, placeholder="table.prices td"),
        "take": Choice(
            label="Take",
            options=(
                ("text", "Their text"),
                ("attribute", "One of their attributes"),
                ("table", "The first table, row by row"),
            ),
        ),
        "attribute": Text(
            label="Attribute",
            required=True,
            default="href",
            max_chars=100,
            only_if=("take", frozenset({"attribute"})),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "what was found",
        "first": "the first of it",
        "count": "how much was found",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """What the selector finds, in the order of the page."""
        try:
            find = selectors.compiled(given["selector"].strip())
            root = html_text.tree(given["html"])
        except (selectors.SelectorRefused, html_text.HtmlRefused) as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        found = find(root) if root is not None else []
        if len(found) > MAX_FOUND:
            raise StepFailed(
                f"The selector finds more than {MAX_FOUND:,} parts. Say more exactly which.",
                can_retry=False,
            )
        items = _taken(found, given["take"], given["attribute"].strip().lower())
        return Output({"items": items, "first": items[0] if items else None, "count": len(items)})

    def tell(self, given: Given, output: Given) -> str:
        """How much was found."""
        word = "row" if given["take"] == "table" else "part"
        return said("Found ", strong(count(output["count"], word)), " in the HTML")

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """A selector that cannot be read."""
        selector = fields.get("selector")
        if not isinstance(selector, str) or not selector.strip() or "{{" in selector:
            return []
        try:
            selectors.compiled(selector.strip())
        except selectors.SelectorRefused as refused:
            return [("selector", refused.sentence)]
        return []


def _taken(found: list["Element"], take: str, attribute: str) -> list[Json]:
    if take == "text":
        return [html_text.plain_text(one) for one in found]
    if take == "attribute":
        return [value for one in found if (value := one.get(attribute)) is not None]
    table = next((table for one in found for table in one.iter("table")), None)
    if table is None:
        table = next((above for one in found for above in one.iterancestors("table")), None)
    rows = html_text.table_rows(table) if table is not None else []
    if not rows:
        return []
    width = max(map(len, rows))
    names = csv_text.columns([*rows[0], *[""] * (width - len(rows[0]))])
    return [dict(zip(names, [*row, *[""] * (width - len(row))], strict=True)) for row in rows[1:]]
