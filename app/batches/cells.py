"""What stands in the cells of a batch's rows, and what answers look like in cells."""

from datetime import UTC

from app.batches.models import Batch, BatchRow
from app.data_tables.cells import shown
from app.engine.file_port import is_file
from app.engine.values import Json
from app.lib.resolver import as_text


def as_cell(value: Json) -> Json:
    """A value of an answer as a cell holds it: lists and groups as text, files by their name."""
    if is_file(value):
        return str(value["name"])  # type: ignore[index,call-overload]  # it is one
    return as_text(value) if isinstance(value, list | dict) else value


def shown_cells(batch: Batch, row: BatchRow) -> list[str]:
    """The cells that were matched to a question, as people read them."""
    zone = UTC
    columns = batch.columns
    places = matched_places(batch)
    return [shown(columns[place], row.cells[place], zone) for place in places]


def matched_places(batch: Batch) -> list[int]:
    """The places of the columns that answer a question, in the order of the columns."""
    used = {match["column"] for match in batch.matching.values() if "column" in match}
    return sorted(used)
