"""Sorts by counting the words that a text shares with each choice's name and description."""

import re
from collections.abc import Sequence

from app.llm.practice.words import stem, stems, words

# Of the same weight as several words of a description.
_NAME_COUNTS = 3
_NONE = re.compile(r"\b(none|other|otherwise|unknown|something else|fine|no)\b", re.IGNORECASE)


def described(choices: Sequence[str], instructions: str) -> dict[str, str]:
    """What the instructions say about each choice, from lines such as `- Billing: invoices, …`."""
    found: dict[str, str] = {}
    for choice in choices:
        line = re.search(
            rf"^[ \t\-*•\d.)]{{0,12}}[\"“]?{re.escape(choice)}[\"”]?[ \t]*[:–—-][ \t]*(.+)$",
            instructions,
            re.IGNORECASE | re.MULTILINE,
        )
        found[choice] = line[1] if line else ""
    return found


def sorted_into(text: str, choices: Sequence[str], instructions: str) -> tuple[str, float]:
    """The choice that fits best, and how sure that is from 0 to 1."""
    about = described(choices, instructions)
    here = [stem(word) for word in words(text)]
    scores = {choice: _score(here, choice, about[choice]) for choice in choices}
    best = max(choices, key=lambda choice: (scores[choice], -choices.index(choice)))
    if scores[best] <= 0:
        return next((one for one in choices if _NONE.search(one)), choices[-1]), 0.2
    second = max((scores[one] for one in choices if one != best), default=0.0)
    return best, round(min(0.95, 0.5 + (scores[best] - second) / (2 * scores[best] + 2)), 2)


def _score(here: Sequence[str], choice: str, description: str) -> float:
    name, more = stems(choice), stems(description)
    score = 0.0
    for one in set(here) & (name | more):
        score += _NAME_COUNTS if one in name else 1
    return score
