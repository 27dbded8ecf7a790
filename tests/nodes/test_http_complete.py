"""The HTTP step: forms with files, answers in pages and as files, services that are busy."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.engine.ports import Ports
from app.engine.values import Json
from app.lib.safe_http import HttpAnswer
from app.nodes.http_exchange import pause_s
from app.nodes.http_pages import next_link, value_at, with_value
from app.nodes.http_request import HttpRequest
from tests.loopback import Loopback, Received, reply
from tests.nodes.cupboard import Cupboard, Diary, ports_with

KIND = HttpRequest()
Say = Callable[[Received], bytes]


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    """Doors to a folder and to this machine."""
    return ports_with(tmp_path, idempotency_key="run:a:")


def asked(say: Say, ports: Ports, path: str = "/", **settings: Any) -> tuple[Any, list[Received]]:
    """What the step gives, and the requests that arrived."""
    with Loopback(say) as server:
        given = {**KIND.initial_fields(), "url": server.url + path, **settings}
        output = KIND.run(given, ports)
    return output.value, server.received  # type: ignore[union-attr]


def failed(say: Say, ports: Ports, **settings: Any) -> tuple[StepFailed, list[Received]]:
    """How the step fails, and the requests that arrived."""
    with Loopback(say) as server:
        given = {**KIND.initial_fields(), "url": f"{server.url}/list", **settings}
        with pytest.raises(StepFailed) as failure:
            KIND.run(given, ports)
    return failure.value, server.received


def good(_request: Received) -> bytes:
    """A good answer."""
    return reply(body=b"{}", Content_Type="application/json")


def rows(*pairs: tuple[str, Json]) -> list[Json]:
    """Rows of names and values."""
    return [{"name": name, "value": value} for name, value in pairs]


def test_a_form_with_files(ports: Ports) -> None:
    first = ports.files.keep('a "list".csv', "text/csv", b"x;y")
    second = ports.files.keep("b.bin", "application/octet-stream", bytes(300_000))
    parts = rows(("name", "Åsa"), ("count", 5), ("list", first), ("more", [first, second]))
    _, (request,) = asked(good, ports, method="POST", body_kind="multipart", body_parts=parts)
    kind = request.headers["content-type"]
    assert kind.startswith("multipart/form-data; boundary=lamplight-")
    boundary = kind.partition("boundary=")[2].encode()
    found = request.body.split(b"--" + boundary)
    assert found[0] == b""
    assert found[-1] == b"--\r\n"
    assert found[1] == '\r\nContent-Disposition: form-data; name="name"\r\n\r\nÅsa\r\n'.encode()
    assert found[2].endswith(b"\r\n\r\n5\r\n")
    assert b'name="list"; filename="a %22list%22.csv"\r\nContent-Type: text/csv\r\n' in found[3]
    assert found[3].endswith(b"\r\n\r\nx;y\r\n")
    assert len(found) == 7
    assert found[5].endswith(bytes(300_000) + b"\r\n")
    assert request.headers["idempotency-key"] == "run:a:"


def test_a_file_as_the_body(ports: Ports) -> None:
    file = ports.files.keep("a.pdf", "application/pdf", b"%PDF" + bytes(600_000))
    _, (request,) = asked(good, ports, method="PUT", body_kind="file", body_file=file)
    assert request.body == b"%PDF" + bytes(600_000)
    assert request.headers["content-type"] == "application/pdf"
    assert request.headers["content-length"] == "600004"
    with pytest.raises(StepFailed, match="not a file"):
        asked(good, ports, method="PUT", body_kind="file", body_file="a.pdf")


def test_more_than_may_be_sent_is_not(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.nodes.http_bodies.MAX_SENT_BYTES", 2)
    file = ports.files.keep("a", "", b"abc")
    failure, requests = failed(good, ports, method="PUT", body_kind="file", body_file=file)
    assert "Send less at once" in failure.sentence
    assert requests == []


def test_options_only_looks(ports: Ports) -> None:
    _, (request,) = asked(good, ports, method="OPTIONS")
    assert request.method == "OPTIONS"
    assert "idempotency-key" not in request.headers


@pytest.mark.parametrize(
    ("answer", "answer_as", "body"),
    [
        (reply(body=b'{"a": 1}', Content_Type="application/hal+json"), "auto", {"a": 1}),
        (reply(body=b"<a/>", Content_Type="application/xml"), "auto", "<a/>"),
        (reply(body=b"plain"), "auto", "plain"),
        (reply(body=b'{"a": 1}'), "json", {"a": 1}),
        (reply(body=b" "), "json", None),
        (reply(body=b'{"a": 1}', Content_Type="application/json"), "text", '{"a": 1}'),
        (reply(), "auto", ""),
    ],
)
def test_answers_as_values(ports: Ports, answer: bytes, answer_as: str, body: Json) -> None:
    output, _ = asked(lambda _request: answer, ports, answer_as=answer_as)
    assert output["body"] == body


@pytest.mark.parametrize(
    ("head", "path", "answer_as", "name"),
    [
        ({"Content_Type": "image/png"}, "/pictures/lamp.png?x=1", "auto", "lamp.png"),
        ({"Content_Type": "text/csv"}, "/list", "file", "list"),
        ({"Content_Disposition": 'attachment; filename="a b.pdf"'}, "/x", "file", "a b.pdf"),
        (
            {"Content_Disposition": "attachment; filename*=UTF-8''B%C3%BCcher.pdf"},
            "/x",
            "file",
            "Bücher.pdf",
        ),
        ({}, "/", "file", "answer"),
        ({}, "/a%2Fb/c%20d", "file", "c d"),
    ],
)
def test_answers_as_files(
    ports: Ports, head: dict[str, str], path: str, answer_as: str, name: str
) -> None:
    content = b"\x89PNG\x00" * 400_000
    output, _ = asked(lambda _r: reply(body=content, **head), ports, path, answer_as=answer_as)
    file = output["body"]
    assert (file["name"], file["size"]) == (name, len(content))
    assert isinstance(ports.files, Cupboard)
    assert ports.files.content(file) == content
    told = KIND.tell({**KIND.initial_fields(), "url": "https://x.example"}, output)
    assert told == f"Asked x.example, got {name}"


def test_bytes_without_a_kind_become_a_file(ports: Ports) -> None:
    output, _ = asked(lambda _request: reply(body=b"a\xff\x00b"), ports, "/thing")
    assert output["body"]["name"] == "thing"


def test_too_large_and_no_json_are_told(ports: Ports) -> None:
    large = reply(body=b" " * 1_000_000, Content_Type="text/plain")
    failure, _ = failed(lambda _request: large, ports)
    assert failure.sentence.startswith("The answer is larger than 0.9 MB, too much to pass on")
    failure, _ = failed(lambda _request: reply(body=b"<html>"), ports, answer_as="json")
    assert failure.sentence.startswith("The answer is not JSON.")


def test_a_failed_answer_is_never_kept_as_a_file(ports: Ports, tmp_path: Path) -> None:
    said = reply("404 Not Found", b'{"why": "gone"}', Content_Type="application/json")
    failure, _ = failed(lambda _request: said, ports, answer_as="file")
    assert failure.output == {
        "status": 404,
        "headers": {"content-type": "application/json", "content-length": "15"},
        "body": {"why": "gone"},
    }
    assert list(tmp_path.iterdir()) == []


def test_a_busy_service_is_asked_again(tmp_path: Path) -> None:
    answers = [
        reply("429 Too Many", Retry_After="0"),
        reply("503 Busy", Retry_After="0"),
        reply(body=b'{"a": 1}', Content_Type="application/json"),
    ]
    diary = Diary()
    ports = ports_with(tmp_path, log=diary)
    output, requests = asked(lambda _request: answers.pop(0), ports, retry_busy=2)
    assert output["body"] == {"a": 1}
    assert len(requests) == 3
    assert diary[0] == "Busy (answer 429). Trying again in 0 s"


@pytest.mark.parametrize(
    ("settings", "tries"),
    [
        ({"retry_busy": 1}, 2),
        ({"retry_busy": 0}, 1),
        ({"retry_busy": 1, "method": "PUT"}, 2),
        ({"retry_busy": 1, "method": "POST"}, 1),
        ({"retry_busy": 1, "method": "POST", "send_twice": True}, 2),
    ],
)
def test_only_what_may_be_sent_twice_is(ports: Ports, settings: Any, tries: int) -> None:
    busy = reply("503 Busy", Retry_After="0")
    failure, requests = failed(lambda _request: busy, ports, **settings)
    assert failure.sentence == "127.0.0.1 is too busy or switched off just now (answer 503)."
    assert len(requests) == tries
    assert len({request.headers.get("idempotency-key") for request in requests}) == 1


def test_the_same_form_is_sent_again_whole(ports: Ports) -> None:
    file = ports.files.keep("a", "", b"x" * 100_000)
    answers = [reply("503 Busy", Retry_After="0"), reply()]
    settings = {"method": "PUT", "body_kind": "file", "body_file": file, "retry_busy": 1}
    _, requests = asked(lambda _request: answers.pop(0), ports, **settings)
    assert [len(request.body) for request in requests] == [100_000, 100_000]


NOW = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "said", "number", "wait_s"),
    [
        (200, "", 0, None),
        (404, "5", 0, None),
        (429, "", 0, 1),
        (429, "", 3, 8),
        (500, "7", 0, 7),
        (503, "60", 0, 60),
        (503, "61", 0, None),
        (503, "9" * 50, 0, None),
        (503, "Sun, 22 Nov 2026 08:00:10 GMT", 0, 10),
        (503, "Sun, 22 Nov 2026 07:00:00 GMT", 0, 0),
        (503, "Sun, 22 Nov 2026 08:01:01 GMT", 0, None),
        (503, "soon", 1, 2),
        (503, "-5", 0, 1),
    ],
)
def test_how_long_it_waits(status: int, said: str, number: int, wait_s: float | None) -> None:
    answer = HttpAnswer(
        status=status,
        reason="",
        headers={"retry-after": said} if said else {},
        body=b"",
        url="https://x.example",
        elapsed_s=0,
    )
    assert pause_s(answer, number, NOW) == wait_s


def test_it_does_not_wait_for_a_run_that_was_stopped(tmp_path: Path) -> None:
    busy = reply("503 Busy", Retry_After="50")
    ports = ports_with(tmp_path, cancelled=lambda: True)
    failure, requests = failed(lambda _request: busy, ports, retry_busy=5)
    assert "stopped while this step waited" in failure.sentence
    assert len(requests) == 1


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
