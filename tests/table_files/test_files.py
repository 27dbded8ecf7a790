"""Files with rows: what is read, guessed, brought in, and written out again."""

import io
import tracemalloc
import zipfile
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.data_tables import tables
from app.data_tables.columns import Column, TableRefused
from app.data_tables.listing import Query, matching
from app.data_tables.models import DataTable
from app.engine.values import Json
from app.lib.office import NewSheet, write_workbook
from app.table_files import imports, spreadsheets
from app.table_files.guess import guessed
from app.table_files.imports import Done
from app.table_files.models import TableImport
from app.table_files.spreadsheets import as_csv, as_xlsx, read_file
from tests.cast import Cast
from tests.data_tables.conftest import COLUMNS, OSLO, Fill
from tests.databases import on_both

NASTY = ('=HYPERLINK("http://evil.example")', "+49 170", "-1+1", "@SUM(A1)", "'=x", "\t=1", "a\nb")


@pytest.mark.parametrize(
    "content",
    [
        b'Name,Price\r\n"Bob, the first",12\r\n',
        "\ufeffName;Price\n“Bob, the first”;12\n".replace("“", '"').replace("”", '"').encode(),
        b"Name\tPrice\nBob, the first\t12",
        "Name|Price\nBob, the first|12\n".encode("utf-16"),
    ],
)
def test_every_dialect_is_read(content: bytes) -> None:
    assert read_file("a.csv", content) == (["Name", "Price"], [["Bob, the first", "12"]])


def test_old_office_programs_are_understood() -> None:
    assert read_file("a.csv", "Größe\nfünf €\n".encode("cp1252")) == (["Größe"], [["fünf €"]])


def test_lines_are_made_as_wide_as_the_header() -> None:
    header, lines = read_file("a.csv", b"a,b,,\n1\n1,2,3,4\n,,\n")
    assert (header, lines) == (["a", "b"], [["1", None], ["1", "2"]])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "This file has no rows."),
        ("a.csv", b"\n,,\n", "This file has no rows."),
        ("a.csv", b"a\x00b", "neither a CSV file nor"),
        ("a.csv", b"a\n" + b"x" * 1_000_001, "Line 2 of this file cannot be read."),
        ("a.csv", b"," * 150 + b"x\n", "this file has 151"),
        ("a.xlsx", b"hello", "is not an Excel workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "a.xls"),
        ("a.csv", b"x" * 20_000_001, "20 MB at most"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, content: bytes, words: str) -> None:
    with pytest.raises(TableRefused) as refused:
        read_file(name, content)
    assert words in refused.value.sentence


def test_a_bomb_is_not_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 210_000_000)
    assert len(packed.getvalue()) < 300_000
    tracemalloc.start()
    with pytest.raises(TableRefused, match="unfolds to far more"):
        read_file("a.xlsx", packed.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_too_many_lines_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 2)
    assert len(read_file("a.csv", b"a\n1\n2\n")[1]) == 2
    with pytest.raises(TableRefused, match="A table can have 2 rows; this file has more"):
        read_file("a.csv", b"a\n1\n2\n3\n")
    rows = [{"a": number} for number in range(3)]
    book = write_workbook(NewSheet(rows=rows, columns=["a"], zone=OSLO))
    with pytest.raises(TableRefused, match="A table can have 2 rows; this file has more"):
        read_file("a.xlsx", book)


def test_kinds_are_guessed() -> None:
    header = ["Name", "Name", "", "Phone", "Zip", "Paid", "Due", "Seen", "Number", "Mixed"]
    lines: Sequence[list[Json]] = [
        ["Bob", "1,5", "", "+49 170", "01234", "yes", "1.2.2026", "2026-02-01 9:00", 12, "1"],
        ["Åse", "2", None, "030 12", "99999", "no", "22.11.2026", "2026-02-02T10:00", -0.5, "x"],
    ]
    columns = guessed(header, lines)
    assert [(one.key, one.name, one.kind.value) for one in columns] == [
        ("name", "Name", "text"),
        ("name_2", "Name 2", "number"),
        ("column_3", "Column 3", "text"),
        ("phone", "Phone", "text"),
        ("zip", "Zip", "text"),
        ("paid", "Paid", "yes_no"),
        ("due", "Due", "date"),
        ("seen", "Seen", "moment"),
        ("number", "Number", "number"),
        ("mixed", "Mixed", "text"),
    ]


def test_texts_never_are_formulas(session: Session, orders: DataTable, fill: Fill) -> None:
    fill(*({"customer": text, "price": -5} for text in NASTY))
    written = "".join(as_csv(COLUMNS, matching(session, orders, Query()), OSLO))
    _, lines = read_file("a.csv", written.encode())
    assert [line[0] for line in lines] == list(NASTY)
    assert [line[1] for line in lines] == ["-5"] * len(NASTY)
    assert not any(
        line.startswith(("=", "+", "-", "@", '"=', '"\t')) for line in written.split("\n")
    )
    book = as_xlsx("Orders", COLUMNS, matching(session, orders, Query()), OSLO)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert [line[0] for line in read_file("a.xlsx", book)[1]] == list(NASTY)


@on_both
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_written_comes_back(
    session: Session, cast: Cast, orders: DataTable, fill: Fill, ending: str
) -> None:
    fill(
        {"customer": "Zoë 日本", "price": 0.1, "paid": False, "due": "1815-12-10", "state": "New"},
        {"customer": "0049", "price": -3, "paid": True, "seen": "2026-07-01 12:00:01"},
    )
    before = [row.values for row in matching(session, orders, Query())]
    found = matching(session, orders, Query())
    if ending == "csv":
        content = "".join(as_csv(COLUMNS, found, OSLO)).encode()
    else:
        content = as_xlsx("Orders", COLUMNS, found, OSLO)
    assert bring_in(session, cast, orders, f"o.{ending}", content) == Done(added=2)
    session.expire_all()
    after = [row.values for row in matching(session, orders, Query())]
    assert after == [*before, *before]


@on_both
def test_a_file_is_merged_by_a_column(
    session: Session, cast: Cast, orders: DataTable, fill: Fill
) -> None:
    fill({"customer": "Bob", "price": 1, "paid": True}, {"customer": "Bob", "price": 7})
    content = b"Customer,Price\nBob,2\n\xc3\x85se,3\n\xc3\x85se,4\n,5\nZoe,x\n"
    done = bring_in(session, cast, orders, "o.csv", content, match=COLUMNS[0])
    assert done == Done(added=2, changed=1, left_out=1)
    session.expire_all()
    found = [
        (row.values.get("customer"), row.values.get("price"), row.values.get("paid"))
        for row in matching(session, orders, Query())
    ]
    assert found == [("Bob", 2, True), ("Bob", 7, None), ("Åse", 4, None), (None, 5, None)]


def test_problems_are_told_with_their_lines() -> None:
    lines: list[list[Json]] = [["a", "1"], ["b", "x"], ["c", "y"]]
    findings = imports.look_through(lines, COLUMNS[:2], OSLO)
    assert (findings.lines, findings.wrong_lines) == (3, 2)
    assert [(one.line, one.sentence) for one in findings.problems] == [
        (3, "“x” in “Price” is not a number."),
        (4, "“y” in “Price” is not a number."),
    ]
    assert len(imports.look_through(lines * 30, COLUMNS[:2], OSLO).problems) == 20


@on_both
def test_ten_thousand_rows_come_in(session: Session, cast: Cast, orders: DataTable) -> None:
    header = "Customer,Price,Paid,Due,State\n"
    lines = (f"Customer {n},{n}.5,yes,2026-11-{n % 28 + 1:02d},new\n" for n in range(10_000))
    content = (header + "".join(lines)).encode()
    tracemalloc.start()
    done = bring_in(session, cast, orders, "big.csv", content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done == Done(added=10_000)
    assert peak < 60_000_000
    session.expire_all()
    assert orders.row_count == 10_000
    assert session.scalars(select(TableImport)).all() == []


def bring_in(
    session: Session,
    cast: Cast,
    orders: DataTable,
    name: str,
    content: bytes,
    *,
    match: Column | None = None,
) -> Done:
    """Import a file into the orders, as the page does it."""
    with database.writing(session):
        upload = imports.keep(
            session,
            cast.harbour.id,
            by=cast.olga.id,
            table=orders,
            file_name=name,
            content=content,
        )
    lines = imports.lines_of(upload)
    by_name = {one.name: one for one in COLUMNS}
    places = [by_name.get(title) for title in upload.header]
    total = Done()
    for portion in imports.batches(lines, done=upload.done):
        with database.writing(session):
            table = tables.locked(session, orders)
            done = imports.bring_in(
                session,
                upload,
                table,
                portion,
                places=places,
                match=match,
                leave_out_wrong=True,
                zone=OSLO,
            )
            total = total + done
    with database.writing(session):
        imports.finish(session, upload, orders, by=cast.olga.id, done=total)
    return total
