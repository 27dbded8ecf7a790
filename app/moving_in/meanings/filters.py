"""What functions and methods of the program are called as filters of a reference."""

import re
from collections.abc import Mapping

_PLACES = re.compile(r"\.(\d)f\Z")
# The filter that does the same, and how many more values it is told at least and at most.
_OF_FUNCTIONS: Mapping[str, tuple[str, int, int]] = {
    "len": ("length", 0, 0),
    "round": ("round", 0, 1),
    "sum": ("sum", 0, 0),
    "float": ("number", 0, 0),
}
_OF_TEXTS: Mapping[str, tuple[str, int, int]] = {
    "lower": ("lower", 0, 0),
    "casefold": ("lower", 0, 0),
    "upper": ("upper", 0, 0),
    "strip": ("trim", 0, 0),
    "capitalize": ("capital", 0, 0),
    "replace": ("replace", 2, 2),
    "splitlines": ("lines", 0, 0),
}


def filter_of(word: str, values: int, *, is_function: bool) -> str:
    """The filter for `word(of, …)` or `of.word(…)` with so many more values; empty for none."""
    found = (_OF_FUNCTIONS if is_function else _OF_TEXTS).get(word)
    return found[0] if found is not None and found[1] <= values <= found[2] else ""


def form_of(written: str) -> str:
    """The filter for a form of numbers, `.2f`; empty for another form."""
    places = _PLACES.match(written)
    return f"decimals: {places[1]}" if places else ""
