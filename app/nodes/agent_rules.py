"""Whether a call of a tool may be made: decided by its policy and its rules, never by a model."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from app.engine.field_tools import POLICIES, RULES
from app.engine.states import Effect
from app.engine.values import Json
from app.engine.words import short

_WORDS = dict(RULES)
_SEVERAL = re.compile(r"[\s,;<>]")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is done about a call, and why in a sentence."""

    verdict: Literal["make", "ask", "refuse"]
    why: str = ""


def ruling(row: Mapping[str, Any], arguments: Mapping[str, Json], effect: Effect) -> Ruling:
    """What the tool's settings say of a call with exactly these arguments.

    What cannot be read as the rule needs it breaks the rule, and an unknown policy asks.
    """
    policy = row["policy"]
    if policy == "never":
        return Ruling("refuse", "This tool is switched off.")
    broken = [rule for rule in row["rules"] if not _keeps(rule, arguments)]
    for rule in broken:
        if rule["otherwise"] != "ask":
            return Ruling("refuse", f"It is only allowed where {told(rule)}.")
    for rule in broken:
        return Ruling("ask", f"It asks unless {told(rule)}.")
    if policy == "allow":
        return Ruling("make")
    if policy == "ask_writes":
        if effect is not Effect.WRITE:
            return Ruling("make")
        return Ruling("ask", "It asks before it changes something.")
    return Ruling("ask", "It asks about every call." if policy in dict(POLICIES) else "")


def told(rule: Mapping[str, str]) -> str:
    """A rule as one says it: `“amount” is at most 100`."""
    words = _WORDS.get(rule["operator"], rule["operator"])
    return f"“{rule['argument']}” {words} {short(rule['value'], 80)}"


def _keeps(rule: Mapping[str, str], arguments: Mapping[str, Json]) -> bool:
    value = _at(arguments, rule["argument"])
    if value is _MISSING or value is None or isinstance(value, dict):
        return False
    values = value if isinstance(value, list) else [value]
    test = _TESTS.get(rule["operator"])
    return test is not None and bool(values) and all(test(one, rule["value"]) for one in values)


def _at(arguments: Mapping[str, Json], path: str) -> Any:
    """The argument by its name, or inside a group: `body.amount`."""
    found: Any = arguments
    if path in arguments:
        return arguments[path]
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return _MISSING
        found = found[name]
    return found


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _in_order(value: object, most: str) -> int | None:
    """-1, 0 or 1; None for what is no number."""
    one, other = _number(value), _number(most)
    return None if one is None or other is None else (one > other) - (one < other)


def _same(value: object, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted.strip().casefold() in (("yes", "true") if value else ("no", "false"))
    order = _in_order(value, wanted)
    if order is not None:
        return order == 0
    return isinstance(value, str) and value.strip().casefold() == wanted.strip().casefold()


def _ends_with(value: object, wanted: str) -> bool:
    """Only for one single word: “x@evil.example, y@ours.example” ends as it should, too."""
    if not isinstance(value, str) or _SEVERAL.search(value.strip()):
        return False
    return value.strip().casefold().endswith(wanted.strip().casefold())


def _options(wanted: str) -> Iterator[str]:
    return (one for one in re.split(r"[,\n]", wanted) if one.strip())


_TESTS: Mapping[str, Any] = {
    "at_most": lambda value, wanted: _in_order(value, wanted) in (-1, 0),
    "at_least": lambda value, wanted: _in_order(value, wanted) in (0, 1),
    "is": _same,
    "among": lambda value, wanted: any(_same(value, one) for one in _options(wanted)),
    "ends_with": _ends_with,
}
