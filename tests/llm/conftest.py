"""A door that is open to this computer, and waits that tests can sit out."""

import pytest

from app.lib.safe_http import Door
from app.llm import remote


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_WAITS_S", (0.05, 0.05))


@pytest.fixture
def door() -> Door:
    return Door(("127.0.0.1",))
