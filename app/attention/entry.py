"""One thing that waits for a person, whatever it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Tone = Literal["bad", "you"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What it is, why in a sentence, since when, and the one thing to do about it.

    `tone` is bad for what went wrong, you for what waits for an answer. `path` is a page of ours,
    as is `together`, where the failures that came before this one are continued with it.
    """

    tone: Tone
    icon: str
    title: str
    why: str
    since: datetime
    action: str
    path: str
    together: str = ""
