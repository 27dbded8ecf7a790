"""The HTTP step: forms with files, answers in pages and as files, services that are busy."""

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
from app.nodes.http_request import HttpRequest
from tests.loopback import Received, reply
from tests.nodes.asking import asked, failed, rows
from tests.nodes.cupboard import Cupboard, Diary, ports_with

KIND = HttpRequest()
Say = Callable[[Received], bytes]


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    """Doors to a folder and to this machine."""
    return ports_with(tmp_path, idempotency_key="run:a:")


def good(_request: Received) -> bytes:
    """A good answer."""
    return reply(body=b"{}", Content_Type="application/json")


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
