"""Statements of the hot paths: built once per process and, on SQLite, said straight to the driver.

SQLAlchemy writes and types them; only its machinery for each execution is left out, which costs
several times what SQLite itself needs. Everywhere else a statement goes the ordinary way.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Table,
    bindparam,
    inspect,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import Insert, UpdateBase

from app.model import Model, Word

Values = Mapping[str, Any]
Statement = Select[Any] | UpdateBase
M = TypeVar("M", bound=Model)


class Prepared:
    """One statement with its parameters by name.

    build: makes the statement for a dialect, once. columns: for an INSERT, the columns that every
    row names; the others get their defaults.
    """

    def __init__(
        self, build: Callable[[Dialect], Statement], *, columns: Sequence[str] | None = None
    ) -> None:
        self._build = build
        self._columns = None if columns is None else list(columns)
        self._statements: dict[str, Statement] = {}
        self._spoken: _Spoken | None = None

    def rows(self, connection: Connection, given: Values) -> Sequence[Any]:
        """What the statement gives, each row with its columns by name. Raises DBAPIError."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement(connection.dialect), given).all()
        return self._for(connection.dialect).rows(connection, given)

    def row(self, connection: Connection, given: Values) -> Any:
        """The one row there is, or None. Raises DBAPIError."""
        found = self.rows(connection, given)
        return found[0] if found else None

    def run(self, connection: Connection, *given: Values) -> None:
        """Execute it once for each set of values; there may be none. Raises DBAPIError."""
        if not given:
            return
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement(connection.dialect), list(given))
        else:
            self._for(connection.dialect).run(connection, given)

    def words(self, dialect: Dialect) -> str:
        """The statement as the database of this dialect gets it."""
        if dialect.name == "sqlite":
            return self._for(dialect).words
        return str(self._statement(dialect).compile(dialect=dialect, column_keys=self._columns))

    def _statement(self, dialect: Dialect) -> Statement:
        known = self._statements.get(dialect.name)
        if known is None:
            known = self._statements[dialect.name] = self._build(dialect)
        return known

    def _for(self, dialect: Dialect) -> "_Spoken":
        if self._spoken is None:
            self._spoken = _Spoken(self._statement(dialect), dialect, self._columns)
        return self._spoken


def places_for(count: int) -> int:
    """How many places a statement about so many values has: a power of two, so that few differ."""
    return 1 << (count - 1).bit_length()


def among(column: ColumnElement[Any], places: int) -> ColumnElement[bool]:
    """Whether a column is one of the values that `among_values` names."""
    return column.in_([bindparam(f"among_{place}", type_=column.type) for place in range(places)])


def among_values(values: Sequence[Any]) -> dict[str, Any]:
    """The parameters of `among`, for as many places as there are for these; there is one value."""
    spare = places_for(len(values)) - len(values)
    return {f"among_{place}": value for place, value in enumerate((*values, *[values[-1]] * spare))}


def inserting(table: type[Model], dialect: Dialect) -> Any:
    """An INSERT of plain rows that can say what happens when a row is there already."""
    core = cast(Table, table.__table__)
    return sqlite.insert(core) if dialect.name == "sqlite" else postgresql.insert(core)


class Columns:
    """All columns of a table in a prepared SELECT, and the objects that its rows stand for."""

    def __init__(self, table: type[Model]) -> None:
        own = inspect(table).column_attrs
        self.names = [one.key for one in own]
        self.labelled = [one.columns[0].label(f"{table.__tablename__}_{one.key}") for one in own]

    def __len__(self) -> int:
        return len(self.names)


def as_read(session: Session, table: type[M], values: Values) -> M:
    """The row as the session knows rows it has read; what is not given is read when touched."""
    mapper, keys = _mapped(table)
    identity = mapper.identity_key_from_primary_key(tuple(values[name] for name in keys))
    known: M | None = session.identity_map.get(identity)
    if known is not None:
        return known
    row = cast(M, mapper.class_manager.new_instance())
    instance_dict(row).update(values)  # setting them one by one would note each as a change
    make_transient_to_detached(row)
    session.add(row)
    return row


@cache
def _mapped(table: type[Model]) -> tuple[Mapper[Any], Sequence[str]]:
    mapper = inspect(table)
    return mapper, [one.name for one in mapper.primary_key]


class _Spoken:
    """A statement in SQLite's words, and how its values go in and come out."""

    def __init__(self, statement: Statement, dialect: Dialect, columns: list[str] | None) -> None:
        compiled: Any = _with_its_words(statement, dialect).compile(
            dialect=dialect, column_keys=columns
        )
        self._dialect = dialect
        self.words = str(compiled)
        defaults = _defaults(statement)
        self._places = [
            _Place.of(compiled.binds[name], name, dialect, defaults)
            for name in compiled.positiontup
        ]
        given_back = statement.exported_columns
        names = [str(name) for name in given_back.keys()]  # noqa: SIM118  # no mapping
        # What `_make` does, without a look at how many there are, which `zip` takes.
        self._made = partial(tuple.__new__, cast("Any", namedtuple)("Row", names))
        self._out = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in given_back
        ]

    def rows(self, connection: Connection, given: Values) -> list[Any]:
        found = self._execute(connection, "execute", self._values(given)).fetchall()
        return [
            self._made(
                [
                    value if turn is None else turn(value)
                    for value, turn in zip(row, self._out, strict=True)
                ]
            )
            for row in found
        ]

    def run(self, connection: Connection, given: Sequence[Values]) -> None:
        if len(given) == 1:
            self._execute(connection, "execute", self._values(given[0]))
        else:
            self._execute(connection, "executemany", [self._values(one) for one in given])

    def _values(self, given: Values) -> list[Any]:
        said = []
        for name, turn, otherwise in self._places:
            value = given[name] if name in given else otherwise()
            said.append(value if turn is None else turn(value))
        return said

    def _execute(self, connection: Connection, way: str, values: list[Any]) -> Any:
        cursor = connection.connection.cursor()
        try:
            getattr(cursor, way)(self.words, values)
        except self._dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                self.words, None, error, self._dialect.loaded_dbapi.Error, dialect=self._dialect
            ) from error
        return cursor


def _with_its_words(statement: Statement, dialect: Dialect) -> Statement:
    """The statement with the states it asks for written out, not left to be given each time.

    Of `status = ?` SQLite cannot tell whether a partial index covers it until it has the value.
    It then plans the whole statement anew each time, which takes longer than running it.
    """

    def written(part: Any, **_: Any) -> Any:
        if not isinstance(part, BindParameter) or not isinstance(part.type, Word):
            return None
        if part.value is None:  # said with each execution, or nothing at all
            return None
        say: Any = part.type.dialect_impl(dialect).literal_processor(dialect)
        if not part.expanding:
            return literal_column(say(part.value), part.type)
        several = [say(one) for one in cast("list[object]", part.value)]
        return literal_column(f"({', '.join(several)})", part.type)

    traverse: Any = visitors.replacement_traverse
    return cast(Statement, traverse(statement, {}, written))


class _Place(NamedTuple):
    """One `?`: whose value goes there, how it is written, and what it is when nobody says."""

    name: str
    turn: Callable[[Any], Any] | None
    otherwise: Callable[[], Any]

    @classmethod
    def of(
        cls, bound: Any, name: str, dialect: Dialect, defaults: Mapping[str, Callable[[], Any]]
    ) -> "_Place":
        turn = bound.type.dialect_impl(dialect).bind_processor(dialect)
        return cls(name, turn, defaults.get(name) or partial(_same, bound.effective_value))


def _same(value: Any) -> Any:
    return value


def _defaults(statement: Statement) -> dict[str, Callable[[], Any]]:
    """What columns of an INSERT get when a row does not name them."""
    if not isinstance(statement, Insert):
        return {}
    found: dict[str, Callable[[], Any]] = {}
    for column in statement.table.columns:
        default = cast("Any", column.default)
        if default is not None:
            found[column.name] = (
                partial(default.arg, None) if default.is_callable else partial(_same, default.arg)
            )
    return found
