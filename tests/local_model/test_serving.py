"""A model of some kilobytes is really loaded and asked, where the extra `local` is installed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.commands import local_model
from app.lib.safe_http import Door
from app.llm.connect import connect
from app.llm.local import serving, standing
from app.llm.port import Ask, Message, ModelAccess, ModelFailed, Tool
from app.llm.providers import PROVIDERS
from app.settings import Settings
from tests.local_model.tiny_gguf import write
from tests.runs.house import until

PROJECT = Path(__file__).resolve().parents[2]
NEEDS_EXTRA = pytest.mark.skipif(
    not standing.is_installed(), reason="the extra `local` is not installed"
)
DOOR = Door(("127.0.0.1",))


def test_one_core_is_left_to_others() -> None:
    assert serving.threads() == max(1, (os.cpu_count() or 2) - 1)


def test_it_knows_no_tools_of_its_own() -> None:
    """An agent then leads it by JSON; see tests/nodes/test_agent_with_tools.py."""
    tool = Tool("look_up", "Finds an order.", {"type": "object", "properties": {}})
    asked = connect(ModelAccess(provider="built_in", model="tiny"), DOOR)
    with pytest.raises(ModelFailed, match="knows no tools") as failed:
        asked.answer(Ask(messages=(Message("user", "Hi"),), tools=(tool,)))
    assert failed.value.kind == "refused"


@NEEDS_EXTRA
def test_it_answers_on_this_computer_and_ends_when_it_is_told(tmp_path: Path) -> None:
    port = PROVIDERS["built_in"].port
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port or 0)) == 0:
            pytest.skip(f"port {port} is taken on this computer")
    file = tmp_path / "tiny.gguf"
    write(file)
    environ = {"LAMPLIGHT_DATA": str(tmp_path), "LAMPLIGHT_LOCAL_MODEL": str(file)}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.commands", "local-model"],
        cwd=PROJECT,
        env={**os.environ, **environ},
    )
    try:
        until(lambda: standing.read(tmp_path / "run").state == "ready")
        asked = connect(ModelAccess(provider="built_in", model="tiny"), DOOR)
        answer = asked.answer(Ask(messages=(Message("user", "Hi"),), max_output_tokens=8))
        assert answer.usage.output_tokens == 8
        assert answer.stopped == "length"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert standing.read(tmp_path / "run").state == "starting", "it is not there any more"


@NEEDS_EXTRA
def test_a_file_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF" + b"\0" * 100)
    settings = Settings.from_environment(
        {"LAMPLIGHT_DATA": str(tmp_path), "LAMPLIGHT_LOCAL_MODEL": str(file)}
    )
    keeper = local_model.Keeper(settings)
    with pytest.raises(RuntimeError):
        keeper.serve()
