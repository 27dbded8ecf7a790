"""What is heard in a wish: how it starts, and what is to be done, one act after the other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.composing.patterns.acts import acts_with
from app.composing.patterns.when import schedule_in
from app.composing.patterns.words import FEELS, MAIL, MOODS, URL, thing_in
from app.composing.wishes import Wish

FORM, CHAT, MAILBOX, WEBHOOK, TIMES, AGENT, FAILURE = (
    "start_form",
    "start_chat",
    "start_email",
    "start_webhook",
    "start_schedule",
    "start_agent",
    "start_failure",
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: its kind, where it stands, and its words up to the next act."""

    kind: str
    at: int
    end: int
    words: str  # in small letters, addresses masked
    full: str  # as they were written


@dataclass(frozen=True, slots=True)
class Heard:
    """A wish taken apart. `start` is empty where nobody said how it begins."""

    text: str
    low: str
    start: str
    schedule: Mapping[str, Any] | None
    thing: str
    acts: tuple[Act, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    is_event: bool = False

    def has(self, *kinds: str) -> bool:
        """Whether one of these acts was heard."""
        return any(act.kind in kinds for act in self.acts)


MAX_HEARD_CHARS = 6_000  # rules look at every place of it
_EVENT = re.compile(
    r"\b(?:when(?:ever)?|once|as soon as|every time|each time|if|after|any|"
    r"for (?:every|each)(?! (?:row|line|item|entry|one|of|customer|product|person|member)))\b"
    r"[^,.;:]{0,70}?\b(?:comes? in|come in|arrives?|(?:is|are|gets?) received|lands?|reaches us|"
    r"(?:is|are) (?:submitted|placed|created|uploaded|filed|sent)|submits?|fills? (?:in|out)|"
    r"writes?|asks?|sends?(?: in)?|calls?|uploads?|books?|signs? up|applies|registers?|"
    r"contacts? us|messages? us|e-?mails? us|fails?|comes?|get an?|receive|press(?:es)?|"
    rf"click|start it|paste|{FEELS}{MOODS})\b"
    r"(?: (?:in|to|into|by|via|through|from|on|at|out|us|me)\b(?: (?:the|our|my|a|an|its|e-?mail|"
    r"mail|chat|form|inbox|mailbox|website|shop|us|web ?shop|contact form))*)*"
)
_STARTS: tuple[tuple[str, str], ...] = (
    (FAILURE, r"\bagents? fails?\b"),
    (AGENT, r"\bcalled by (?:an)?other agents?\b|\bwhen another agent (?:calls|asks)\b"),
    (WEBHOOK, r"\bwebhooks?\b|\bapi call|\banother program\b|\bprogram calls\b|"
     r"\b(?:shop|website|crm|app|system)\b[^,.]{0,20}\b(?:calls|posts|sends|pushes|notifies)\b"),
    (CHAT, r"\b(?:in|by|via|through|into) (?:a |the |our )?chat\b|\bchat message|"
     r"\bchat with\b|\bchat ?bot\b|\bhelp (?:[\w-]+ ){1,4}with (?:their )?questions\b|"
     r"\banswer (?:[\w-]+ ){0,3}questions (?:(?:of|from) (?:[\w-]+ ){1,3})?about\b|"
     r"\b(?:somebody|someone|a colleague|people|anyone|a person|they) asks?\b(?! (?:for|me))"),
    (FORM, r"\bform\b|\bquestionnaire\b|\bfills? (?:in|out)\b|\bsubmits?\b"),
    (MAILBOX, r"\b(?:an?|each|every|new|incoming|the|our|some) ?(?:new |incoming )?e-?mails?\b"
     r"[^,.]{0,30}\b(?:comes?|arrives?|received|lands?|get)\b|\bincoming (?:e-?)?mails?\b|"
     r"\b(?:arrives?|comes?|come|received|writes?|sends?|in)\b[^,.;]{0,20}"
     r"\b(?:by|via|per) (?:e-?)?mail\b|"
     r"\b(?:in|to|from|into) (?:the |our |my )?(?:[\w-]+ )?(?:inbox|mailbox)\b|\bmails us\b|"
     r"\bif (?:a|an|the) (?:e-?)?mail (?:contains|mentions|says)\b|"
     r"\bforward (?:all |any |the |our )?(?:e-?)?mails?\b|\bas (?:an? )?e-?mails?\b|"
     r"\bnew (?:e-?)?mails?\b|\b(?:every|each|any) (?:new )?(?:e-?)?mail\b"),
    (FORM, r"\bby hand\b|\bmanually\b|\bon demand\b|\bbutton\b|"
     r"\bi (?:press|click|paste|enter|type|upload|give|start)\b|\bupload(?:s|ed)?\b"),
)  # fmt: skip
_PERSONS = frozenset({"customer", "candidate"})
_QUESTION = re.compile(r"^\s*([^?]{4,160}\?)\s*:?\s*(.+)$", re.DOTALL)
_ASKED = (
    ("start", r"^where (?:do|does|will)\b.*\bcome from"),
    ("kinds", r"^what kinds?\b|^which kinds?\b|^into which"),
    ("approver", r"^who\b"),
    ("table", r"^which table\b"),
    ("address", r"^which (?:page|address|service)\b"),
)


def heard(wish: Wish) -> Heard:
    """The wish taken apart."""
    answers: dict[str, str] = {}
    told: list[str] = []
    for said in wish.said[-Wish.MAX_TEXTS :]:
        key, answer = _answered(said[: Wish.MAX_CHARS])
        if key:
            answers[key] = answer
        else:
            told.append(answer.strip().rstrip(".;, "))
    text = " ".join(". ".join(one for one in told if one).split())[:MAX_HEARD_CHARS]
    tables = [one.name for one in wish.around.tables]
    return _taken_apart(text, answers, tables)


def _taken_apart(text: str, answers: Mapping[str, str], tables: list[str]) -> Heard:
    low = _masked(text)
    event = _EVENT.search(low)
    is_timed = not event or bool(re.search(r"\bevery\b|\beach\b", event[0])) or _is_timed(low)
    schedule = schedule_in(low) if is_timed else None
    if event and (schedule is None or (_channel(event[0]) and not _is_timed(low))):
        span = (event.start(), event.end())
        start = _channel(low[event.start() : event.end() + 40]) or _channel(low)
        schedule = None
    else:
        span = (0, 0)
        start = TIMES if schedule else _channel(low)
    return Heard(
        text=text,
        low=low,
        start=_told_start(answers.get("start", "")) or start,
        schedule=schedule,
        thing=_thing(low, start, is_event=span != (0, 0)),
        acts=_acts(text, low, span, tables),
        answers=answers,
        is_event=event is not None and span != (0, 0),
    )


def _thing(low: str, start: str, *, is_event: bool) -> str:
    """What it is about: a mail if that is said first, a message where a person writes."""
    thing = thing_in(low)
    mail = re.search(r"\b(?:incoming|new|every|each|any|if an?) (?:e-?)?mails?\b", low)
    if start == MAILBOX and mail and (not thing or low.find(thing[:5]) > mail.start()):
        return "e-mail"
    return "message" if is_event and thing in _PERSONS else thing


def _is_timed(low: str) -> bool:
    return bool(re.match(r"\s*(?:every|each|on|at|daily|weekly|monthly|once)\b", low)) and (
        schedule_in(low[:60]) is not None
    )


def _channel(low: str) -> str:
    found = [
        (match.start(), at, start)
        for at, (start, pattern) in enumerate(_STARTS)
        if (match := re.search(pattern, low))
    ]
    return min(found, key=lambda one: one[1])[2] if found else ""


def _told_start(answer: str) -> str:
    low = answer.lower()
    for start, pattern in (
        (WEBHOOK, r"program|webhook|system|shop|api"),
        (CHAT, r"chat"),
        (FORM, r"form|hand|website|paste"),
        (MAILBOX, r"mail|inbox"),
        (TIMES, r"time|schedule|every"),
    ):
        if re.search(pattern, low):
            return start
    return ""


def _acts(text: str, low: str, span: tuple[int, int], tables: list[str]) -> tuple[Act, ...]:
    found: list[tuple[int, int, str]] = []
    for kind, pattern in acts_with(tables):
        for match in pattern.finditer(low):
            begin, end = match.span()
            inside_start = begin < span[1] and end > span[0] and kind != "if"
            taken = any(begin < other_end and end > other for other, other_end, _ in found)
            if not inside_start and not taken and end > begin:
                found.append((begin, end, kind))
    found.sort()
    ends = [*(one[0] for one in found[1:]), len(low)][: len(found)]
    return tuple(
        Act(kind, begin, end, low[begin:until], text[begin:until])
        for (begin, end, kind), until in zip(found, ends, strict=True)
    )


def _answered(said: str) -> tuple[str, str]:
    """Which question a text answers, and the answer; or the text for none."""
    found = _QUESTION.match(said)
    if found:
        question = found[1].strip().lower()
        for key, pattern in _ASKED:
            if re.search(pattern, question):
                return key, found[2].strip()
    return "", said


def _masked(text: str) -> str:
    """In small letters; addresses keep their length and one sign that tells what they are."""
    text = URL.sub(lambda one: "§" + "·" * (len(one[0]) - 1), text)
    text = MAIL.sub(lambda one: "@" + "·" * (len(one[0]) - 1), text)
    low = text.lower()
    return low if len(low) == len(text) else text
