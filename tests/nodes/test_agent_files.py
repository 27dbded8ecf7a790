"""Files that go to the model of an agent with tools: as text, as pictures, or as a sentence."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.engine.file_port import FileContent
from app.engine.model_port import Answer, Ask, ModelFailed
from app.engine.step_type import Pause
from app.engine.values import Json
from app.lib.office import NewSheet, write_workbook
from app.llm.practice import PracticeModel
from app.nodes.agent_settings import RULES
from app.nodes.model_files import NOT_SEEN
from tests.nodes.tooling import Script, Try, calls, says, tool

ADD = tool("add_row")
PIXELS = b"\x89PNG and points"


class Shelf:
    """Files by their names, in a folder."""

    def __init__(self, folder: Path, **files: bytes) -> None:
        self.folder, self.opened = folder, 0
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def open(self, value: Any) -> FileContent:
        """The file with the name in the value."""
        self.opened += 1
        path = self.folder / value["name"]
        return FileContent(path.name, value["media_type"], path.stat().st_size, path)

    def keep(self, name: str, media_type: str, content: Any) -> dict[str, Json]:
        """Nothing here makes files."""
        raise AssertionError


def value(name: str, media_type: str = "text/plain") -> dict[str, Json]:
    """A file value."""
    number = "01a00000-0000-7000-8000-000000000000"
    return {"file": number, "name": name, "media_type": media_type, "size": 4}


def trial(folder: Path, script: Script, *files: dict[str, Json], **more: Any) -> Try:
    """A step that is given these files."""
    shelf = Shelf(folder, **{"parts.csv": b"part,late\nlamp,yes\n", "deck.png": PIXELS})
    return Try(script, files=shelf, settings={"files": list(files)}, **more)


def pictures(ask: Ask) -> list[bytes]:
    """The pictures that went to the model."""
    return [file.content for one in ask.messages for file in one.files]


def test_text_and_pictures_go_with_the_task(tmp_path: Path) -> None:
    script = Script([says("The lamp.")])
    tried = trial(tmp_path, script, value("parts.csv"), value("deck.png", "image/png"))
    output = tried.run()
    system, task = script.asked[0].messages
    assert RULES in system.text
    assert task.text.startswith("Do the work.\n\n<material")
    assert '<material name="parts.csv">\npart,late\nlamp,yes' in task.text
    assert pictures(script.asked[0]) == [PIXELS]
    note = next(one["text"] for one in output["conversation"] if one["who"] == "note")
    assert note == "Given with the task: “parts.csv”, “deck.png”"
    assert "lamp,yes" not in str(output["conversation"])
    assert "lamp,yes" not in " ".join(tried.logged)


def test_a_workbook_goes_as_its_first_sheet(tmp_path: Path) -> None:
    rows: list[dict[str, Json]] = [{"Part": "lamp", "Late": 2}, {"Part": "a, b", "Late": None}]
    book = NewSheet(rows=rows, columns=["Part", "Late"], zone=UTC, name="Orders")
    script = Script([says("Done.")])
    tried = trial(tmp_path, script, value("orders.xlsx"))
    (tmp_path / "orders.xlsx").write_bytes(write_workbook(book))
    tried.run()
    told = script.asked[0].messages[1].text
    assert '<material name="orders.xlsx">\nPart,Late\nlamp,2\n"a, b",\n</material>' in told


def test_pictures_are_there_in_every_round_and_after_a_pause(tmp_path: Path) -> None:
    script = Script([calls(("add_row", {"customer": "Ada"})), says("Done.")])
    tried = trial(tmp_path, script, value("deck.png", "image/png"), tools=[ADD])
    pause = tried.run()
    assert isinstance(pause, Pause)
    assert "PNG" not in tried.memory.kept
    assert tried.approve(pause)["text"] == "Done."
    assert [pictures(one) for one in script.asked] == [[PIXELS], [PIXELS]]
    assert [bool(one.files) for one in script.asked[1].messages].count(True) == 1


@pytest.mark.parametrize("kind", ["refused", "model"])
def test_a_model_that_cannot_see_is_told(tmp_path: Path, kind: Any) -> None:
    script = Script([ModelFailed("No images, please.", kind), says("I cannot see it.")])
    output = trial(tmp_path, script, value("deck.png", "image/png")).run()
    assert output["text"] == "I cannot see it."
    assert "The picture “deck.png” came with this." in script.told
    assert pictures(script.asked[1]) == []
    assert NOT_SEEN in [one.get("text") for one in output["conversation"]]


def test_a_refusal_is_one_without_pictures_too(tmp_path: Path) -> None:
    script = Script([ModelFailed("Not this.", "refused")])
    with pytest.raises(StepFailed, match=r"Not this\."):
        trial(tmp_path, script, value("deck.png", "image/png")).run()
    assert len(script.asked) == 2
    again = Script([ModelFailed("Not this.", "refused")])
    with pytest.raises(StepFailed, match=r"Not this\."):
        trial(tmp_path, again, value("parts.csv")).run()
    assert len(again.asked) == 1


def test_caps_are_told(tmp_path: Path) -> None:
    many = [value("parts.csv")] * 11
    with pytest.raises(StepFailed, match="10 files at once at most, and these are 11"):
        trial(tmp_path, Script([]), *many).run()
    tried = trial(tmp_path, Script([]), value("long.txt"))
    (tmp_path / "long.txt").write_text("a" * 400_001)
    with pytest.raises(StepFailed, match="gives its model 400,000 at most"):
        tried.run()
    zipped = trial(tmp_path, Script([]), value("all.zip", "application/zip"))
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(StepFailed, match=r"“all\.zip” is not a text file"):
        zipped.run()


def test_without_files_nothing_is_different(tmp_path: Path) -> None:
    script = Script([says("Hello.")])
    output = trial(tmp_path, script).run()
    assert script.asked[0].messages[1].text == "Do the work."
    assert [one["who"] for one in output["conversation"]] == ["task", "model"]


def test_the_practice_model_says_that_it_cannot_see(tmp_path: Path) -> None:
    def practised(ask: Ask) -> Answer:
        return PracticeModel().answer(ask)

    tried = trial(tmp_path, Script([practised]), value("deck.png", "image/png"))
    assert "I cannot look at pictures, so not at “deck.png” either." in tried.run()["text"]
