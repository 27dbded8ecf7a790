"""Settings that the steps about tables share."""

from collections.abc import Mapping

from app.engine.errors import StepFailed
from app.engine.field_columns import ColumnConditions
from app.engine.fields import KeyValues, Pick
from app.engine.values import Given, Json

TABLE = Pick(label="Table", of="tables", required=True, hint="Tables are made on the page Tables.")
# What steps of these types give of the chosen table, by name: a list of rows, or one row.
ROWS_GIVEN: Mapping[str, Mapping[str, bool]] = {
    "add_rows": {"rows": True, "row": False},
    "change_row": {"row": False},
    "find_rows": {"rows": True, "first": False},
    "put_row": {"row": False},
}
ROW_OUTPUT = "the row, each column by its key, with the row's id as id"


def column_values(only_if: tuple[str, frozenset[str]] | None = None) -> KeyValues:
    """Rows of a column and what to put into it."""
    return KeyValues(
        label="Values",
        name_label="Column",
        required=True,
        unique=True,
        only_if=only_if,
        hint="Name a column as it is called in the table. An empty value empties the cell.",
    )


class RowFilter(ColumnConditions):
    """Conditions that name a column on their left; none at all fit every row."""

    def initial(self) -> Json:
        """No conditions."""
        return {"match": "all", "rows": []}


def row_of(given: Given) -> dict[str, Json]:
    """The values of one row by the names of their columns."""
    return {str(one["name"]).strip(): one["value"] for one in given["values"]}


def rows_of(given: Given) -> list[Mapping[str, Json]]:
    """The rows in a list that came from an earlier step."""
    value = given["rows"]
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise StepFailed(
            "“Rows” must be a list of groups of values, one group for each row.", can_retry=False
        )
    return value
