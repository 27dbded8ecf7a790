"""What the practice model says in words: a few rules, and honesty about being one."""

import re
from collections.abc import Sequence

from app.llm.material import materials, without_materials
from app.llm.port import Message
from app.llm.practice.looks import found_by_look
from app.llm.practice.rows import rows_told
from app.llm.practice.summary import picked_sentences, summarised
from app.llm.practice.words import sentences, stems

WHO_I_AM = (
    "I am the practice model: I follow simple rules. Connect a real model in Settings → Models."
)
_GREETING = re.compile(r"^\W*(hi|hello|hey|good (?:morning|afternoon|evening))\b", re.IGNORECASE)
_THANKS = re.compile(r"^\W*(thanks|thank you|cheers)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(who|what) are you\b|\bwhat can you do\b|\bhelp\W*$", re.IGNORECASE)
_SUMMARY = re.compile(r"summar|\bin short\b|tl;?dr|key points", re.IGNORECASE)
_TRANSLATE = re.compile(r"\btranslat", re.IGNORECASE)
_WRITE = re.compile(
    r"\b(write|draft|compose|prepare|answer|reply|respond)\b.*?"
    r"\b(answer|reply|response|e-?mail|mail|letter|message|to (?:it|this|the|them))\b",
    re.IGNORECASE | re.DOTALL,
)
_SUM = re.compile(r"(-?\d+(?:\.\d+)?)\s*([-+*/×÷])\s*(-?\d+(?:\.\d+)?)")
MAX_ORDER_CHARS = 200
_ENOUGH_SHARED = 0.34
_ALWAYS_FIRST = 40  # characters that a greeting may go on with and still be only one


def said_to(messages: Sequence[Message], instructions: str, source: str) -> str:
    """The answer to a conversation. `source` is the text to work on."""
    last = messages[-1] if messages else Message("user", "")
    asked = next(
        (without_materials(one.text) for one in reversed(messages) if one.role == "user"), ""
    )
    if last.role == "tool":
        given = "\n".join(text for _, text in materials(last.text)) or last.text
        return rows_told(given, asked) or f"The tool “{last.tool_name}” answered: {given}"
    if small := _small_talk(asked):
        return small
    has_source = source.strip() != asked
    if not has_source:
        source = _after_the_order(source)
    if _SUMMARY.search(instructions):
        return summarised(source, instructions)
    if _TRANSLATE.search(instructions):
        return f"I cannot translate. {WHO_I_AM}"
    if _WRITE.search(instructions):
        return _letter(source)
    if not has_source and (found := _SUM.search(asked)):
        return _sum(found)
    return _from_what_is_known(messages, asked, source if has_source else "")


def _small_talk(asked: str) -> str:
    if _WHO.search(asked):
        return WHO_I_AM
    if _GREETING.search(asked) and len(asked) < _ALWAYS_FIRST:
        return f"Hello. {WHO_I_AM}"
    if _THANKS.search(asked) and len(asked) < _ALWAYS_FIRST:
        return "You are welcome."
    return ""


def _after_the_order(asked: str) -> str:
    """What stands behind `Draft an answer to this letter:`; else everything."""
    order, _, rest = asked.partition(":")
    is_order = len(order) <= MAX_ORDER_CHARS and (_WRITE.search(order) or _SUMMARY.search(order))
    return rest.strip() if is_order and rest.strip() else asked


def _letter(source: str) -> str:
    name = found_by_look("name", source)
    about = picked_sentences(source, 1)
    quoted = about[0].rstrip(".!?") if about else "your message"
    greeting = f"Dear {name}," if name else "Hello,"
    return (
        f"{greeting}\n\nThank you for your message. You wrote: “{quoted}”. "
        "We are looking into it and will come back to you.\n\nKind regards"
    )


def _sum(found: re.Match[str]) -> str:
    first, sign, second = float(found[1]), found[2], float(found[3])
    if sign in "/÷" and second == 0:
        return "Nothing can be divided by zero."
    results = {"+": first + second, "-": first - second, "*": first * second, "×": first * second}
    result = results[sign] if sign in results else first / second
    return f"{found[0].strip()} = {result:.12g}"


def _from_what_is_known(messages: Sequence[Message], asked: str, source: str) -> str:
    """The sentences of what it was given that share most words with the question."""
    given = [one.text for one in messages[:-1] if one.role == "system"]
    known = [one for text in (source, *given) if text for one in sentences(text)]
    meant = stems(asked) or {""}
    scored = [(len(meant & stems(one)) / len(meant), one) for one in dict.fromkeys(known)]
    best = [one for score, one in scored if score >= _ENOUGH_SHARED][:2]
    if best:
        return "From what I was given: " + " ".join(best)
    if source:
        return summarised(source, "two sentences")
    return f"I have no rule for this. {WHO_I_AM}"
