"""Reads an answer that comes in pages: finds the next page, and joins the items of all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from app.engine.errors import StepFailed
from app.engine.values import Given, Json
from app.engine.words import short
from app.lib.resolver import as_text
from app.lib.safe_http import HttpAnswer, HttpCall, HttpRefused
from app.lib.safe_http.target import Target
from app.nodes.http_answers import MAX_ANSWER_BYTES

MAX_PAGES = 100
_PARAMETER = r"\s*;\s*[\w*-]{1,40}\s*(?:=\s*(?:\"[^\"]*\"|[^\s,;\"]*))?"
_LINK = re.compile(rf"<([^<>]{{0,8000}})>((?:{_PARAMETER})*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"[^\"]*\bnext\b[^\"]*\"|next\b)", re.IGNORECASE)


@dataclass(slots=True)
class Pages:
    """The pages of one step so far."""

    given: Given
    items: list[Json] = field(default_factory=list)
    count: int = 0
    has_more: bool = False
    _bytes: int = 0
    _seen: set[str] = field(default_factory=set)

    def first(self, call: HttpCall) -> HttpCall:
        """The call for the first page."""
        if self.given["paging"] == "page_number":
            call = replace(call, url=with_value(call.url, self._name, self._number))
        self._seen.add(call.url)
        return call

    def take(self, answer: HttpAnswer, body: Json, size: int) -> str | None:
        """Keep the items of a page; returns the address of the next one, None at the end.

        Raises StepFailed when there is no list, the way on leads elsewhere or in a circle, or
        all pages together are too large.
        """
        self.count += 1
        self._bytes += size
        found = value_at(body, self.given["paging_items"])
        if not isinstance(found, list):
            raise StepFailed(self._no_list(found), can_retry=False)
        self.items += found
        if self._bytes > 2 * MAX_ANSWER_BYTES:
            raise StepFailed(
                f"The first {self.count} pages are larger than {self._bytes / 1_000_000:.1f} MB "
                "together, more than one step can pass on. Read fewer pages.",
                can_retry=False,
            )
        url = self._next_url(answer, body, is_empty=not found)
        if url is None:
            return None
        if self.count >= int(self.given["max_pages"]):
            self.has_more = True
            return None
        return self._checked(url, answer)

    @property
    def _name(self) -> str:
        return str(self.given["page_name"]).strip() or "page"

    @property
    def _number(self) -> int:
        return int(self.given["page_first"]) + self.count

    def _next_url(self, answer: HttpAnswer, body: Json, *, is_empty: bool) -> str | None:
        way = self.given["paging"]
        if way == "page_number":
            return None if is_empty else with_value(answer.url, self._name, self._number)
        if way == "link_header":
            link: Json = next_link(answer.headers.get("link", ""))
        else:
            link = value_at(body, self.given["paging_path"])
        if link is None or link is False or link == "":
            return None
        if isinstance(link, list | dict):
            raise StepFailed(
                f"“{self.given['paging_path']}” in page {self.count} should lead to the next "
                f"page, and is {short(link)}.",
                can_retry=False,
            )
        if way == "cursor":
            return with_value(answer.url, self._name, link)
        return urljoin(answer.url, str(link))

    def _checked(self, url: str, answer: HttpAnswer) -> str:
        here = Target.parse(answer.url)
        try:
            there = Target.parse(url)
        except HttpRefused as refused:
            raise StepFailed(
                f"Page {self.count} leads on to something that is no web address. "
                f"{refused.sentence}",
                can_retry=False,
            ) from None
        if not here.is_same_place(there):
            raise StepFailed(
                f"{here.host} says that the next page is at {there.host}. Lamplight reads on at "
                "the same host only.",
                can_retry=False,
            )
        if there.url in self._seen:
            raise StepFailed(
                f"Page {self.count} of {here.host} leads back to a page that was read already.",
                can_retry=False,
            )
        self._seen.add(there.url)
        return there.url

    def _no_list(self, found: Json) -> str:
        path = self.given["paging_items"].strip()
        where = f"“{path}” in page {self.count}" if path else f"Page {self.count}"
        what = "is not there" if found is None else f"is {short(found)}"
        return f"{where} should be the list of items, and {what}."


def pages_problems(fields: Given) -> Iterator[tuple[str | None, str]]:
    """What is wrong with the settings for pages, taken together."""
    if fields.get("paging", "none") == "none":
        return
    if fields.get("method") != "GET":
        yield "paging", "Only GET can be read page by page."
    if fields.get("answer_as") in ("text", "file"):
        yield "answer_as", "Pages are joined by their JSON. Read the answer automatically."


def value_at(value: Json, path: str) -> Json:
    """What is found inside a value by names and numbers with dots between; None if not there."""
    for part in filter(None, (one.strip() for one in path.split("."))):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def next_link(header: str) -> str | None:
    """The address of the next page in a `Link` header (RFC 8288)."""
    for found in _LINK.finditer(header):
        if _NEXT.search(found[2]):
            return found[1]
    return None


def with_value(url: str, name: str, value: Json) -> str:
    """The address with this value in its query in place of any of that name."""
    parts = urlsplit(url)
    rows = [row for row in parse_qsl(parts.query, keep_blank_values=True) if row[0] != name]
    query = urlencode([*rows, (name, as_text(value))], quote_via=quote)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def joined(pages: Pages, about: dict[str, Json]) -> dict[str, Json]:
    """What the step passes on."""
    return {**about, "body": pages.items, "pages": pages.count, "has_more": pages.has_more}
