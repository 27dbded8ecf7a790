"""What the practice model is ordered to do, and with which text: a question is no order."""

import re
from dataclasses import dataclass

from app.llm.practice.words import sentences, stems

MAX_ORDER_CHARS = 200
_FEW_SENTENCES = 2
_WRITES = r"(?:write|draft|compose|prepare|answer|reply|respond)\b"
_LETTER = (
    r"\b(?:answers?|repl(?:y|ies)|responses?|e-?mails?|mails?|letters?|messages?|enquir(?:y|ies)|"
    r"offers?|quotes?|to (?:it|this|the|them))\b"
)
# An order begins a text or a sentence, perhaps kindly; within it the letter is not far.
_ORDERS_LETTER = re.compile(
    r"^\W{0,8}(?:please |kindly |now )?(?:you |(?:can|could|would|will) you )?(?:please )?"
    rf"{_WRITES}[^.!?\n]{{0,80}}?(?<=\W){_LETTER}",
    re.IGNORECASE,
)
_SUMMARY = re.compile(r"summar|\bin short\b|tl;?dr|key points", re.IGNORECASE)
_TRANSLATE = re.compile(r"\btranslat", re.IGNORECASE)
_TRANSLATES = re.compile(r"\W{0,8}(?:you |please )?translate\b", re.IGNORECASE)
_SPLIT = re.compile(rf"([^:\n]{{1,{MAX_ORDER_CHARS}}})[:\n]\s*(\S.*)", re.DOTALL)
_ASKS = re.compile(
    r"^\W{0,8}(?:who|what|when|where|which|why|how|is|are|do|does|can|could|may|within|have|has)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody said, taken apart: the order and the text that it is about.

    `told` is what the step or the agent is told always, `apart` the text that was set apart.
    """

    asked: str
    told: str
    apart: str

    @property
    def order(self) -> str:
        """The words that may be an order: all of them beside a text, else those before one."""
        return self.asked if self.apart else self._split[0]

    @property
    def text(self) -> str:
        """What is to be worked on."""
        return self.apart or self._split[1]

    @property
    def wants_translation(self) -> bool:
        """Whether it is to be put into another language, always or this once."""
        is_always = any(_TRANSLATES.match(one) for one in sentences(self.told))
        return is_always or bool(_TRANSLATE.search(self.order))

    @property
    def wants_summary(self) -> bool:
        """Whether it is to be made short; a question in a chat is answered instead."""
        if _SUMMARY.search(self.order):
            return True
        return bool(_SUMMARY.search(self.told)) and self._is_for_the_step

    @property
    def wants_letter(self) -> bool:
        """Whether a text is there to be answered, and an answer in writing is ordered."""
        if _ORDERS_LETTER.search(self.order):
            return bool(self.apart or self._split[1] != self.asked)
        ordered = any(_ORDERS_LETTER.search(one) for one in sentences(self.told))
        return ordered and self._is_for_the_step

    @property
    def _is_for_the_step(self) -> bool:
        """Whether what came is a text to work on, not somebody who says or asks something."""
        return bool(self.apart) if not self.asked else _is_message(self.asked)

    @property
    def _split(self) -> tuple[str, str]:
        """`Draft an answer to this letter: …` in two; where nothing is ordered, all is text."""
        found = _SPLIT.match(self.asked)
        if found is None:
            return self.asked, self.asked
        is_order = any(one.search(found[1]) for one in (_ORDERS_LETTER, _SUMMARY, _TRANSLATE))
        return (found[1], found[2].strip()) if is_order else ("", self.asked)


def _is_message(text: str) -> bool:
    """Several sentences that tell something, whatever they ask besides."""
    telling = [
        one for one in sentences(text) if stems(one) and one[-1] != "?" and not _ASKS.match(one)
    ]
    return len(telling) >= _FEW_SENTENCES
