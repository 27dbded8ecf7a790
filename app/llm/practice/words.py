"""Words and sentences of a text, as the practice model counts and compares them."""

import re

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_BETWEEN = re.compile(r"(?<=[.!?])\s+|\n+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y")
_SHORTEST_STEM = 3
# Words that say nothing about what a text is about.
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        """
    a about after all also am an and any are as at be been but by can could did do does for from
    get got had has have he her hers him his how i if in into is it its just like me my no not of
    on or our out over please she should so some than thanks that the their them then there these
    they this those to up us was we were what when where which who why will with would you your
    dear hello hi regards kind best sincerely
        """,
    )
)


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [found.lower() for found in _WORD.findall(text)]


def stems(text: str) -> set[str]:
    """What is left of the words that mean something, without their endings."""
    return {stem(word) for word in words(text) if word not in _EMPTY}


def stem(word: str) -> str:
    """A word without its ending, so that “invoices” meets “invoice”."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text."""
    found = (" ".join(one.split()) for one in _BETWEEN.split(text))
    return [one for one in found if any(letter.isalnum() for letter in one)]


def tokens(text: str) -> int:
    """How much a text counts: a token for each four characters, as is usual for English."""
    return (len(text) + 3) // 4
