"""Formulas and code for a few plain descriptions, without a model."""

import re
from collections.abc import Sequence

_TOTAL = re.compile(r"\b(?:sum|total|add up)\b.*?\b(?:of|the|column)\b (?:the )?[\"“']?(\w+)")
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?) ?(?:%|percent)")


def formula_for(words: str, names: Sequence[str]) -> str:
    """A formula of these names for what the words say; empty when no pattern fits."""
    low = words.lower()
    meant = _meant(low, names)
    if not meant:
        return ""
    first = meant[0]
    percent = _PERCENT.search(low)
    if percent:
        share = percent[1].replace(",", ".")
        sign = "-" if re.search(r"\b(?:discount|take off|less|minus|off|without)\b", low) else "+"
        if re.search(r"\b(?:of the|of it|share)\b", low) and sign == "+" and "vat" not in low:
            return f"round({first} * {share} / 100, 2)"
        return f"round({first} * (1 {sign} {share} / 100), 2)"
    if len(meant) < 2:
        return _of_one(low, first)
    return _of_several(low, meant)


def code_for(words: str, names: Sequence[str]) -> str:
    """Code for what the words say; empty when no pattern fits."""
    low = words.lower()
    meant = _meant(low, names) or list(names)
    if not meant:
        return ""
    first = meant[0]
    if re.search(r"\bdays\b.*\b(?:between|until|since|from)\b|\bhow many days\b", low):
        if len(meant) < 2:
            return ""
        begin, end = (f"date.fromisoformat(str({name})[:10])" for name in meant[:2])
        return f"from datetime import date\n\n({end} - {begin}).days"
    if re.search(r"\bcount\b.*\bwords\b|\bhow many words\b", low):
        return f"len(str({first}).split())"
    if re.search(r"\bcount\b.*\blines\b|\bhow many lines\b", low):
        return f"len(str({first}).splitlines())"
    total = re.search(
        r"\b(?:sum|total|add up)\b.*?\b(?:of|the|column)\b (?:the )?[\"“']?(\w+)", low
    )
    if total:
        return f'sum(float(row.get("{total[1]}") or 0) for row in {first})'
    return formula_for(words, names)


def _of_one(low: str, first: str) -> str:
    if re.search(r"\bdouble\b|\btwice\b", low):
        return f"{first} * 2"
    if re.search(r"\bhalf\b", low):
        return f"{first} / 2"
    if re.search(r"\bround", low):
        return f"round({first}, 2)"
    if re.search(r"\b(?:sum|total|add up)\b", low):
        return f"sum({first})"
    if re.search(r"\b(?:count|how many)\b", low):
        return f"len({first})"
    return ""


def _of_several(low: str, meant: Sequence[str]) -> str:
    first, second = meant[:2]
    if re.search(r"\b(?:times|multipl\w+|per (?:piece|unit|hour|day|night))\b|\*|×", low):
        return f"round({' * '.join(meant)}, 2)"
    if re.search(r"\b(?:minus|subtract|difference|less|left over|remain\w*)\b", low):
        return f"{first} - {second}"
    if re.search(r"\b(?:average|mean)\b", low):
        return f"({' + '.join(meant)}) / {len(meant)}"
    if re.search(r"\b(?:divide[ds]?|ratio)\b", low):
        return f"{first} / {second}"
    if re.search(r"\b(?:percentage|percent|share)\b", low):
        return f"round({first} / {second} * 100, 1)"
    if re.search(r"\b(?:larger|largest|highest|maximum)\b", low):
        return f"max({', '.join(meant)})"
    if re.search(r"\b(?:smaller|smallest|lowest|minimum)\b", low):
        return f"min({', '.join(meant)})"
    if re.search(r"\b(?:join|put together|full name|combine)\b", low):
        return ' + " " + '.join(f"str({name})" for name in meant)
    names = set(meant)
    if {"price", "quantity"} <= names or {"hours", "rate"} <= names:
        return f"round({' * '.join(meant)}, 2)"
    if re.search(r"\b(?:sum|total|add|plus|together)\b", low):
        return " + ".join(meant)
    return ""


def _meant(low: str, names: Sequence[str]) -> list[str]:
    """The names that the words speak of, in the order of the words; all where none is named."""
    at = {
        name: low.find(name.replace("_", " "))
        for name in names
        if re.search(rf"\b{re.escape(name.replace('_', ' '))}s?\b", low)
    }
    return sorted(at, key=lambda name: at[name]) if at else list(names)
