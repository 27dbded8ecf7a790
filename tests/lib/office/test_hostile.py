"""Files made to do harm: each ends within the limits, with one sentence."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.lib.office import Effort
from tests.lib.office.books import book, cell, crowded_zip, laughing_book, noise, pdf

MAX_EXTRA_MB = 30
Make = Callable[[Path], Path]

HOSTILE: dict[str, tuple[Make, str]] = {
    "laughs.xlsx": (laughing_book, "is damaged or is not an Excel workbook"),
    "names.xlsx": (
        lambda path: book(path, (f"<n{n}/>".encode() for n in range(400_000))),
        "is damaged",
    ),
    "attribute.xlsx": (
        lambda path: book(path, [b'<row><c t="', *noise(20), b'"/></row>']),
        "is damaged",
    ),
    "deep.xlsx": (lambda path: book(path, [b"<a>" * 1_000_000]), "is damaged"),
    "long.xlsx": (
        lambda path: book(path, [b'<row><c t="str"><v>', *noise(20), b"</v></c></row>"]),
        "has more in these rows than",
    ),
    "texts.xlsx": (
        lambda path: book(
            path,
            (cell(str(n), "s") for n in range(400)),
            texts=(b"<si><t>" + noise(1)[0][:30_000] + b"</t></si>" for _ in range(400)),
        ),
        "has more in these rows than",
    ),
    "zeros.xlsx": (lambda path: book(path, [bytes(1_000_000)] * 60), "unfolds to far more"),
    "wide.xlsx": (
        lambda path: book(path, [b"<row>", b"<c><v>1</v></c>" * 1_001, b"</row>"]),
        "more than 1,000 columns in row 1",
    ),
    "crowded.xlsx": (crowded_zip, "unfolds to far more"),
    "many.xlsx": (
        lambda path: book(path, (b"<row><c><v>%d</v></c></row>" % n for n in range(90_000))),
        "50000 rows",
    ),
    "numbers.xlsx": (
        lambda path: book(path, [b"<row>" + b"<c><v>1.5</v></c>" * 900 + b"</row>"] * 200),
        "has more in these rows than",
    ),
    "bomb.pdf": (
        lambda path: pdf(path, b"q Q\n" * 12_000_000, packing="FlateDecode"),
        "is drawn in a more complicated way",
    ),
    "busy.pdf": (
        lambda path: pdf(path, b"q Q\n" * 200_000, packing="FlateDecode"),
        "is drawn in a more complicated way",
    ),
    "pieces.pdf": (
        lambda path: pdf(path, b"", more=b"".join(b"%d 0 obj\n" % n for n in range(110_000))),
        "more than 100,000 pieces",
    ),
}


def test_each_ends_with_a_sentence_and_little_memory(tmp_path: Path) -> None:
    files = [make(tmp_path / name) for name, (make, _) in HOSTILE.items()]
    command = [sys.executable, "-m", "tests.lib.office.appetite", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    costs = [json.loads(line) for line in done.stdout.splitlines()]
    for (name, (_, expected)), (said, took_s, extra_mb) in zip(HOSTILE.items(), costs, strict=True):
        assert expected in said, name
        assert "rows" in expected or said.count(". ") == 0, said
        assert extra_mb <= MAX_EXTRA_MB, (name, extra_mb)
        assert took_s <= Effort.MAX_S + 2, (name, took_s)


def test_what_is_unpacked_is_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Effort, "MAX_UNPACKED_BYTES", 100_000)
    assert re.search("unpacks to more than", _sentence(book(tmp_path / "big.xlsx", noise(1))))


def test_time_is_limited_and_a_run_that_was_stopped_reads_no_further(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [cell("x")])
    assert "took longer than 0 seconds" in _sentence(path, max_s=0.0)
    assert "stopped with the run" in _sentence(path, stop=lambda: True)


def test_a_size_that_is_not_true_does_not_help(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", noise(1))
    with zipfile.ZipFile(path) as packed:
        honest = packed.getinfo("xl/sheet.xml").file_size
    raw = path.read_bytes().replace(honest.to_bytes(4, "little"), (64).to_bytes(4, "little"))
    path.write_bytes(raw)
    assert "is damaged" in _sentence(path)


def _sentence(path: Path, **options: object) -> str:
    from app.lib.office import FileUnreadable, SheetWish, read_sheet

    effort = Effort(path.name, **options)  # type: ignore[arg-type]
    with path.open("rb") as stream, pytest.raises(FileUnreadable) as unreadable:
        read_sheet(stream, effort, SheetWish(header_row=0))
    return unreadable.value.sentence
