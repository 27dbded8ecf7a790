"""What the practice model says in words: a few rules, and honesty about being one."""

import re
from collections.abc import Sequence

from app.llm.material import materials, without_materials
from app.llm.port import Message
from app.llm.practice.looks import found_by_look
from app.llm.practice.orders import Work
from app.llm.practice.rows import rows_told
from app.llm.practice.summary import picked_sentences, summarised
from app.llm.practice.words import sentences, stems

WHO_I_AM = (
    "I am the practice model: I follow simple rules. Connect a real model in Settings → Models."
)
_GREETING = re.compile(r"^\W*(hi|hello|hey|good (?:morning|afternoon|evening))\b", re.IGNORECASE)
_THANKS = re.compile(r"^\W*(thanks|thank you|cheers)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(who|what) are you\b|\bwhat can you do\b|\bhelp\W*$", re.IGNORECASE)
_NUMBER = r"-?\d{1,15}(?:\.\d{1,15})?"
# The message is the sum: an order number, a date and “24/7” inside a question are none.
_SUM = re.compile(
    r"^\s{0,8}(?:please )?(?:(?:what(?:'s| is)|how much is|calculate|compute|work out) )?"
    rf"(?P<sum>(?P<first>{_NUMBER}) ?(?P<sign>[-+*/×÷]) ?(?P<second>{_NUMBER}))[\s=?.]{{0,8}}$",
    re.IGNORECASE,
)
# Sentences that tell a model what to be and do; they answer nobody's question.
_TELLS_ME = re.compile(
    r"^\W{0,8}(?:(?:when |if )?you (?:are|answer|help|work|look|write|do|reply|follow|act)|answer|"
    r"say|be|reply|use|look|never|always|do not|ask|keep)\b",
    re.IGNORECASE,
)
_ENOUGH_SHARED = 0.34
MAX_SMALL_TALK_CHARS = 40  # a greeting with more behind it is more than one


def said_to(messages: Sequence[Message], source: str) -> str:
    """The answer to a conversation. `source` is the text to work on."""
    last = messages[-1] if messages else Message("user", "")
    asked = next(
        (without_materials(one.text) for one in reversed(messages) if one.role == "user"), ""
    )
    if last.role == "tool":
        given = "\n".join(text for _, text in materials(last.text)) or last.text
        return rows_told(given, asked) or f"The tool “{last.tool_name}” answered: {given}"
    told = "\n".join(without_materials(one.text) for one in messages if one.role == "system")
    work = Work(asked, told, apart=source if source.strip() != asked else "")
    if small := _small_talk(asked):
        return small
    if work.wants_summary:
        return summarised(work.text, f"{told}\n{work.order}")
    if work.wants_translation:
        return f"I cannot translate. {WHO_I_AM}"
    if work.wants_letter:
        return _letter(work.text)
    if not work.apart and (found := _SUM.search(asked)):
        return _sum(found)
    return _from_what_is_known(asked, told, work.apart)


def _small_talk(asked: str) -> str:
    if len(asked) > MAX_SMALL_TALK_CHARS:
        return ""
    if _WHO.search(asked):
        return WHO_I_AM
    if _GREETING.search(asked) and "?" not in asked:
        return f"Hello. {WHO_I_AM}"
    if _THANKS.search(asked):
        return "You are welcome."
    return ""


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
    written, sign = found["sum"], found["sign"]
    first, second = float(found["first"]), float(found["second"])
    if sign in "/÷" and second == 0:
        return "Nothing can be divided by zero."
    results = {"+": first + second, "-": first - second, "*": first * second, "×": first * second}
    result = results[sign] if sign in results else first / second
    return f"{written} = {result:.12g}"


def _from_what_is_known(asked: str, told: str, apart: str) -> str:
    """The sentences of what it was given that share most words with the question."""
    facts = [one for one in sentences(told) if not _TELLS_ME.match(one)]
    known = [*sentences(apart), *facts]
    meant = stems(asked) or {""}
    scored = [(len(meant & stems(one)) / len(meant), one) for one in dict.fromkeys(known)]
    most = max((score for score, _ in scored), default=0.0)
    if most >= _ENOUGH_SHARED:
        best = [one.lstrip("-*• ") for score, one in scored if score > most / 2][:2]
        return "From what I was given: " + " ".join(best)
    if apart:
        return summarised(apart, "two sentences")
    return f"I have no rule for this. {WHO_I_AM}"
