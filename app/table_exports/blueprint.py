"""The pages on which tables are taken as files: their blueprint."""

from flask import Blueprint

from app.data_tables.blueprint import say_where

bp = Blueprint("table_exports", __name__)
bp.url_defaults(say_where)
