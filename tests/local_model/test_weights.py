"""The weights of a model on this computer: named by an administrator, or fetched and checked."""

import hashlib
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from app.lib.safe_http import Door
from app.llm.local import standing, weights
from app.llm.local.standing import Standing
from app.llm.local.weights import QWEN, Official, WeightsRefused
from tests.local_model.tiny_gguf import write
from tests.loopback import Loopback, reply

PROJECT = Path(__file__).resolve().parents[2]
DOOR = Door(("127.0.0.1",))
CONTENT = b"GGUF" + b"weights" * 5_000


def small(server: Loopback) -> Official:
    digest = hashlib.sha256(CONTENT).hexdigest()
    return replace(
        QWEN,
        url=f"{server.url}/small.gguf",
        sha256=digest,
        size=len(CONTENT),
        most_bytes=len(CONTENT) + 10,
    )


def test_a_file_that_is_named_must_be_one(tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    with pytest.raises(WeightsRefused, match="there is no such file"):
        weights.named(file)
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(WeightsRefused, match="is no GGUF file"):
        weights.named(file)
    write(file)
    assert weights.named(file) == file


def test_the_official_file_is_fetched_once_and_its_progress_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with Loopback(lambda _: reply(body=CONTENT)) as server:
        wanted = small(server)
        for _time in range(2):
            got = weights.official(tmp_path, DOOR, lambda *now: told.append(now), wanted=wanted)
            assert got.read_bytes() == CONTENT
        assert len(server.received) == 1
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [one.name for one in tmp_path.iterdir()] == ["small.gguf"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply(body=CONTENT[:-1] + b"!"), "is not the one that its makers published"),
        (reply("404 Not Found"), r"could not be fetched \(answer 404\)"),
        (reply(body=CONTENT * 3), "could not be fetched. The answer from"),
    ],
)
def test_another_file_is_not_kept(tmp_path: Path, answer: bytes, words: str) -> None:
    with Loopback(lambda _: answer) as server, pytest.raises(WeightsRefused, match=words):
        weights.official(tmp_path, DOOR, lambda *_: None, wanted=small(server))
    assert list(tmp_path.iterdir()) == []


def test_the_official_file_is_the_one_that_was_agreed_on() -> None:
    assert QWEN.sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    assert QWEN.url.startswith("https://huggingface.co/Qwen/")


def test_how_it_stands_is_read_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "is_installed", lambda: True)
    assert standing.read(tmp_path).state == "starting"
    here = Standing("downloading", "Qwen", done=50, size=200, process=1)
    standing.note(tmp_path, here)
    assert standing.read(tmp_path) == here
    assert here.percent == 25
    gone = Standing("ready", "Qwen", process=2**22 + 1)
    standing.note(tmp_path, gone)
    assert standing.read(tmp_path) == Standing("starting", "Qwen"), "its process has ended"
    (tmp_path / "local_model.json").write_text('{"state": "ready", "more": 1}')
    assert standing.read(tmp_path).state == "starting"
    monkeypatch.setattr(standing, "is_installed", lambda: False)
    assert standing.read(tmp_path).words.endswith(standing.PINNED)


def test_the_extra_is_the_one_that_the_project_names() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert project["dependency-groups"]["local"] == [standing.PINNED]
