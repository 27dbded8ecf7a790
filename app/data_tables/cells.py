"""Single values: typed by a person, read from a file or given by a step, settled to their kind."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from app.data_tables.columns import Column, ColumnKind
from app.engine.values import Json
from app.engine.words import listed, short
from app.lib.resolver import as_text
from app.model import storable_text

MAX_DIGITS = 15  # what a number keeps exactly, in both databases
_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3})+(?:[.,]\d+)?\Z")
# 1,234 is a little more than one in Berlin and more than a thousand in Boston.
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}\Z")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?\Z")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(.*)\Z", re.DOTALL)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)\Z", re.DOTALL)


class CellRefused(ValueError):
    """A value does not fit its column; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def settle(column: Column, value: Any, zone: tzinfo) -> Json:
    """The value as its column keeps it; None for an empty cell. Raises CellRefused.

    Numbers are numbers, dates `2026-11-22`, moments `2026-11-22T13:05:00+00:00` (always UTC; one
    without a zone counts in `zone`), choices spelled as the column spells them.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _SETTLERS[column.kind](column, value, zone)


def fold(text: str) -> str:
    """The text without case and accents: what is searched and sorted by."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()


def shown(column: Column, value: Json, zone: tzinfo) -> str:
    """The value as people read it and as files carry it; an empty cell is an empty text."""
    if value is None:
        return ""
    if column.kind is ColumnKind.YES_NO:
        return "yes" if value else "no"
    if column.kind is ColumnKind.MOMENT:
        return datetime.fromisoformat(str(value)).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _text(column: Column, value: Any, _zone: tzinfo) -> Json:
    if isinstance(value, list | dict):
        raise CellRefused(
            f"“{column.name}” takes a text, and {short(value)} came. Choose one of its values."
        )
    return storable_text(as_text(value))


def _number(column: Column, value: Any, _zone: tzinfo) -> Json:
    if isinstance(value, str):
        value = _read_number(column, value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CellRefused(f"“{short(value)}” in “{column.name}” is not a number.")
    if abs(value) >= 10**MAX_DIGITS:
        raise CellRefused(
            f"“{short(value)}” in “{column.name}” has more than {MAX_DIGITS} digits. "
            "Make the column a text to keep it."
        )
    return int(value) if value == int(value) else value


def _read_number(column: Column, typed: str) -> float | str:
    if _UNCLEAR.match(typed):
        raise CellRefused(
            f"“{typed}” in “{column.name}” could be read in two ways. Write it without the comma."
        )
    if _GROUPED.match(typed) and not _PLAIN.match(typed):
        last = max(typed.rfind("."), typed.rfind(","))
        has_fraction = last >= 0 and typed.count(typed[last]) == 1
        whole, rest = (typed[:last], typed[last + 1 :]) if has_fraction else (typed, "")
        typed = f"{re.sub(r'[^0-9+-]', '', whole)}.{rest or '0'}"
    return float(typed.replace(",", ".")) if _PLAIN.match(typed) else typed


def _yes_no(column: Column, value: Any, _zone: tzinfo) -> Json:
    word = str(value).strip().casefold() if not isinstance(value, list | dict) else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellRefused(f"“{short(value)}” in “{column.name}” is neither yes nor no.")


def _date(column: Column, value: Any, zone: tzinfo) -> Json:
    found = _moment_in(column, value, "a date, such as 2026-11-30")
    if found.tzinfo is not None:
        found = found.astimezone(zone)
    return found.date().isoformat()


def _moment(column: Column, value: Any, zone: tzinfo) -> Json:
    found = _moment_in(column, value, "a date with a time, such as 2026-11-30 14:05")
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC).replace(microsecond=0).isoformat()
    except OverflowError:
        raise CellRefused(f"“{short(value)}” in “{column.name}” is too far away.") from None


def _moment_in(column: Column, value: Any, what: str) -> datetime:
    if not isinstance(value, str):
        raise CellRefused(f"“{short(value)}” in “{column.name}” is not {what}.")
    typed = value.strip()
    if parts := _DOTTED.match(typed):
        day, month, year, rest = parts.groups()
        typed = f"{year}-{int(month):02d}-{int(day):02d}{rest}"
    elif parts := _SLASHED.match(typed):
        typed = _unslashed(column, parts)
    elif re.match(r"\d{4}/\d{2}/\d{2}", typed):
        typed = typed.replace("/", "-", 2)
    head, _, time = typed.replace(" ", "T", 1).partition("T")
    clock = f"0{time.strip()}" if re.match(r"\d:", time.strip()) else time.strip()
    try:
        return datetime.fromisoformat(f"{head}T{clock}" if clock else head)
    except ValueError:
        raise CellRefused(f"“{short(value)}” in “{column.name}” is not {what}.") from None


def _unslashed(column: Column, parts: re.Match[str]) -> str:
    first, second, year, rest = int(parts[1]), int(parts[2]), parts[3], parts[4]
    if first <= 12 and second <= 12 and first != second:
        raise CellRefused(
            f"“{parts[0]}” in “{column.name}” could be read in two ways. "
            f"Write it as {year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}."
        )
    day, month = (first, second) if first > 12 or first == second else (second, first)
    return f"{year}-{month:02d}-{day:02d}{rest}"


def _choice(column: Column, value: Any, _zone: tzinfo) -> Json:
    typed = as_text(value).strip()
    folded = typed.casefold()
    for option in column.options:
        if option.casefold() == folded:
            return option
    some = listed([f"“{one}”" for one in column.options[:6]], "or")
    more = "…" if len(column.options) > 6 else ""
    raise CellRefused(
        f"“{short(typed)}” in “{column.name}” is not one of its choices: {some}{more}."
    )


_SETTLERS: Mapping[ColumnKind, Callable[[Column, Any, tzinfo], Json]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.NUMBER: _number,
    ColumnKind.YES_NO: _yes_no,
    ColumnKind.DATE: _date,
    ColumnKind.MOMENT: _moment,
    ColumnKind.CHOICE: _choice,
}
