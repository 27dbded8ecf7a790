"""Sums of the program as filters of a reference: `state["tries"] + 1` is `… | plus: 1`."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.engine.values import Json
from app.moving_in.meanings.kinds import Meaning, Mix, Plain, Ref
from app.moving_in.meanings.texts import operand, settle

Number = int | float
MAX_FILTERS = 8
_FILTERS: Mapping[type[ast.operator], str] = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divided_by",
}
_FOLDED: Mapping[str, Callable[[Number, Number], Number]] = {
    "plus": operator.add,
    "minus": operator.sub,
    "times": operator.mul,
    "divided_by": operator.truediv,
}
_GIVE_NUMBERS = frozenset(("length", "number", "round", "sum", *_FILTERS.values()))
_GIVE_TEXTS = frozenset({"lower", "upper", "trim", "capital", "replace", "join", "decimals"})
_BOTH_WAYS = frozenset({"plus", "times"})


def summed(node: ast.BinOp, left: Meaning, right: Meaning) -> Meaning | None:
    """The sum of two values; None where filters cannot say it, or where `+` may join texts."""
    word = _FILTERS.get(type(node.op))
    left, right = settle(left), settle(right)
    if word is None or is_text(left) or is_text(right):
        return None
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return _folded(word, first, second)
    if first is not None and word in _BOTH_WAYS:
        left, right, second = right, left, first
    elif first is not None:
        left = Ref(operand(Plain(first)))
    is_sure = second is not None or first is not None or word != "plus" or is_number(left)
    is_bare = second is not None or (
        isinstance(right, Ref) and not (right.filters or right.otherwise)
    )
    if not isinstance(left, Ref) or not isinstance(right, Plain | Ref) or not (is_sure and is_bare):
        return None
    return filtered_by(left, f"{word}: {operand(right)}")


def filtered_by(of: Ref, word: str) -> Ref | None:
    """The value put through one more filter; what stands in for it is put through it, too."""
    defaults = tuple(f"default: {operand(one)}" for one in of.otherwise)
    filters = (*of.filters, *defaults, word)
    return replace(of, filters=filters, otherwise=()) if len(filters) <= MAX_FILTERS else None


def kind_of(of: Meaning) -> str:
    """What is known of a value: "text", "number", "switch" or another word; empty for nothing."""
    of = settle(of)
    if isinstance(of, Ref):
        word = of.filters[-1].partition(":")[0] if of.filters else ""
        by_filter = "number" if word in _GIVE_NUMBERS else "text" if word in _GIVE_TEXTS else ""
        return by_filter if word else of.kind
    if isinstance(of, Plain) and isinstance(of.value, bool):
        return "switch"
    return "text" if is_text(of) else "number" if _number(of) is not None else ""


def is_number(of: Meaning) -> bool:
    """Whether the value is certain to be a number."""
    return kind_of(of) in ("number", "whole")


def turned(node: ast.UnaryOp, of: Meaning) -> Meaning | None:
    """`-3`."""
    number = _number(of)
    return Plain(-number) if isinstance(node.op, ast.USub) and number is not None else None


def _folded(word: str, first: Number, second: Number) -> Plain | None:
    try:
        made: Json = _FOLDED[word](first, second)
    except (ArithmeticError, ValueError):
        return None
    fits = isinstance(made, int | float) and math.isfinite(made) and abs(made) < 1e15
    return Plain(made) if fits else None


def _number(of: Meaning) -> Number | None:
    value = of.value if isinstance(of, Plain) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def is_text(of: Meaning) -> bool:
    """Whether the value is certain to be a text."""
    is_known = isinstance(of, Ref) and kind_of(of) == "text"
    return is_known or isinstance(of, Mix) or (isinstance(of, Plain) and isinstance(of.value, str))
