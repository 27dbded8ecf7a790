"""Where each column of a file goes, and what is wrong with that."""

from dataclasses import dataclass

from app.data_tables.columns import Column, find_column
from app.data_tables.models import DataTable
from app.table_files.models import TableImport


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person wants of a file: where each place of a line goes, and how lines are merged."""

    places: tuple[Column | None, ...]
    match: Column | None = None
    leave_out_wrong: bool = True


def by_header(table: DataTable, upload: TableImport) -> tuple[Column | None, ...]:
    """Columns of the table whose names the file has; each is used once."""
    taken: set[str] = set()
    places: list[Column | None] = []
    for title in upload.header:
        column = find_column(table.columns, title) if title else None
        places.append(column if column and column.key not in taken else None)
        taken.add(column.key if column else "")
    return tuple(places)


def problem_of(plan: Plan) -> str:
    """Why the file cannot be brought in so; empty when it can."""
    used = [one.key for one in plan.places if one is not None]
    if not used:
        return "Choose where at least one column of the file goes."
    twice = next((one for one in plan.places if one and used.count(one.key) > 1), None)
    if twice:
        return f"Two columns of the file go to “{twice.name}”. Choose one."
    if plan.match and plan.match.key not in used:
        return f"Nothing in the file goes to “{plan.match.name}”, so no row can be found by it."
    return ""
