from collections.abc import Sequence
from typing import Any

from openpyxl.worksheet import Page

class Workbook:
    worksheets: Sequence[Page]
    def __init__(self, write_only: bool = ...) -> None: ...
    def create_sheet(self, title: str | None = ..., index: int | None = ...) -> Page: ...
    def save(self, filename: Any) -> None: ...
    def close(self) -> None: ...

def load_workbook(
    filename: Any,
    read_only: bool = ...,
    keep_vba: bool = ...,
    data_only: bool = ...,
    keep_links: bool = ...,
    rich_text: bool = ...,
) -> Workbook: ...
