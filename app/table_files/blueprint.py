"""The pages of files with rows: their blueprint, and the upload that an address names."""

import uuid

from flask import Blueprint, abort, g

from app.data_tables import directory
from app.data_tables.blueprint import say_where
from app.data_tables.models import DataTable
from app.table_files import imports
from app.table_files.models import TableImport
from app.web.access import can
from app.web.transactions import session

bp = Blueprint("table_files", __name__)
bp.url_defaults(say_where)


def upload_here(import_id: uuid.UUID) -> TableImport:
    """The upload of this workspace with this id."""
    upload = imports.by_id(session(), g.workspace.id, import_id=import_id)
    if upload is None:
        abort(404)
    return upload


def table_of(upload: TableImport) -> DataTable | None:
    """The table that the file is for, or None for a new one, which not everybody may make."""
    if upload.table_id is None:
        if not can("tables.build"):
            abort(403)
        return None
    g.table = directory.by_id(session(), g.workspace.id, table_id=upload.table_id)
    table: DataTable | None = g.table
    return table
