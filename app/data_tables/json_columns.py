"""Values inside a JSON column as SQL: the one place where SQLite and PostgreSQL differ."""

from typing import Any

from sqlalchemy import ColumnElement, Float, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

JsonColumn = InstrumentedAttribute[dict[str, Any]]


def text_in(column: JsonColumn, key: str) -> ColumnElement[str]:
    """The text under `key`, NULL where there is none; compared and sorted by its bytes."""
    return _TextIn(column, literal(_safe(key)))


def number_in(column: JsonColumn, key: str) -> ColumnElement[float]:
    """The number under `key`, NULL where there is none or something else."""
    return _NumberIn(column, literal(_safe(key)))


def _safe(key: str) -> str:
    # Keys of columns are made by `fresh_key`; anything else would be read as a path by SQLite.
    if not key.replace("_", "a").isalnum() or not key.isascii():
        raise ValueError(key)
    return key


class _TextIn(FunctionElement[str]):
    type = String()
    inherit_cache = True
    name = "text_in"


class _NumberIn(FunctionElement[float]):
    type = Float()
    inherit_cache = True
    name = "number_in"


@compiles(_TextIn, "sqlite")
def _text_on_sqlite(element: _TextIn, compiler: SQLCompiler, **kw: Any) -> str:
    column, key = (compiler.process(one, **kw) for one in element.clauses)
    return f"json_extract({column}, '$.' || {key})"


@compiles(_TextIn, "postgresql")
def _text_on_postgresql(element: _TextIn, compiler: SQLCompiler, **kw: Any) -> str:
    column, key = (compiler.process(one, **kw) for one in element.clauses)
    return f'(({column} ->> CAST({key} AS TEXT)) COLLATE "C")'


@compiles(_NumberIn, "sqlite")
def _number_on_sqlite(element: _NumberIn, compiler: SQLCompiler, **kw: Any) -> str:
    column, key = (compiler.process(one, **kw) for one in element.clauses)
    return f"json_extract({column}, '$.' || {key})"


@compiles(_NumberIn, "postgresql")
def _number_on_postgresql(element: _NumberIn, compiler: SQLCompiler, **kw: Any) -> str:
    column, key = (compiler.process(one, **kw) for one in element.clauses)
    found = f"{column} -> CAST({key} AS TEXT)"
    return (
        f"(CASE jsonb_typeof({found}) WHEN 'number' THEN ({found})::double precision "
        f"WHEN 'boolean' THEN ({found})::boolean::int END)"
    )
