"""Fifty megabytes come to the addresses that anybody may call: refused in words, with no memory."""

import contextlib
import http.client
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import ports
from app.engine.values import Json
from app.files.models import File
from app.runs.models import Run
from app.settings import Settings
from tests.accounts.browser import CSRF_FIELD
from tests.cast import Cast
from tests.faults.memory import Peak
from tests.faults.web_process import WebProcess
from tests.runs.conftest import MakeAgent
from tests.runs.flows import answer, in_a_row, step
from tests.triggers.conftest import triggers_of
from tests.workers.test_sleeping import switch_on

MOST_EXTRA_MB = 30
PIECE = b"a" * 100_000
PIECES = 500
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"
TOO_LARGE = "A delivery may have 1 MB at most."
TOO_MUCH = "What you sent is larger than we accept."
FILE_TOO_LARGE = "25 MB"


@dataclass
class Places:
    """The web process and the two addresses."""

    web: WebProcess
    hook: str
    form: str


@pytest.fixture
def places(
    session: Session, settings: Settings, cast: Cast, make_agent: MakeAgent
) -> Iterator[Places]:
    """A webhook and a public form that asks for a name and a file."""
    ports.fill()
    asked: Json = [
        {"key": "name", "label": "Your name", "kind": "text"},
        {"key": "paper", "label": "Paper", "kind": "file"},
    ]
    hook = step("start", "start_webhook", {"answer": "at_once"})
    form = step("start", "start_form", {"inputs": asked, "page": "public", "page_title": "Papers"})
    tokens = []
    for name, start in (("Hook", hook), ("Form", form)):
        agent = switch_on(session, cast, make_agent(in_a_row(start, answer("Thanks")), name))
        (trigger,) = triggers_of(session, agent)
        tokens.append(trigger.token)
    with WebProcess(settings) as web:
        yield Places(web, f"/hooks/{tokens[0]}", f"/forms/{tokens[1]}")


def send(
    web: WebProcess,
    path: str,
    media_type: str,
    pieces: Callable[[], Iterator[bytes]],
    *,
    is_chunked: bool = False,
    cookie: str = "",
) -> tuple[int, str]:
    """Send as far as it is taken; the status and the text of the answer."""
    headers = {"Content-Type": media_type, "Cookie": cookie}
    if not is_chunked:
        headers["Content-Length"] = str(sum(len(piece) for piece in pieces()))
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    with contextlib.closing(connection):
        # Who is refused early finds the door shut while still speaking; the answer is there.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", path, pieces(), headers, encode_chunked=is_chunked)
        came = connection.getresponse()
        return came.status, came.read().decode()


def plain() -> Iterator[bytes]:
    """Nothing but the letter a."""
    yield from [PIECE] * PIECES


def listed() -> Iterator[bytes]:
    """One long text in a JSON list."""
    yield b'["'
    yield from plain()
    yield b'"]'


def as_form(token: str = "") -> Iterator[bytes]:
    """A form with a very long name."""
    yield f"csrf_token={token}&in_name=".encode()
    yield from plain()


def as_part(token: str = "", *, file_name: str = "") -> Iterator[bytes]:
    """The same in several parts, or with the text as a file."""
    about = f'name="in_paper"; filename="{file_name}"' if file_name else 'name="in_name"'
    begin = f'--B\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    yield f"{begin}--B\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode()
    yield from plain()
    yield b"\r\n--B--\r\n"


def all_runs(session: Session) -> int:
    """How many there are by now."""
    session.rollback()
    return session.scalar(select(func.count(Run.id))) or 0


def test_deliveries_of_fifty_megabytes(places: Places, session: Session) -> None:
    web, path = places.web, places.hook
    assert send(web, path, "application/json", lambda: iter([b"{}"]))[0] == 202
    for media_type, pieces in {
        "application/json": listed,
        "text/plain": plain,
        FORM: as_form,
        MULTIPART: as_part,
    }.items():
        for is_chunked in (False, True):
            with Peak(web.server) as peak:
                refused = send(web, path, media_type, pieces, is_chunked=is_chunked)
            assert refused[0] == 413, (media_type, is_chunked)
            assert TOO_LARGE in refused[1], (media_type, is_chunked)
            assert peak.extra_mb <= MOST_EXTRA_MB, (media_type, is_chunked)
    assert all_runs(session) == 1, "the small one"


def test_forms_of_fifty_megabytes(places: Places, session: Session) -> None:
    with urllib.request.urlopen(places.web.address + places.form) as page:  # noqa: S310  # our own
        found = CSRF_FIELD.search(page.read().decode())
        cookie = page.headers["Set-Cookie"].partition(";")[0]
    assert found
    for media_type, sent, status, words in (
        (FORM, partial(as_form, found[1]), 413, TOO_MUCH),
        (MULTIPART, partial(as_part, found[1]), 413, TOO_MUCH),
        (MULTIPART, partial(as_part, found[1], file_name="a.txt"), 422, FILE_TOO_LARGE),
    ):
        with Peak(places.web.server) as peak:
            refused = send(places.web, places.form, media_type, sent, cookie=cookie)
        assert refused[0] == status, sent
        assert words in refused[1], sent
        assert peak.extra_mb <= MOST_EXTRA_MB, sent
    assert all_runs(session) == 0
    assert session.scalar(select(func.count(File.id))) == 0
