"""Conditions: what a wish compares, and the two ways that follow."""

import re

from app.composing.patterns.heard import Act
from app.composing.patterns.scene import Scene, short_name
from app.composing.patterns.words import MONEY, capital, numbers_in, plain_number
from app.engine.values import Json

_COMPARE = (
    ("more_than", r"\b(?:over|above|more than|larger than|bigger than|higher than|exceeds?)\b|>"),
    ("less_than", r"\b(?:under|below|less than|lower than|smaller than|cheaper than|drops?)\b|<"),
    ("at_least", r"\b(?:at least|from)\b"),
    ("at_most", r"\bat most|up to\b"),
)
_SAYS = re.compile(r"\b(?:contains?|mentions?|says?|has the word)\b (?:the word )?[\"“']?([\w -]+)")


def is_number(words: str) -> bool:
    """Whether a condition compares a number."""
    return any(re.search(form, words) for _, form in _COMPARE) and bool(re.search(r"\d", words))


def condition(scene: Scene, act: Act) -> tuple[dict[str, Json], str] | None:
    """The row of a condition and a name for the step; None where nothing can be compared."""
    if is_number(act.words):
        after = re.split("|".join(form for _, form in _COMPARE), act.words, maxsplit=1)[-1]
        number = plain_number((numbers_in(after) or numbers_in(act.words) or [0])[0])
        operator = next(one for one, form in _COMPARE if re.search(form, act.words))
        shown = MONEY.search(after)
        sign = re.search(r"[€$£]", act.full)
        label = f"{sign[0] if sign else ''}{shown[1] if shown else number}"
        word_for = {"more_than": "Over", "less_than": "Under", "at_least": "At least"}
        name = f"{word_for.get(operator, 'At most')} {label}?"
        row: dict[str, Json] = {"value": amount_of(scene), "operator": operator, "value2": number}
        return row, name
    says = _SAYS.search(act.words)
    if says:
        wanted = says[1].strip()
        value = scene.text or scene.result
        return {"value": value, "operator": "contains", "value2": wanted}, (
            short_name(f"Does it say “{wanted}”?")
        )
    return None


def amount_of(scene: Scene) -> str:
    """The value that a limit is about."""
    for name in ("amount", "total", "price", "sum", "cost", "result"):
        value = scene.known_value(name)
        if value:
            return value
    return "{{ item.amount }}" if scene.inside else ""


def named_kind(scene: Scene, act: Act) -> str:
    """The kind that `if it is urgent` names; empty for a condition of another sort."""
    found = re.search(
        r"\bif (?:it|they|this|that|the \w+)(?: is|'s| are|’s) (?:an? )?([a-z][\w -]{2,24})",
        act.words,
    )
    return capital(re.split(r",| then| and|;", found[1])[0].strip()) if found else ""


def value_names(heard_low: str) -> tuple[str, ...]:
    """The value that a numeric condition needs."""
    found = re.search(r"\b(amount|total|price|sum|cost|quantity|refund)\b", heard_low)
    return (found[1] if found and found[1] != "refund" else "amount",)
