"""The HTTP step reads an answer that comes in pages, to its end or to the last wanted one."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.engine.ports import Ports
from app.engine.values import Json
from app.nodes.http_pages import next_link, value_at, with_value
from app.nodes.http_request import HttpRequest
from tests.loopback import Received, reply
from tests.nodes.asking import asked, failed, rows
from tests.nodes.cupboard import ports_with

KIND = HttpRequest()


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    """Doors to a folder and to this machine."""
    return ports_with(tmp_path)


def page(items: str, **head: str) -> bytes:
    """A page of JSON."""
    return reply(body=items.encode(), Content_Type="application/json", **head)


def numbered(request: Received) -> bytes:
    """Three pages by number; the address of the next one in the body and in the header, too."""
    found = re.search(r"(?:page|mark)=m?(\d+)", request.path)
    number = int(found[1]) if found else 1
    items = [f'{{"n": {number}{n}}}' for n in range(2)] if number <= 3 else []
    on = f"/list?page={number + 1}" if number < 3 else ""
    mark = f'"m{number + 1}"' if on else "null"
    link = {"Link": f'<{on}>; rel="next", </list>; rel=first'} if on else {}
    after = f'"{on}"' if on else "null"
    return page(
        f'{{"data": {{"items": [{", ".join(items)}]}}, "next": {after}, "mark": {mark}}}', **link
    )


ITEMS = [{"n": number} for number in (10, 11, 20, 21, 30, 31)]


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        ({"paging": "next_link", "paging_path": "next"}, ["", "page=2", "page=3"]),
        ({"paging": "link_header"}, ["", "page=2", "page=3"]),
        ({"paging": "page_number"}, ["page=1", "page=2", "page=3", "page=4"]),
        (
            {"paging": "cursor", "paging_path": "mark", "page_name": "mark"},
            ["", "mark=m2", "mark=m3"],
        ),
    ],
)
def test_all_pages_are_joined(ports: Ports, settings: dict[str, Any], paths: list[str]) -> None:
    asking = {"paging_items": "data.items", "headers": rows(("X-A", "b")), **settings}
    output, requests = asked(numbered, ports, "/list", **asking)
    assert output["body"] == ITEMS
    assert (output["pages"], output["has_more"], output["status"]) == (len(paths), False, 200)
    assert [request.path.partition("?")[2] for request in requests] == paths
    assert {request.headers["x-a"] for request in requests} == {"b"}
    given = {**KIND.initial_fields(), **asking, "url": "https://x.example"}
    assert KIND.tell(given, output) == f"Read 6 items from x.example, {len(paths)} pages"
    assert set(KIND.offers(given) or {}) == {"status", "headers", "body", "pages", "has_more"}
    assert set(KIND.offers(KIND.initial_fields()) or {}) == {"status", "headers", "body"}


def test_it_stops_at_the_last_page_that_is_wanted(ports: Ports) -> None:
    output, requests = asked(
        numbered, ports, "/list", paging="link_header", paging_items="data.items", max_pages=2
    )
    assert (len(output["body"]), output["pages"], output["has_more"]) == (4, 2, True)
    assert len(requests) == 2


@pytest.mark.parametrize(
    ("answer", "settings", "words"),
    [
        (page('{"a": 1}'), {}, "Page 1 should be the list of items, and is 1 value."),
        (
            page('{"a": 1}'),
            {"paging_items": "rows"},
            "“rows” in page 1 should be the list of items, and is not there.",
        ),
        (page("<html>"), {}, "The answer is not JSON."),
        (page("[1]", Link="</list>; rel=next"), {}, "leads back to a page that was read already"),
        (
            page("[1]", Link="<https://evil.example/x>; rel=next"),
            {},
            "127.0.0.1 says that the next page is at evil.example. Lamplight reads on at the same",
        ),
        (page("[1]", Link="<ftp://x>; rel=next"), {}, "leads on to something that is no web addr"),
        (
            page('{"items": [1], "next": [2]}'),
            {"paging": "next_link", "paging_path": "next", "paging_items": "items"},
            "“next” in page 1 should lead to the next page, and is 1 item.",
        ),
        (page("[]"), {"method": "POST"}, "Only GET can be read page by page."),
        (reply("500 Oops"), {}, "127.0.0.1 had a fault of its own (answer 500)."),
    ],
)
def test_pages_that_lead_nowhere(
    ports: Ports, answer: bytes, settings: dict[str, Any], words: str
) -> None:
    failure, _ = failed(lambda _request: answer, ports, **{"paging": "link_header", **settings})
    assert words in failure.sentence


def test_pages_too_large_together_are_told(ports: Ports) -> None:
    def endless(request: Received) -> bytes:
        number = int(request.path.partition("page=")[2] or 1)
        return page(f'["{"x" * 700_000}"]', Link=f"</list?page={number + 1}>; rel=next")

    failure, requests = failed(endless, ports, paging="link_header", max_pages=100)
    assert failure.sentence.startswith("The first 3 pages are larger than 2.1 MB together")
    assert len(requests) == 3


def test_a_stopped_run_reads_no_further_page(tmp_path: Path) -> None:
    ports = ports_with(tmp_path, cancelled=lambda: True)
    failure, requests = failed(numbered, ports, paging="link_header", paging_items="data.items")
    assert "stopped while this step waited" in failure.sentence
    assert len(requests) == 1


def test_settings_that_do_not_go_together_are_told_before() -> None:
    fields = {**KIND.initial_fields(), "paging": "cursor", "method": "POST", "answer_as": "file"}
    assert [name for name, _ in KIND.problems(fields)] == ["paging", "answer_as"]


def test_ways_into_an_answer() -> None:
    value: Json = {"a": {"b": [{"c": 5}]}}
    assert value_at(value, "a.b.0.c") == 5
    assert value_at(value, "") == value
    for path in ("a.x", "a.b.7", "a.b.c", "a.b.0.c.d"):
        assert value_at(value, path) is None
    assert next_link('<a>; title="x, y"; rel="prev next", <b>; rel=next') == "a"
    assert next_link("<a>; rel=nextish") is None
    assert next_link("") is None
    assert with_value("https://x/?a=1&page=2#f", "page", 3) == "https://x/?a=1&page=3"
