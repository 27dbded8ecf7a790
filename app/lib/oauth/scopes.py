"""What a token may be used for: words that a server makes up, with spaces (RFC 6749, 3.3)."""

import re

MAX_SCOPE_CHARS = 2_000
_WORD = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


def joined(*texts: str, most_chars: int = MAX_SCOPE_CHARS) -> str:
    """The words of all these texts, each once, as many as there is room for.

    What cannot be a word of it is left out.
    """
    words: list[str] = []
    room = most_chars + 1  # the first word has no space before it
    for one in dict.fromkeys(word for text in texts for word in text.split()):
        if _WORD.fullmatch(one) and len(one) < room:
            words.append(one)
            room -= len(one) + 1
    return " ".join(words)


def without(scope: str, *others: str) -> str:
    """The words that none of the others has."""
    left_out = {word for other in others for word in other.split()}
    return " ".join(word for word in scope.split() if word not in left_out)
