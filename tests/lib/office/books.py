"""Workbooks and PDFs written byte by byte, good and bad."""

import os
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

_RELATIONS = '<Relationships xmlns="r">{}</Relationships>'
_LEADS = '<Relationship Id="{}" Type="x/{}" Target="{}"/>'
_OPEN = b'<worksheet xmlns="m"><sheetData>'
_SHUT = b"</sheetData></worksheet>"
WORKBOOK = '<workbook xmlns="m" xmlns:r="o"><sheets><sheet name="S" r:id="s"/></sheets></workbook>'


def book(
    path: Path,
    rows: Iterable[bytes],
    *,
    texts: Iterable[bytes] = (),
    before: bytes = b"",
    more: dict[str, bytes] | None = None,
    workbook: str = WORKBOOK,
) -> Path:
    """A workbook with one sheet of these rows and this table of texts."""
    leads = [_LEADS.format("s", "worksheet", "sheet.xml"), _LEADS.format("t", "sharedStrings", "t")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        main = _LEADS.format("w", "officeDocument", "xl/workbook.xml")
        packed.writestr("_rels/.rels", _RELATIONS.format(main))
        packed.writestr("xl/workbook.xml", workbook)
        packed.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format("".join(leads)))
        for name, content in (more or {}).items():
            packed.writestr(name, content)
        for name, pieces in (
            ("xl/sheet.xml", [before, _OPEN, *rows, _SHUT]),
            ("xl/t", [b'<sst xmlns="m">', *texts, b"</sst>"]),
        ):
            with packed.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece)
    return path


def cell(value: str, kind: str = "str") -> bytes:
    """One row with one cell."""
    return f'<row><c t="{kind}"><v>{value}</v></c></row>'.encode()


def noise(megabytes: int) -> list[bytes]:
    """Text that packs badly."""
    return [os.urandom(50_000).hex().encode() for _ in range(megabytes * 10)]


def laughing_book(path: Path) -> Path:
    """Entities that refer to ten of the next, nine deep: a few lines that stand for gigabytes."""
    named = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    return book(path, [cell("&a9;")], before=f"<!DOCTYPE x [{named}]>".encode())


def crowded_zip(path: Path) -> Path:
    """Nothing in it, sixty thousand times."""
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(20_000):
            packed.writestr(f"part-{number:06}", b"")
    return path


def pdf(path: Path, drawing: bytes, *, more: bytes = b"", packing: str = "") -> Path:
    """A PDF with one page that is drawn like this."""
    font = "<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font{font}>>>>"
    content = zlib.compress(drawing, 9) if packing else drawing
    kind = f"/Filter/{packing}" if packing else ""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page.encode(),
        f"<</Length {len(content)}{kind}>>\nstream\n".encode() + content + b"\nendstream",
    ]
    out, places = b"%PDF-1.4\n" + more, []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 5\n0000000000 65535 f \n{table}trailer<</Size 5/Root 1 0 R>>\n"
    path.write_bytes(out + f"{end}startxref\n{len(out)}\n%%EOF".encode())
    return path
