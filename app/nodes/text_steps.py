"""What the steps for texts share: sentences, and how far a text may grow."""

from app.engine.errors import StepFailed
from app.lib.patterns import Pattern, PatternRefused, pattern

MAX_TEXT_CHARS = 1_000_000
MAX_PIECES = 100_000
# What a person means without knowing patterns; each is read like one that was typed.
READY_MADE: dict[str, str] = {
    "email": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
    "address": r"https?://[^\s<>\"'()\[\]]+[^\s<>\"'()\[\].,;:!?]",
    "number": r"[-+]?\d+(?:[.,]\d+)*",
    "date": r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b|\b\d{1,2}/\d{1,2}/\d{4}\b",
}


def pattern_of(text: str, *, ignore_case: bool) -> Pattern:
    """The pattern; raises StepFailed in words."""
    try:
        return pattern(text, ignore_case=ignore_case)
    except PatternRefused as refused:
        raise StepFailed(refused.sentence, can_retry=False) from None


def pattern_problem(text: object) -> str:
    """What is wrong with a pattern as typed; empty when nothing is."""
    if not isinstance(text, str) or not text or "{{" in text:
        return ""
    try:
        pattern(text)
    except PatternRefused as refused:
        return refused.sentence
    return ""


def kept_small(text: str) -> str:
    """The text, unless it grew too long; raises StepFailed."""
    if len(text) > MAX_TEXT_CHARS:
        raise StepFailed(f"The text grew beyond {MAX_TEXT_CHARS:,} characters.", can_retry=False)
    return text


def few(pieces: list[str]) -> list[str]:
    """The pieces, unless there are too many; raises StepFailed."""
    if len(pieces) > MAX_PIECES:
        raise StepFailed(f"That gives more than {MAX_PIECES:,} pieces.", can_retry=False)
    return pieces
