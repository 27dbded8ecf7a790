"""The filters a template knows: one table, bounded, from which the docs and the editor read."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.lib.resolver.errors import TemplateError
from app.lib.resolver.numbers import (
    decimals,
    divided_by,
    minus,
    number_of,
    plain,
    plus,
    rounded,
    summed,
    times,
)
from app.lib.resolver.text import as_text

MAX_TEXT_CHARS = 1_000_000
MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: what it does in words, an example, and how many arguments it takes."""

    name: str
    words: str
    example: str
    low: int
    high: int
    work: Callable[..., Any]


def capped(text: str) -> str:
    """The text, unless it has more than MAX_TEXT_CHARS characters."""
    if len(text) > MAX_TEXT_CHARS:
        raise TemplateError(f"The text grew beyond {MAX_TEXT_CHARS:,} characters.")
    return text


def _upper(value: Any) -> str:
    return as_text(value).upper()


def _lower(value: Any) -> str:
    return as_text(value).lower()


def _number(value: Any) -> int | float:
    return plain(number_of(value))


def _trim(value: Any) -> str:
    return as_text(value).strip()


def _capital(value: Any) -> str:
    text = as_text(value)
    return text[:1].upper() + text[1:]


def _shorten(value: Any, most: Any) -> str:
    text, length = as_text(value), max(1, _whole(most))
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _replace(value: Any, old: Any, new: Any) -> str:
    text, was, becomes = as_text(value), as_text(old), as_text(new)
    if not was:
        return text
    # Reckoned before it is done: a short text can ask for terabytes.
    if len(text) + text.count(was) * (len(becomes) - len(was)) > MAX_TEXT_CHARS:
        raise TemplateError(f"The text grew beyond {MAX_TEXT_CHARS:,} characters.")
    return text.replace(was, becomes)


def _split(value: Any, by: Any = ",") -> list[Any]:
    mark = as_text(by)
    if not mark:
        raise TemplateError("split needs a text to split at, for instance split: ','.")
    return _few([piece.strip() for piece in as_text(value).split(mark, MAX_ITEMS + 1)])


def _lines(value: Any) -> list[Any]:
    text = as_text(value).replace("\r\n", "\n")
    return _few([line.strip() for line in text.split("\n", MAX_ITEMS * 4) if line.strip()])


def _few(items: list[Any]) -> list[Any]:
    if len(items) > MAX_ITEMS:
        raise TemplateError(f"That gave more than {MAX_ITEMS:,} items.")
    return items


def _length(value: Any) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, list | dict) else len(as_text(value))


def _first(value: Any) -> Any:
    items = _items(value)
    return items[0] if items else None


def _last(value: Any) -> Any:
    items = _items(value)
    return items[-1] if items else None


def _join(value: Any, by: Any = ", ") -> str:
    mark, room, texts = as_text(by), MAX_TEXT_CHARS, []
    for item in _items(value):
        texts.append(as_text(item))
        room -= len(texts[-1]) + len(mark)
        if room < 0:
            raise TemplateError(f"The text grew beyond {MAX_TEXT_CHARS:,} characters.")
    return mark.join(texts)


def _pick(value: Any, name: Any) -> list[Any]:
    wanted = as_text(name)
    return [item.get(wanted) if isinstance(item, dict) else None for item in _items(value)]


def _unique(value: Any) -> list[Any]:
    kept: dict[str, Any] = {}
    for item in _items(value):
        kept.setdefault(json.dumps(item, sort_keys=True), item)
    return list(kept.values())


def _sort(value: Any) -> list[Any]:
    def place(item: Any) -> tuple[int, float, str]:
        is_number = isinstance(item, int | float) and not isinstance(item, bool)
        return (0, float(item), "") if is_number else (1, 0.0, as_text(item).casefold())

    try:
        return sorted(_items(value), key=place)
    except OverflowError:
        raise TemplateError("A number in the list is too large to be sorted.") from None


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return wanted in value
    if isinstance(value, dict):
        return as_text(wanted) in value
    return as_text(wanted).casefold() in as_text(value).casefold()


def _default(value: Any, instead: Any) -> Any:
    return instead if value is None or value == "" else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE_PARTS: Mapping[str, Callable[[datetime], str]] = {
    "YYYY": lambda at: f"{at.year:04}",
    "MMMM": lambda at: _MONTHS[at.month - 1],
    "MMM": lambda at: _MONTHS[at.month - 1][:3],
    "MM": lambda at: f"{at.month:02}",
    "DDDD": lambda at: _DAYS[at.weekday()],
    "DD": lambda at: f"{at.day:02}",
    "D": lambda at: str(at.day),
    "HH": lambda at: f"{at.hour:02}",
    "mm": lambda at: f"{at.minute:02}",
    "ss": lambda at: f"{at.second:02}",
}
# Longest first, as they stand above, so that MMMM is not read as MM twice.
_DATE_FORM = re.compile("|".join(_DATE_PARTS))


def _date(value: Any, form: Any = "D MMMM YYYY") -> str:
    try:
        at = datetime.fromisoformat(as_text(value).strip())
    except ValueError:
        raise TemplateError(f"“{as_text(value)[:40]}” is not a date such as 2026-11-30.") from None
    return _DATE_FORM.sub(lambda found: _DATE_PARTS[found[0]](at), as_text(form)[:200])


def _whole(value: Any) -> int:
    number = number_of(value)
    if number != number.to_integral_value():
        raise TemplateError(f"“{as_text(value)}” is not a whole number.")
    return min(int(number), MAX_TEXT_CHARS)


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


_TABLE = (
    Filter("upper", "all in capitals", "trigger.name | upper", 0, 0, _upper),
    Filter("lower", "all in small letters", "trigger.name | lower", 0, 0, _lower),
    Filter("capital", "the first letter as a capital", "trigger.name | capital", 0, 0, _capital),
    Filter("trim", "without spaces at both ends", "trigger.name | trim", 0, 0, _trim),
    Filter("shorten", "cut to so many characters", "trigger.text | shorten: 80", 1, 1, _shorten),
    Filter("replace", "one text for another", "trigger.name | replace: '-', ' '", 2, 2, _replace),
    Filter("split", "a list of the pieces at a mark", "trigger.tags | split: ','", 0, 1, _split),
    Filter("lines", "a list of the lines with text", "trigger.items | lines", 0, 0, _lines),
    Filter("length", "how many characters or items", "trigger.name | length", 0, 0, _length),
    Filter("first", "the first item", "trigger.items | lines | first", 0, 0, _first),
    Filter("last", "the last item", "trigger.items | lines | last", 0, 0, _last),
    Filter("join", "the items as one text", "steps.order.tags | join: ', '", 0, 1, _join),
    Filter("pick", "one value of each item", "steps.order.items | pick: 'price'", 1, 1, _pick),
    Filter("unique", "each item once", "steps.order.tags | unique", 0, 0, _unique),
    Filter("sort", "numbers first, then texts", "steps.order.tags | sort", 0, 0, _sort),
    Filter("contains", "whether it is in there", "trigger.text | contains: 'a'", 1, 1, _contains),
    Filter("default", "another value if empty", "trigger.name | default: 'you'", 1, 1, _default),
    Filter("number", "the number a text stands for", "trigger.amount | number", 0, 0, _number),
    Filter("plus", "the sum", "trigger.amount | plus: 5", 1, 1, plus),
    Filter("minus", "the difference", "trigger.amount | minus: 5", 1, 1, minus),
    Filter("times", "the product", "trigger.amount | times: 1.1", 1, 1, times),
    Filter("divided_by", "the quotient", "trigger.amount | divided_by: 3", 1, 1, divided_by),
    Filter("round", "rounded, to so many places", "trigger.amount | round: 2", 0, 1, rounded),
    Filter("decimals", "text with so many places", "trigger.amount | decimals: 2", 0, 1, decimals),
    Filter("sum", "the sum of a list", "steps.order.prices | sum", 0, 0, summed),
    Filter("date", "a date in words or digits", "now | date: 'D MMMM YYYY'", 0, 1, _date),
    Filter("json", "as JSON text", "steps.order | json", 0, 0, _json),
)
FILTERS: Mapping[str, Filter] = {one.name: one for one in _TABLE}
