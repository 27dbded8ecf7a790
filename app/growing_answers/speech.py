"""What open pages may see of an answer while a model writes it: masked, bounded, in good time."""

import re
import uuid
from threading import Lock, Timer
from time import monotonic
from typing import Protocol

from app.growing_answers.line import GrowingAnswers

EVERY_S = 0.02
MAX_CHARS = 60_000
HELD_WORD_CHARS = 200  # a word that may become a key is shown when it ends
MAX_PLAIN_WORD_CHARS = 14
WITH_TOOLS_HELD_CHARS = 240  # as long as this it may be a thought before a tool is used
_OF_KEYS = re.compile(r"[\d_=:/+.@-]")
_NOT_TO_SHOW = ("{", "[", "`", "<")  # how JSON, code and thoughts begin


class Masks(Protocol):
    """What hides secrets."""

    def text(self, text: str) -> str:
        """The text without them."""

    def held_back(self, text: str) -> int:
        """How many characters at its end may be the beginning of one."""


class Speech:
    """The growing answer of one run. Any thread of the run may speak, one at a time."""

    def __init__(
        self, line: GrowingAnswers, masks: Masks, *, workspace_id: uuid.UUID, run_id: uuid.UUID
    ) -> None:
        self._line = line
        self._masks = masks
        self._whose = (workspace_id, run_id)
        self._lock = Lock()
        self._said = ""
        self._shown = ""
        self._held_chars = 0
        self._turn = 0
        self._at_s = 0.0
        self._has_spoken = False
        self._is_due = False

    def begin(self, *, with_tools: bool) -> int:
        """An answer begins; gives the number it speaks under, so that one given up is not heard.

        With tools its first words may be a thought and wait a little.
        """
        self.take_back()
        with self._lock:
            self._turn += 1
            self._held_chars = WITH_TOOLS_HELD_CHARS if with_tools else 0
            return self._turn

    def add(self, piece: str, turn: int) -> None:
        """The next words."""
        with self._lock:
            if turn != self._turn:
                return
            if len(self._said) < MAX_CHARS:
                self._said += piece
            if monotonic() - self._at_s >= EVERY_S:
                self._show(self._fit_to_show())
            elif not self._is_due:
                self._is_due = True
                later = Timer(EVERY_S, self._show_late)
                later.daemon = True
                later.start()

    def finish(self, turn: int) -> None:
        """This answer is whole: nothing of it is held back, but what may be a call of a tool."""
        with self._lock:
            is_words = not self._said.lstrip().startswith(_NOT_TO_SHOW)
            if turn == self._turn and is_words and len(self._said) >= self._held_chars:
                self._show(self._masks.text(self._said))

    def take_back(self) -> None:
        """Nothing of it stands: it was a thought, did not come to an end, or is a message now."""
        with self._lock:
            if self._shown:
                self._line.put(*self._whose, "back")
            self._said = self._shown = ""

    def end(self) -> None:
        """The run has ended or rests: pages look at the database now."""
        with self._lock:
            if self._has_spoken:
                self._line.put(*self._whose, "done")
                self._has_spoken = False
            self._said = self._shown = ""

    def _show_late(self) -> None:
        """Words that came too soon after others, when nothing came behind them."""
        with self._lock:
            self._is_due = False
            self._show(self._fit_to_show())

    def _fit_to_show(self) -> str:
        said = self._said
        if said.lstrip().startswith(_NOT_TO_SHOW) or len(said) < self._held_chars:
            return ""
        masked = self._masks.text(said)
        held = max(self._masks.held_back(said), _held_word(said))
        return masked[: max(0, len(masked) - held)]

    def _show(self, text: str) -> None:
        text = text[:MAX_CHARS]
        if text == self._shown or not text:
            return
        if not text.startswith(self._shown):
            if self._shown.startswith(text):
                return  # more is held back than before; what is shown is no secret
            self._line.put(*self._whose, "back")
            self._shown = ""
        self._line.put(*self._whose, "words", text[len(self._shown) :])
        self._shown, self._at_s, self._has_spoken = text, monotonic(), True


def _held_word(text: str) -> int:
    """The length of the last word, if it is one that may go on to become a key."""
    start = max(text.rfind(" "), text.rfind("\n")) + 1
    word, before = text[start:][-HELD_WORD_CHARS:], text[:start].rstrip()[-6:].lower()
    names_it = before.endswith((":", "=", "bearer", "basic"))
    core = word.rstrip(".,:;!?)")
    is_plain = len(word) <= MAX_PLAIN_WORD_CHARS and not _OF_KEYS.search(core)
    return 0 if is_plain and not names_it else len(word)
