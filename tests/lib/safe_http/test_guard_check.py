"""The start-up check notices when the guard has come loose."""

import socket

import pytest
from urllib3.connection import HTTPConnection

from app.lib.safe_http import GuardMissing, self_test
from app.lib.safe_http.addresses import Reach


def test_it_is_content_with_the_guard_in_place() -> None:
    self_test()


def test_it_notices_rules_that_let_inner_addresses_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lib.safe_http.guard_check.reach", lambda text: Reach.PUBLIC)
    with pytest.raises(GuardMissing, match="address rules"):
        self_test()


def test_it_notices_a_door_that_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lib.safe_http.lookup.reach", lambda text: Reach.PUBLIC)
    with pytest.raises(GuardMissing, match="tried instead of refused"):
        self_test()


def test_it_notices_a_library_that_connects_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: HTTPConnection) -> None:
        self.sock = socket.create_connection((self.host, self.port))

    monkeypatch.setattr("app.lib.safe_http.pinned.PinnedHTTPConnection.connect", connect)
    with pytest.raises(GuardMissing, match="does not connect through the guard"):
        self_test()
