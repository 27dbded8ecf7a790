"""A door that is open to this computer, short waits, and threads such as workers have."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.lib.safe_http import Door
from app.llm import remote


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_WAITS_S", (0.05, 0.05))


@pytest.fixture
def door() -> Door:
    return Door(("127.0.0.1",))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Each test on a thread of its own, as models are asked by workers.

    The browser of other tests keeps an event loop going on the thread that pytest uses.
    """
    names = pyfuncitem._fixtureinfo.argnames
    given = {name: pyfuncitem.funcargs[name] for name in names}
    with ThreadPoolExecutor(1) as thread:
        thread.submit(pyfuncitem.obj, **given).result()
    return True
