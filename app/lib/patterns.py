"""Regular expressions whose time grows with the text and never faster (RE2 has no way back)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

MAX_PATTERN_CHARS = 2_000
MAX_MEMORY_BYTES = 4_000_000
_GROUP = re.compile(r"\\(\d)")  # in what a match is replaced by


class PatternRefused(ValueError):
    """A pattern cannot be used; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Pattern:
    """A pattern, read once."""

    __slots__ = ("_compiled", "names")

    def __init__(self, text: str, *, ignore_case: bool = False) -> None:
        import re2

        if len(text) > MAX_PATTERN_CHARS:
            raise PatternRefused(f"The pattern has more than {MAX_PATTERN_CHARS:,} characters.")
        options = re2.Options()
        options.max_mem = MAX_MEMORY_BYTES
        options.log_errors = False
        options.case_sensitive = not ignore_case
        try:
            self._compiled = re2.compile(text, options)
        except re2.error as error:
            raise PatternRefused(_sentence(text, error)) from None
        self.names: dict[str, int] = dict(self._compiled.groupindex)

    def found_in(self, text: str) -> Iterator[Any]:
        """What each match stands for: its whole text, its one group, a list of its groups, or
        its groups by name where they have names."""
        for match in self._compiled.finditer(text):
            groups = match.groups()
            if self.names:
                yield {name: match.group(number) for name, number in self.names.items()}
            elif not groups:
                yield match.group()
            else:
                yield groups[0] if len(groups) == 1 else list(groups)

    def replaced(
        self, text: str, by: str, *, most_chars: int, plain: bool = False
    ) -> tuple[str, int]:
        """The text with every match replaced, and how many there were.

        `\\1` in `by` is a group, unless `plain`. Raises PatternRefused for a group that is not
        there, and once the text would have more than `most_chars` characters.
        """
        room = most_chars

        def fill(match: Any) -> str:
            nonlocal room
            made = by if plain else _filled(by, match)
            room -= len(made)
            if room < 0:
                raise PatternRefused(f"The text grew beyond {most_chars:,} characters.")
            return made

        if not plain and any(int(number) > self._compiled.groups for number in _GROUP.findall(by)):
            raise PatternRefused(f"“{by[:60]}” names a group that the pattern lacks.")
        made: tuple[str, int] = self._compiled.subn(fill, text)
        return made

    def split(self, text: str) -> list[str]:
        """The pieces between the matches."""
        return [piece or "" for piece in self._compiled.split(text)]


@lru_cache(256)
def pattern(text: str, *, ignore_case: bool = False) -> Pattern:
    """The pattern in a text; the latest are kept. Raises PatternRefused."""
    return Pattern(text, ignore_case=ignore_case)


def _filled(by: str, match: Any) -> str:
    return _GROUP.sub(lambda found: match.group(int(found[1])) or "", by)


def _sentence(text: str, error: Exception) -> str:
    shown = text if len(text) <= 60 else text[:59] + "…"
    reason = error.args[0] if error.args else ""
    if isinstance(reason, bytes):
        reason = reason.decode("utf-8", "replace")
    if "(?" in text and ("=" in text or "!" in text):
        return (
            f"The pattern “{shown}” looks ahead or behind, which is not possible here. "
            "Put what you want to keep into ( ) instead."
        )
    more = " A pattern cannot refer back to its groups here." if "escape" in str(reason) else ""
    return f"The pattern “{shown}” cannot be read: {reason}.{more}"
