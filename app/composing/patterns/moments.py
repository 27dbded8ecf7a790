"""Moments that people name and that rules cannot wait for: told, not left out in silence."""

import re

from app.composing.patterns.scene import Scene

_MANY = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|thirty|some|a few"
_BEFORE_OR_AFTER = re.compile(
    rf"\b(?:the (?:day|evening|week|month)|(?:{_MANY}) (?:minutes?|hours?|days?|weeks?|months?)) "
    r"(?:before|ahead of|prior to|after)\b[^.,;:]{0,60}",
    re.IGNORECASE,
)


def tell_moments(scene: Scene) -> None:
    """Say of “three days before it is due” that nothing here waits for it."""
    found = _BEFORE_OR_AFTER.search(scene.heard.text)
    if found is None or scene.heard.has("wait"):
        return
    scene.assume(
        f"It does not wait for “{found[0].strip()}”: my rules know fixed times, such as “every "
        "morning”, and “wait three days”. A table with the dates, looked through every morning, "
        "does the same."
    )
