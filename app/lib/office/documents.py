"""The text of a Word document (.docx), paragraph by paragraph."""

from collections.abc import Mapping
from typing import BinaryIO

from app.lib.office.container import Container
from app.lib.office.effort import Effort, FileUnreadable
from app.lib.office.relations import main_part
from app.lib.office.xml_stream import read_part

KIND = "a Word document (.docx)"
MAX_TEXT_CHARS = 900_000

_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def document_text(source: BinaryIO, effort: Effort) -> str:
    """The text of the body: a line for each paragraph, the cells of a table's row with tabs.

    Headers, footers, notes and what was deleted with changes tracked are left out. Raises
    FileUnreadable.
    """
    with Container(source, effort, KIND) as container:
        body = _Body(effort)
        read_part(container, main_part(container), body)
    if not body.is_document:
        raise effort.broken(KIND)
    return "\n".join(body.lines).strip("\n")


class _Body:
    def __init__(self, effort: Effort) -> None:
        self._effort = effort
        self._chars = 0
        self._words: list[str] = []
        self._cells: list[list[str]] = []  # of the table rows that are open, one in another
        self._is_text = False
        self._passed_by = 0  # how deep inside a part that repeats what stands elsewhere
        self.is_document = False
        self.lines: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._passed_by or name == "Fallback":
            self._passed_by += 1
        elif name == "document":
            self.is_document = True
        elif name == "t":
            self._is_text = True
        elif name == "tr":
            self._cells.append([])
        elif name == "tc" and self._cells:
            self._cells[-1].append("")
        elif name in _BREAKS:
            self._add(_BREAKS[name])

    def end(self, name: str) -> None:
        if self._passed_by:
            self._passed_by -= 1
        elif name == "t":
            self._is_text = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tr" and self._cells:
            line = "\t".join(self._cells.pop())
            self._place(line)

    def text(self, text: str) -> None:
        if self._is_text and not self._passed_by:
            self._add(text)

    def _add(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > MAX_TEXT_CHARS:
            raise FileUnreadable(
                f"“{self._effort.name}” has more than {MAX_TEXT_CHARS:,} characters of text, more "
                "than one step can pass on; split it into smaller documents."
            )
        self._words.append(text)

    def _end_paragraph(self) -> None:
        line = "".join(self._words)
        self._words.clear()
        self._add("")
        self._chars += 1
        self._place(line)

    def _place(self, line: str) -> None:
        """Into the open cell, else as a line of its own."""
        if self._cells and self._cells[-1]:
            inside = self._cells[-1][-1]
            self._cells[-1][-1] = f"{inside} {line}".strip() if inside else line
        else:
            self.lines.append(line)
