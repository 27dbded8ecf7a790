"""The pages of tables: their blueprint, and what an address names, found from the workspace."""

import uuid
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.data_tables import directory
from app.data_tables.columns import Column
from app.data_tables.models import DataRow, DataTable
from app.web.htmx import redirect_to
from app.web.transactions import session

bp = Blueprint("data_tables", __name__)


@bp.url_defaults
def say_where(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses name the workspace and the table that is looked at."""
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
    takes_table = current_app.url_map.is_endpoint_expecting(endpoint, "table_slug")
    if takes_table and g.get("table") is not None:
        values.setdefault("table_slug", g.table.slug)


def table_here(slug: str) -> DataTable:
    """The table of this workspace with this slug, kept as `g.table` for addresses."""
    table = directory.by_slug(session(), g.workspace.id, slug=slug)
    if table is None:
        abort(404)
    g.table = table
    return table


def row_here(table: DataTable, row_id: uuid.UUID) -> DataRow:
    """The row of this table with this id."""
    row = directory.row_of(session(), table, row_id=row_id)
    if row is None:
        abort(404)
    return row


def column_here(table: DataTable, key: str) -> Column:
    """The column of this table with this key."""
    column = next((one for one in table.columns if one.key == key), None)
    if column is None:
        abort(404)
    return column


def me() -> uuid.UUID:
    """Who asks."""
    user_id: uuid.UUID = g.member.user_id
    return user_id


def back_to(endpoint: str, words: str = "", **values: object) -> ResponseReturnValue:
    """On to another page of this room, saying what was done."""
    if words:
        flash(words, "ok")
    return redirect_to(url_for(endpoint, **values))  # type: ignore[arg-type]  # names and ids
