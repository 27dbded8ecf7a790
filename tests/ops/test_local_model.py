"""The model on this computer is a process of the house: killed, it comes back, and that is told."""

import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.lib.safe_http import Door
from app.llm.connect import connect
from app.llm.local import standing
from app.llm.port import Ask, LanguageModel, Message, ModelAccess, ModelFailed
from app.llm.providers import NOT_STARTED
from tests.local_model.tiny_gguf import write
from tests.ops.awaiting import until
from tests.ops.conftest import PROJECT, StartHouse

STAND_IN = Path(__file__).with_name("stand_in")
ASK = Ask(messages=(Message("user", "Who are you?"),))
WITHIN_S = 60.0


def test_killed_it_is_started_again_and_a_sentence_says_so_meanwhile(
    start: StartHouse, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "is_installed", lambda: True)
    file, go, port = tmp_path / "tiny.gguf", tmp_path / "go", _free_port()
    write(file)
    go.touch()
    house = start(
        *("--port", "0"),
        PYTHONPATH=f"{PROJECT}{os.pathsep}{STAND_IN}",
        LAMPLIGHT_LOCAL_MODEL=str(file),
        STAND_IN_PORT=str(port),
        STAND_IN_GO=str(go),
    )
    access = ModelAccess(provider="built_in", address=f"http://127.0.0.1:{port}/v1", model="tiny")
    model = connect(access, Door(("127.0.0.1",)))
    first = _ready(data)
    assert _answer(model) == "I am tiny."

    go.unlink()
    os.kill(first, signal.SIGKILL)
    house.wait_for(re.compile(r"^model ended; starting it again in 0\.5 s"))
    until(lambda: standing.read(data / "run").state == "starting", within_s=WITHIN_S)
    with pytest.raises(ModelFailed) as failed:
        _answer(model)
    assert failed.value.kind == "unreachable"
    assert str(failed.value).startswith(NOT_STARTED)

    go.touch()
    assert _ready(data, but=first) != first
    assert _answer(model) == "I am tiny."


def _answer(model: LanguageModel) -> str:
    """Asked on a thread of its own, as workers do: the browser of other tests keeps a loop here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(model.answer, ASK).result().text


def _ready(data: Path, *, but: int = 0) -> int:
    """The number of the process that answers, once another than `but` does."""

    def is_ready() -> bool:
        now = standing.read(data / "run")
        return now.state == "ready" and now.process != but

    until(is_ready, within_s=WITHIN_S)
    return standing.read(data / "run").process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
