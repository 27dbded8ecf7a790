"""The password of a mail server is in no row, file, page, log line or mail, in no dress."""

import base64
import logging
import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.mail.models import Encryption
from app.mail.post_office import PostOffice
from tests import canary
from tests.canary import CANARY, everything_stored
from tests.cast import Cast
from tests.databases import on_both
from tests.mail.conftest import Put

HOME = "/w/harbour-pine"
# As AUTH PLAIN sends it (RFC 4616).
DRESSES = (*canary.DRESSES, base64.b64encode(f"\0ada\0{CANARY}".encode()).decode())


def found_in(content: str) -> list[str]:
    return [dress for dress in DRESSES if dress in content]


class Echo:
    """A server that says back whatever it hears, as its refusal."""

    def __init__(self, ways: str) -> None:
        self.ways = ways
        self.heard: list[str] = []

    def __enter__(self) -> "Echo":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                with self._listener.accept()[0] as caller, suppress(OSError):
                    caller.settimeout(10)
                    self._talk(caller)

    def _talk(self, caller: socket.socket) -> None:
        caller.sendall(b"220 here\r\n")
        with caller.makefile("rb") as lines:
            for line in lines:
                said = line.decode().strip()
                self.heard.append(said)
                if said.lower().startswith("ehlo"):
                    caller.sendall(f"250-here\r\n250 AUTH {self.ways}\r\n".encode())
                elif said.upper().startswith("AUTH LOGIN"):
                    caller.sendall(b"334 UGFzc3dvcmQ6\r\n")
                else:
                    caller.sendall(f"535 you said {said}, which is {CANARY}\r\n".encode())


@on_both
@pytest.mark.parametrize("ways", ["PLAIN LOGIN", "LOGIN"])
def test_it_is_nowhere(
    ada: FlaskClient,
    engine: Engine,
    session: Session,
    cast: Cast,
    tmp_path: Path,
    put: Put,
    office: PostOffice,
    caplog: pytest.LogCaptureFixture,
    ways: str,
) -> None:
    form = {
        "host": "127.0.0.1",
        "encryption": Encryption.NONE.value,
        "username": "ada",
        "password": CANARY,
        "from_address": "lamp@harbour.example",
    }
    with caplog.at_level(logging.DEBUG), Echo(ways) as server:
        form["port"] = str(server.port)
        pages = [ada.post(f"{HOME}/settings/mail", data=form | {"host": "no host"}).text]
        pages.append(ada.post(f"{HOME}/settings/mail", data=form, follow_redirects=True).text)
        pages.append(ada.post(f"{HOME}/settings/mail/test", follow_redirects=True).text)
        mail = put()
        office.send_due(cast.harbour.id)
        pages.append(ada.get(f"{HOME}/outbox").text)
        pages.append(ada.get(f"{HOME}/outbox/{mail.id}").text)
        pages.append(ada.get(f"{HOME}/audit").text)
        told = caplog.text
    assert any(found_in(line) for line in server.heard), "the server was told"
    assert any("535" in page for page in pages)
    assert [found_in(page) for page in pages if found_in(page)] == []
    assert found_in(told) == []
    assert found_in(everything_stored(engine)) == []
    files = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [dress for dress in DRESSES if dress.encode() in files] == []
