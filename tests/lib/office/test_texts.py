"""Word documents, PDF and text files; and the workbooks we write ourselves."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pytest
from pypdf import PdfWriter

from app.lib.office import (
    Effort,
    FileUnreadable,
    NewSheet,
    document_text,
    pdf_text,
    plain_text,
    write_workbook,
)
from app.lib.office.sheet_writer import NewSheetRefused, sheet_name
from tests.lib.office.books import book, pdf


def document(**options: Any) -> io.BytesIO:
    """A document that python-docx wrote."""
    made = docx.Document()
    made.add_paragraph("Dear Ada,")
    table = made.add_table(2, 2)
    table.cell(0, 0).text = "Lamp"
    table.cell(0, 1).text = "Price"
    table.cell(1, 0).text = "Skagen"
    table.cell(1, 1).text = "89"
    made.add_paragraph("Yours,\tBen & Co")
    made.sections[0].header.paragraphs[0].text = "Letter head"
    out = io.BytesIO()
    made.save(out)
    return out


def test_a_document_reads_as_lines() -> None:
    text = document_text(document(), Effort("a.docx"))
    assert text == "Dear Ada,\nLamp\tPrice\nSkagen\t89\nYours,\tBen & Co"


def test_a_workbook_is_no_document(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [])
    with path.open("rb") as stream, pytest.raises(FileUnreadable, match="not a Word document"):
        document_text(stream, Effort("a.docx"))


def test_a_document_with_too_much_text_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lib.office.documents.MAX_TEXT_CHARS", 10)
    with pytest.raises(FileUnreadable, match="split it into smaller documents"):
        document_text(document(), Effort("a.docx"))


def drawn(*words: str) -> bytes:
    """The drawing of a page with these words."""
    return b"BT /F1 12 Tf " + b" ".join(f"({one}) Tj".encode() for one in words) + b" ET"


def test_a_pdf_reads_page_by_page(tmp_path: Path) -> None:
    writer = PdfWriter()
    for word in ("One", "Two", "Three"):
        writer.append(pdf(tmp_path / f"{word}.pdf", drawn(word)))
    out = io.BytesIO()
    writer.write(out)
    found = pdf_text(out, Effort("a.pdf"))
    assert (found.pages, found.page_count) == (["One", "Two", "Three"], 3)
    part = pdf_text(out, Effort("a.pdf"), first=2, most=1)
    assert (part.pages, part.page_count) == (["Two"], 3)
    assert pdf_text(out, Effort("a.pdf"), first=9).pages == []


def test_a_pdf_with_a_password_is_refused_and_one_that_only_forbids_changes_is_not(
    tmp_path: Path,
) -> None:
    for password, words in (("lamp", "protected with a password"), ("", "")):
        writer = PdfWriter(clone_from=pdf(tmp_path / "a.pdf", drawn("One")))
        writer.encrypt(password, "owner", algorithm="AES-256")
        out = io.BytesIO()
        writer.write(out)
        if words:
            with pytest.raises(FileUnreadable, match=words):
                pdf_text(out, Effort("a.pdf"))
        else:
            assert pdf_text(out, Effort("a.pdf")).pages == ["One"]


@pytest.mark.parametrize("raw", [b"", b"hello", b"%PDF-1.4", b"%PDF-1.7\nxref\n0 9\ntrailer<<>>"])
def test_a_broken_pdf_says_so(raw: bytes) -> None:
    with pytest.raises(FileUnreadable, match=r"“a\.pdf” is damaged or is not a PDF"):
        pdf_text(io.BytesIO(raw), Effort("a.pdf"))


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        ("Blåhåj €".encode(), "utf-8", "Blåhåj €"),
        ("Blåhåj €".encode("utf-8-sig"), "utf-8", "Blåhåj €"),
        ("Blåhåj €".encode("utf-16"), "utf-16", "Blåhåj €"),
        ("Blåhåj €".encode("utf-16-be"), "utf-16", "Blåhåj €"),
        ("Blåhåj".encode("utf-16-le"), "utf-16", "Blåhåj"),
        ("Blåhåj €".encode("cp1252"), "windows-1252", "Blåhåj €"),
        (b"caf\xe9 \x81", "windows-1252", "café \x81"),
        (b"", "utf-8", ""),
    ],
)
def test_text_in_any_of_the_usual_encodings(raw: bytes, encoding: str, text: str) -> None:
    found, said = plain_text(io.BytesIO(raw), Effort("a.txt"))
    assert found == text
    assert said == encoding


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04rest", "is not a text file"),
        (b"%PDF-1.7", "is not a text file"),
        (b"a\0b" + b"x" * 90, "is not a text file"),
        (b"x" * 1_000_001, "is larger than 1 MB"),
    ],
)
def test_what_is_no_text_says_so(raw: bytes, words: str) -> None:
    with pytest.raises(FileUnreadable, match=words):
        plain_text(io.BytesIO(raw), Effort("a.txt"))


def sheet(rows: list[dict[str, Any]], **options: Any) -> Any:
    """The first sheet of a workbook we wrote, as openpyxl sees it."""
    columns = options.pop("columns", list(dict.fromkeys(name for row in rows for name in row)))
    zone = ZoneInfo("Europe/Oslo")
    raw = write_workbook(NewSheet(rows=rows, columns=columns, zone=zone, **options))
    return openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]


def test_a_workbook_is_written() -> None:
    made = sheet(
        [
            {"Lamp": "Skagen <1>", "Price": 89.5, "Sold": True, "Day": "2026-11-22"},
            {"At": "2026-11-22T08:30:00Z", "Local": "2026-11-22 08:30", "Tags": ["a"],
             "Big": 10**15},
        ],
        name="Lamps / 2026: [all]",
    )  # fmt: skip
    assert made.title == "Lamps 2026 all"
    assert [one.value for one in made[1]] == [
        "Lamp", "Price", "Sold", "Day", "At", "Local", "Tags", "Big",
    ]  # fmt: skip
    assert all(one.font.b for one in made[1])
    first, second = ([one.value for one in made[number]] for number in (2, 3))
    assert first[:4] == ["Skagen <1>", 89.5, True, datetime.fromisoformat("2026-11-22")]
    assert second[4:] == [
        datetime.fromisoformat("2026-11-22T09:30"),
        datetime.fromisoformat("2026-11-22T08:30"),
        '["a"]',
        "1000000000000000",
    ]  # fmt: skip
    assert made["D2"].is_date


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_a_text_is_never_a_formula(text: str) -> None:
    cell = sheet([{text: text}])["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_dates_stay_texts_if_wished_and_odd_dates_always() -> None:
    assert sheet([{"Day": "2026-11-22"}], reads_dates=False)["A2"].value == "2026-11-22"
    for odd in ("2026-13-01", "1850-01-01", "9999-99-99T10:00", "2026-11-22 and more"):
        assert sheet([{"Day": odd}])["A2"].value == odd


def test_what_no_cell_can_hold_is_told() -> None:
    with pytest.raises(NewSheetRefused, match="The text for cell A2 has 32,768 characters"):
        sheet([{"A": "x" * 32_768}])
    assert sheet([{"A": "a\x00b\x0bc"}])["A2"].value == "a\ufffdb\ufffdc"
    assert sheet([], columns=["Only"])["A1"].value == "Only"


@pytest.mark.parametrize(
    ("wanted", "name"), [("", "Sheet1"), ("'", "Sheet1"), ("a" * 40, "a" * 31), ("A\tB", "A B")]
)
def test_names_of_sheets(wanted: str, name: str) -> None:
    assert sheet_name(wanted) == name
