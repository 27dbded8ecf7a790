"""The steps that read and make files."""

import io
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from app.engine.errors import StepFailed
from app.engine.ports import Ports
from app.engine.step_type import StepType
from app.nodes.make_spreadsheet import MakeSpreadsheet
from app.nodes.make_text_file import MakeTextFile
from app.nodes.read_document import ReadDocument
from app.nodes.read_pdf import ReadPdf
from app.nodes.read_spreadsheet import ReadSpreadsheet
from app.nodes.read_text_file import ReadTextFile
from tests.lib.office.books import pdf
from tests.nodes.cupboard import Cupboard, ports_with

READERS: list[StepType] = [ReadSpreadsheet(), ReadTextFile(), ReadPdf(), ReadDocument()]


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    """Doors to a folder."""
    return ports_with(tmp_path)


@pytest.fixture
def cupboard(ports: Ports) -> Cupboard:
    """The files behind those doors."""
    assert isinstance(ports.files, Cupboard)
    return ports.files


def done(kind: StepType, ports: Ports, **settings: Any) -> tuple[dict[str, Any], str]:
    """What the step gives, and what it tells."""
    given = {**kind.initial_fields(), **settings}
    output = kind.run(given, ports)
    assert isinstance(output.value, dict)  # type: ignore[union-attr]
    return output.value, kind.tell(given, output.value)  # type: ignore[union-attr]


def test_a_spreadsheet_is_made_and_read(ports: Ports, cupboard: Cupboard) -> None:
    rows = [{"Lamp": "Skagen", "Price": 89.5}, {"Price": 12, "Day": "2026-11-30"}]
    made, told = done(MakeSpreadsheet(), ports, rows=rows, name="Lamps")
    assert told == "Made Lamps.xlsx with 2 rows"
    assert made["file"]["name"] == "Lamps.xlsx"
    assert made["file"]["media_type"].endswith("spreadsheetml.sheet")
    read, told = done(ReadSpreadsheet(), ports, file=made["file"])
    assert told == "Read 2 rows of Lamps.xlsx"
    assert read == {
        "rows": [
            {"Lamp": "Skagen", "Price": 89.5, "Day": None},
            {"Lamp": None, "Price": 12, "Day": "2026-11-30"},
        ],
        "columns": ["Lamp", "Price", "Day"],
        "count": 2,
        "has_more": False,
        "sheet": "Sheet1",
        "sheets": ["Sheet1"],
    }
    _, told = done(ReadSpreadsheet(), ports, file=made["file"], max_rows=1)
    assert told == "Read 1 row of Lamps.xlsx, and there are more"


def test_columns_stand_as_they_are_listed(ports: Ports, cupboard: Cupboard) -> None:
    made, _ = done(
        MakeSpreadsheet(), ports, rows=[{"a": 1, "b": 2, "c": "=1+1"}], columns="c\n b \nnew"
    )
    content = io.BytesIO(cupboard.content(made["file"]))
    found = [[one.value for one in row] for row in openpyxl.load_workbook(content).worksheets[0]]
    assert found == [["c", "b", "new"], ["=1+1", 2, None]]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("what", "“Rows” must be a list of groups, and “what” is none."),
        ([1], "Row 1 of “Rows” is “1”, and each row must be a group of names with values."),
        ([{}] * 100_001, "“Rows” has 100,001 rows, and a spreadsheet made here can have 100,000"),
        (
            [{f"n{n}": 1 for n in range(1_001)}],
            "The rows have 1,001 different names, and a spreadsheet made here can have 1,000",
        ),
        ([{"a": "x" * 32_768}], "The text for cell A2 has 32,768 characters"),
    ],
)
def test_rows_that_make_no_sheet(ports: Ports, rows: Any, sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        done(MakeSpreadsheet(), ports, rows=rows)
    assert failed.value.sentence.startswith(sentence)
    assert not failed.value.can_retry


def test_a_text_file_is_made_and_read(ports: Ports, cupboard: Cupboard) -> None:
    made, told = done(MakeTextFile(), ports, text="Blå", name="note", encoding="utf-8-sig")
    assert told == "Made note.txt"
    assert cupboard.content(made["file"]) == "Blå".encode("utf-8-sig")
    read, told = done(ReadTextFile(), ports, file=made["file"])
    assert read == {"text": "Blå", "name": "note.txt", "encoding": "utf-8"}
    assert told == "Read 3 characters of note.txt"
    assert done(MakeTextFile(), ports, text="a;b", name="x.csv")[0]["file"]["name"] == "x.csv"


def test_a_pdf_is_read(ports: Ports, cupboard: Cupboard, tmp_path: Path) -> None:
    raw = pdf(tmp_path / "a.pdf", b"BT /F1 12 Tf (Hello) Tj ET").read_bytes()
    read, told = done(ReadPdf(), ports, file=cupboard.keep("a.pdf", "application/pdf", raw))
    assert read == {
        "text": "Hello",
        "pages": ["Hello"],
        "page_count": 1,
        "has_more": False,
        "has_text": True,
    }
    assert told == "Read 1 page of a.pdf"
    empty = pdf(tmp_path / "b.pdf", b"").read_bytes()
    read, told = done(ReadPdf(), ports, file=cupboard.keep("b.pdf", "application/pdf", empty))
    assert told == "Read 1 page of b.pdf, and found no text"


def test_a_document_is_read(ports: Ports, cupboard: Cupboard) -> None:
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("Dear Ada")
    made.save(out)
    read, told = done(ReadDocument(), ports, file=cupboard.keep("a.docx", "", out.getvalue()))
    assert read == {"text": "Dear Ada", "name": "a.docx"}
    assert told == "Read 8 characters of a.docx"


@pytest.mark.parametrize("kind", READERS, ids=lambda kind: kind.type)
def test_what_is_no_file_and_what_is_another_kind_of_file(
    kind: StepType, ports: Ports, cupboard: Cupboard
) -> None:
    with pytest.raises(StepFailed, match="not a file"):
        done(kind, ports, file="note.txt")
    with pytest.raises(StepFailed, match=r"^“picture\.png” is ") as failed:
        done(kind, ports, file=cupboard.keep("picture.png", "image/png", b"\x89PNG\r\n\x1a\n\0"))
    assert not failed.value.can_retry
    assert failed.value.sentence.endswith(".")


def test_a_stopped_run_is_not_made_to_wait(tmp_path: Path, cupboard: Cupboard) -> None:
    file = cupboard.keep("a.pdf", "", b"%PDF-1.4 and so on")
    stopped = ports_with(tmp_path, cancelled=lambda: True)
    with pytest.raises(StepFailed, match="stopped"):
        done(ReadPdf(), stopped, file=file)
