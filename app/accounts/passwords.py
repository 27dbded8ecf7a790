"""Passwords: how they are kept, and which ones are too easy to guess."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARACTERS = 12
MAX_CHARACTERS = 200
MIN_FREE_CHARACTERS = 6  # what must be left when runs of keys or the person's own words are gone
MIN_OWN_WORD = 3
MIN_DIFFERENT_CHARACTERS = 4
_KEY_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
)
_RUN = 3  # this many neighbouring keys in a row are a walk, not a word
_LEET = str.maketrans("013457@$!", "oieastasi")

# OWASP's second choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def password_hash(password: str) -> str:
    """The password as argon2id. Takes about 20 ms: never call it inside a write transaction."""
    return _hasher.hash(_normal(password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether this is the password. A person without one takes as long as one with."""
    try:
        return _hasher.verify(stored or _nobodys_hash(), _normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(stored)


def weakness(password: str, *, own_words: tuple[str, ...] = ()) -> str | None:
    """Why the password cannot be accepted, as a sentence; None when it can.

    `own_words` are what others know of the person: name, e-mail, workspace.
    """
    text = _normal(password)
    if len(text) < MIN_CHARACTERS:
        return f"Use at least {MIN_CHARACTERS} characters."
    if len(text) > MAX_CHARACTERS:
        return f"Use at most {MAX_CHARACTERS} characters."
    text = text.casefold()
    if _repeats(text) or _without_runs(text) < MIN_FREE_CHARACTERS:
        return "This repeats itself or follows the keyboard. Choose a few unrelated words."
    if _is_common(text):
        return "Many people use this password. Choose a few unrelated words."
    if _without_words(text, own_words) < MIN_FREE_CHARACTERS:
        return "This is mostly your name, address or workspace. Add something others do not know."
    return None


def _normal(password: str) -> str:
    # The same password typed on another keyboard may arrive as other code points (NIST 800-63B).
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody")


def _repeats(text: str) -> bool:
    """`aaaaaaaaaaaa`, `abcabcabcabc`, `password12password12`: a short unit over and over."""
    return len(set(text)) < MIN_DIFFERENT_CHARACTERS or any(
        text == (text[:size] * (len(text) // size + 1))[: len(text)]
        for size in range(1, len(text) // 2 + 1)
    )


def _without_runs(text: str) -> int:
    """How many characters are not part of a walk over the keyboard or the alphabet."""
    walked: set[int] = set()
    for start in range(len(text) - _RUN + 1):
        piece = text[start : start + _RUN]
        if any(piece in row or piece[::-1] in row for row in _KEY_ROWS):
            walked.update(range(start, start + _RUN))
    return len(text) - len(walked)


def _is_common(text: str) -> bool:
    """One or two words of the list, also with digits at the ends and `@` for `a`."""
    common = _common_passwords()
    spoken = (text, text.translate(_LEET), re.sub(r"[\d\W_]+$", "", text).translate(_LEET))
    for letters in {re.sub(r"[^a-z]", "", version) for version in spoken}:
        halves = ((letters[:cut], letters[cut:]) for cut in range(len(letters)))
        if any((not first or first in common) and last in common for first, last in halves):
            return True
    return text in common


def _without_words(text: str, own_words: tuple[str, ...]) -> int:
    """How many letters and digits are left when the person's own words are taken out."""
    parts = {part for words in own_words for part in re.split(r"[\W_]+", words.casefold())}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= MIN_OWN_WORD:
            text = text.replace(part, " ")
    return len(re.sub(r"[\W_]+", "", text))


@cache
def _common_passwords() -> frozenset[str]:
    text = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
