"""Reading workbooks: what another program wrote comes back as it was meant."""

import io
import struct
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lib.office import Effort, FileUnreadable, Sheet, SheetWish, read_sheet
from app.lib.office.cell_formats import Shape, shape_of
from app.lib.office.sheet_cells import column_letters, column_number
from tests.lib.office.books import WORKBOOK, book, cell

OLD = bytes.fromhex("d0cf11e0a1b11ae1")


def written(*rows: list[Any], **sheets: list[list[Any]]) -> io.BytesIO:
    """A workbook that openpyxl wrote."""
    workbook = openpyxl.Workbook()
    first = workbook.worksheets[0]
    first.title = "Orders"
    for row in rows:
        first.append(row)
    for name, content in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in content:
            sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out


def read(source: io.BytesIO | Path, **wish: Any) -> Sheet:
    """Read it."""
    if isinstance(source, Path):
        source = io.BytesIO(source.read_bytes())
    return read_sheet(source, Effort("list.xlsx"), SheetWish(**wish))


def refused(source: io.BytesIO | Path, **wish: Any) -> str:
    """Why it cannot be read."""
    with pytest.raises(FileUnreadable) as unreadable:
        read(source, **wish)
    return unreadable.value.sentence


def test_it_works() -> None:
    source = written(
        ["Lamp", "Price", "When", "Day", "At", "Long", "Sold", None, "Lamp"],
        ["Ü & <b>", 12.5, datetime.fromisoformat("2026-11-22T08:30"), date(2026, 3, 1),
         time(8, 30, 5),
         timedelta(hours=26), True, "x", 10**14],
        [],
        [None, -3, None, None, None, None, False, "a\nb", "=1+1"],
    )  # fmt: skip
    sheet = read(source)
    assert sheet.columns == (
        "Lamp", "Price", "When", "Day", "At", "Long", "Sold", "H", "Lamp 2",
    )  # fmt: skip
    assert list(sheet.rows[0].values()) == [
        "Ü & <b>", 12.5, "2026-11-22T08:30:00", "2026-03-01", "08:30:05", "26:00:00", True, "x",
        10**14,
    ]  # fmt: skip
    assert list(sheet.rows[1].values()) == [None, -3, None, None, None, None, False, "a\nb", None]
    assert (sheet.name, sheet.sheet_names, sheet.has_more) == ("Orders", ("Orders",), False)


def test_a_part_of_the_rows() -> None:
    source = written(["A"], *([n] for n in range(10)))
    sheet = read(source, skip=2, max_rows=3)
    assert [row["A"] for row in sheet.rows] == [2, 3, 4]
    assert sheet.has_more
    assert not read(source, skip=7, max_rows=3).has_more


def test_the_names_of_columns_can_stand_lower_or_nowhere() -> None:
    source = written(["A list of lamps"], [], ["Lamp"], ["Skagen"])
    assert read(source, header_row=3).rows == [{"Lamp": "Skagen"}]
    assert [row["A"] for row in read(source, header_row=0).rows] == [
        "A list of lamps",
        "Lamp",
        "Skagen",
    ]
    assert refused(source, header_row=2) == (
        "Row 2 of sheet “Orders” in “list.xlsx” is empty, so the columns have no names; the first "
        "row with something in it is row 3."
    )
    assert read(written()).columns == ()


def test_sheets_by_name_and_number() -> None:
    source = written(["A"], Two=[["B"], [1]])
    assert read(source, sheet="two").rows == [{"B": 1}]
    assert read(source, sheet="2").name == "Two"
    assert read(source, sheet="2").sheet_names == ("Orders", "Two")
    assert refused(source, sheet="Three") == (
        "“list.xlsx” has no sheet “Three”; it has “Orders”, “Two”."
    )


def test_a_hidden_sheet_is_not_the_first() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].sheet_state = "hidden"
    workbook.create_sheet("Shown").append(["A"])
    out = io.BytesIO()
    workbook.save(out)
    assert read(out).name == "Shown"


def test_days_counted_from_1904() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.worksheets[0].append([date(2026, 11, 22)])
    out = io.BytesIO()
    workbook.save(out)
    assert read(out, header_row=0).rows == [{"A": "2026-11-22"}]


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        (b'<c t="e"><v>#N/A</v></c>', "#N/A"),
        (b'<c t="str"><f>A1</f><v>result</v></c>', "result"),
        (b'<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>z</t></rPh></is></c>', "ab"),
        (b'<c t="str"><v>a_x000D_b</v></c>', "a\rb"),
        (b'<c t="s"><v>1</v></c>', "two"),
        (b'<c t="s"><v>77</v></c>', None),
        (b'<c t="d"><v>2026-11-22</v></c>', "2026-11-22"),
        (b"<c><v>1e400</v></c>", "1e400"),
        (b"<c><v>what</v></c>", "what"),
        (b"<c><v>-0.5</v></c>", -0.5),
        (b'<c s="99"><v>3</v></c>', 3),
    ],
)
def test_cells_of_every_kind(tmp_path: Path, xml: bytes, value: object) -> None:
    texts = [b"<si><t>one</t></si>", b"<si><r><t>tw</t></r><r><t>o</t></r></si>"]
    path = book(tmp_path / "a.xlsx", [b"<row>" + xml + b"</row>"], texts=texts)
    assert read(path, header_row=0).rows == [{"A": value}]


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("General", Shape.NUMBER),
        ("0.00", Shape.NUMBER),
        ('0.00 "days"', Shape.NUMBER),
        ("#,##0 [$kr-414]", Shape.NUMBER),
        ("[Red]0", Shape.NUMBER),
        ("yyyy-mm-dd", Shape.DATE),
        ("[$-409]d. mmmm yyyy", Shape.DATE),
        ("mmm", Shape.DATE),
        ("hh:mm", Shape.TIME),
        ("mm:ss.0", Shape.TIME),
        ("h:mm AM/PM", Shape.TIME),
        ("dd.mm.yyyy hh:mm", Shape.MOMENT),
        ("[h]:mm:ss", Shape.ELAPSED),
    ],
)
def test_which_numbers_are_dates(code: str, shape: Shape) -> None:
    assert shape_of(code) is shape


@given(number=st.integers(0, 18_277))
def test_letters_of_columns(number: int) -> None:
    assert column_number(column_letters(number)) == number
    assert column_letters(number) == openpyxl.utils.get_column_letter(number + 1)


_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 6)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
    st.datetimes(datetime.fromisoformat("1901-01-01"), datetime.fromisoformat("2999-01-01")).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(_CELLS, min_size=1, max_size=4), max_size=5))
def test_it_reads_what_was_written(rows: list[list[Any]]) -> None:
    def meant(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        return None if value == "" else value

    rows = [[f" {one}" if isinstance(one, str) and one[:1] == "=" else one for one in row]
            for row in rows]  # fmt: skip
    found = [list(row.values()) for row in read(written(*rows), header_row=0).rows]
    wanted = [[meant(value) for value in row] for row in rows]
    wanted = [row for row in wanted if any(value is not None for value in row)]
    for got, expected in zip(found, wanted, strict=True):
        kept = [value for value in got if value is not None]
        assert kept == [value for value in expected if value is not None]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is damaged or is not an Excel workbook (.xlsx); open it in the program"),
        (b"Name;Price\n", "is damaged or is not an Excel workbook"),
        (b"PK\x03\x04 and no more", "is damaged or is not an Excel workbook"),
        (OLD + bytes(600), "is in an old format"),
        (
            OLD + bytes(70_000) + "EncryptedPackage".encode("utf-16-le"),
            "is protected with a password",
        ),
    ],
)  # fmt: skip
def test_what_is_no_workbook_says_so(raw: bytes, words: str) -> None:
    sentence = refused(io.BytesIO(raw))
    assert sentence.startswith("“list.xlsx” ")
    assert words in sentence
    assert sentence.endswith(".")


def test_macros_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsm", [cell("x")], more={"xl/vbaProject.bin": b"x"})
    assert "carries macros" in refused(path)


def test_a_binary_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsb", [])
    raw = path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"workbook.xml", b"workbook.bin")
            new.writestr(name, content)
    assert "save it as .xlsx" in refused(out)


def test_locked_parts_and_odd_packing_are_refused(tmp_path: Path) -> None:
    raw = book(tmp_path / "a.xlsx", [cell("x")]).read_bytes()
    locked = raw.replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )
    assert "password" in refused(io.BytesIO(locked))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("a", b"x")
    assert "is damaged" in refused(out)


@pytest.mark.parametrize("workbook", ["<workbook/>", "<work", WORKBOOK.replace('"s"', '"gone"')])
def test_a_workbook_without_sheets_is_damaged(tmp_path: Path, workbook: str) -> None:
    assert "is damaged" in refused(book(tmp_path / "a.xlsx", [], workbook=workbook))


def test_a_table_of_contents_that_lies_is_refused(tmp_path: Path) -> None:
    raw = bytearray(book(tmp_path / "a.xlsx", []).read_bytes())
    struct.pack_into("<I", raw, len(raw) - 22 + 12, 900_000)
    assert "unfolds" in refused(io.BytesIO(bytes(raw)))
