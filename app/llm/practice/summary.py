"""Summarises by picking the sentences that share most words with the whole text."""

import re
from collections import Counter

from app.llm.practice.words import sentences, stems, words

DEFAULT_SENTENCES = 3
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_LENGTH = re.compile(
    r"\b(\d{1,3}|one|two|three|four|five|six|ten)\s+"
    r"(?:short\s+)?(sentence|point|bullet|line|paragraph|word)",
    re.IGNORECASE,
)
_WORDS_A_SENTENCE = 18


def summarised(text: str, instructions: str) -> str:
    """The sentences that say most, in their order; as points if points are asked for."""
    most, as_points = wanted(instructions)
    picked = picked_sentences(text, most)
    if as_points:
        return "\n".join(f"- {one}" for one in picked)
    return " ".join(one if one[-1] in ".!?" else f"{one}." for one in picked)


def wanted(instructions: str) -> tuple[int, bool]:
    """How many sentences are asked for, and whether as points."""
    as_points = bool(re.search(r"\b(bullets?|points)\b", instructions, re.IGNORECASE))
    found = _LENGTH.search(instructions)
    if found is None:
        return DEFAULT_SENTENCES, as_points
    number = _NUMBERS.get(found[1].lower()) or int(found[1])
    unit = found[2].lower()
    if unit == "word":
        number = number // _WORDS_A_SENTENCE
    elif unit == "paragraph":
        number *= DEFAULT_SENTENCES
    return max(1, number), as_points


def picked_sentences(text: str, most: int) -> list[str]:
    """At most so many sentences of the text, each once."""
    found = list(dict.fromkeys(sentences(text)))
    if len(found) <= most:
        return found
    often = Counter(one for sentence in found for one in stems(sentence))

    def weight(place: int) -> float:
        meaning = stems(found[place])
        score = sum(often[one] for one in meaning) / (len(words(found[place])) + 4)
        return score * (1.3 if place == 0 else 1.0)

    best = sorted(range(len(found)), key=lambda place: (-weight(place), place))[:most]
    return [found[place] for place in sorted(best)]
