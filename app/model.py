"""The base of every table: column kinds, constraint names and nothing of Flask."""

import enum
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine

from app.lib import clock, ids

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WORD_LENGTH = 24
NO_ZONE = "A time needs its time zone."
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u(?:0000|d[89a-f])")


class Model(DeclarativeBase):
    """Base of all tables; `metadata` carries the naming convention fixed in migration 1."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Id(TypeDecorator[uuid.UUID]):
    """A UUIDv7: 16 raw bytes on SQLite, the native `uuid` on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The native type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        """A UUID to what the driver takes."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        """What the driver gives, as a UUID."""
        if value is None or isinstance(value, uuid.UUID):
            return value
        return uuid.UUID(bytes=bytes(value))

    # Of what follows SQLAlchemy makes two calls for each value; rows are read by the thousand.

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """In one step on SQLite."""
        return super().bind_processor(dialect) if dialect.name == "postgresql" else _id_bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """In one step on SQLite."""
        if dialect.name == "postgresql":
            return super().result_processor(dialect, coltype)
        return _id_of_bytes


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware datetimes in UTC out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime, which would mean another moment on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(NO_ZONE)
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no zone; everything stored is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """In one step on SQLite, with six digits of a second always: texts sort as moments do."""
        return super().bind_processor(dialect) if dialect.name == "postgresql" else _moment_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """In one step on SQLite."""
        if dialect.name == "postgresql":
            return super().result_processor(dialect, coltype)
        return _moment_of_text


class Word(TypeDecorator[enum.StrEnum]):
    """One value of a StrEnum, stored as its short string; a new value needs no migration."""

    impl = String(WORD_LENGTH)
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__(WORD_LENGTH)
        self.kind = kind

    def process_bind_param(self, value: enum.StrEnum | None, dialect: Dialect) -> str | None:
        """The member's value; a word that is not in the set is refused."""
        if type(value) is self.kind:
            return value.value
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> enum.StrEnum | None:
        """The member that the stored word names."""
        return None if value is None else self.kind(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """In one step: a row may hold several words."""
        return _Members(self.kind).__getitem__


class _Members(dict[str | None, enum.StrEnum | None]):
    """The members of a set by their words; of nothing, nothing."""

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__({None: None} | {one.value: one for one in kind})
        self._kind = kind

    def __missing__(self, word: str) -> enum.StrEnum:
        return self._kind(word)  # raises ValueError in the words of the set


def _id_bytes(value: uuid.UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _id_of_bytes(value: bytes | None) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(bytes=value)


def _moment_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(NO_ZONE)
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return in_utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    try:
        text = json.dumps(value)
    except TypeError:  # a mapping or a sequence of another kind
        return json.dumps(storable(value))
    # NUL and surrogates are written as escapes; pairs of surrogates are other characters.
    return json.dumps(storable(value)) if _ESCAPED.search(text) else text


class Json(TypeDecorator[Any]):
    """A JSON value (JSONB on PostgreSQL). None is SQL NULL; only the order of lists is kept.

    NUL and lone surrogates, which PostgreSQL refuses, are replaced by U+FFFD on the way in.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The value with every string storable."""
        return storable(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """SQLite gets text, and writing it shows by the way whether a string must be mended."""
        return super().bind_processor(dialect) if dialect.name == "postgresql" else _as_text


def storable(value: Any) -> Any:
    """A copy of a JSON value in which NUL and lone surrogates became U+FFFD."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, Mapping):
        return {storable_text(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [storable(item) for item in value]
    return value


def storable_text(text: str) -> str:
    """The text with NUL and lone surrogates replaced, so that both databases take it."""
    return _UNSTORABLE.sub("\ufffd", text)


RowId = Annotated[uuid.UUID, mapped_column(Id, primary_key=True, default=ids.new_id)]
CreatedAt = Annotated[datetime, mapped_column(UtcTime, default=clock.now)]
