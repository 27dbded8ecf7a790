"""The order in which acts are done: people say “ask me before” after what it comes before."""

import re
from dataclasses import replace

from app.composing.patterns.deciding import is_number
from app.composing.patterns.heard import TIMES, Act, Heard
from app.composing.patterns.open_work import is_task
from app.composing.patterns.people import means_me, means_them, names_nobody
from app.composing.patterns.words import FEELS, MAIL, MOODS

WRITES = frozenset({"board", "mail", "reply", "table", "post", "update_row", "thank", "agent"})
_SOURCES = frozenset({"rows", "fetch", "summarise", "extract", "formula", "if", "draft"})
_TAKE_MAIL = frozenset({"mail", "draft", "thank", "answer", "loop"})
_REMINDS_TO = re.compile(r"remind\b.*\bto\s*$", re.DOTALL)
_SENDS_IT = re.compile(r"^(?:sending|is sent|are sent|gets? sent|it goes out)")
_EACH = re.compile(
    r"\b(?:each|every)\b(?! (?:\w+day|day|morning|noon|evening|night|week|month|hour|minute|\d))"
)
_MOOD = re.compile(
    r"\b(?:if|when(?:ever)?|once|every|any) (?:an? )?(angry|unhappy|upset|urgent|important|"
    r"serious) (?:customer|client|guest|person|e-?mail|mail|message|request|enquiry|complaint|"
    r"ticket|question|call)\b|"
    rf"\b(?:if|when(?:ever)?|once|as soon as) [^,.;]{{1,40}}? {FEELS}({MOODS})\b"
)
_EACH_ROW = re.compile(r"\b(?:each|every) (?:row|line|entry|item|one|of them)\b")
_SHEET = re.compile(r"\bspreadsheet\b|\bexcel\b|\bcsv\b|\bxlsx\b")
_PER_ROW = frozenset({"table", "formula", "translate", "draft", "think", "mail"})
_BARE = re.compile(r"^(?:e-?)?mail\b|^(?:by|via|per) e-?mail\b")


def planned(heard: Heard) -> list[Act]:
    """The acts in the order of the flow, with those that only repeat others left out."""
    acts = _thought_about(heard, _of_one_mood(heard))
    acts = _told_apart(_both_mails(_reminded(acts)))
    acts = _once(acts)
    acts = _summary_first(acts)
    acts = _conditions_first(_joined_conditions(acts))
    acts = _row_by_row(heard, _loop_after_rows(acts))
    return _asked_before(acts)


def _of_one_mood(heard: Heard) -> list[Act]:
    """“If an angry customer writes”: only what is angry goes on."""
    acts = list(heard.acts)
    mood = _MOOD.search(heard.low)
    if mood and not heard.has("sort", "if"):
        named = f"if it is {mood[1] or mood[2]}"
        acts.insert(0, Act("if", mood.start(), mood.end(), named, mood[0]))
    return acts


def _thought_about(heard: Heard, acts: list[Act]) -> list[Act]:
    """“Tell me which is better” asks a model; at a set time what it says is mailed, too."""
    if heard.is_event or any(one.kind in _SOURCES for one in acts):
        return _one_task(acts)
    found: list[Act] = []
    for act in acts:
        is_thought = act.kind == "mail" and is_task(act.words)
        if is_thought:
            found.append(replace(act, kind="think"))
        if not is_thought or heard.start == TIMES:
            found.append(act)
    return _one_task(found)


def _one_task(acts: list[Act]) -> list[Act]:
    """“Compare two offers and tell me which is better” is one task."""
    kept: list[Act] = []
    for act in acts:
        if act.kind == "think" and kept and kept[-1].kind == "think":
            kept[-1] = _with_words(kept[-1], act)
        else:
            kept.append(act)
    return kept


def _told_apart(acts: list[Act]) -> list[Act]:
    """Sending an answer is one thing, mailing something to us another."""
    found: list[Act] = []
    for act in acts:
        before = found[-1].kind if found else ""
        bare = act.kind == "mail" and names_nobody(act.words, act.full)
        repeats = (
            (bare and _BARE.search(act.words) and (before in _TAKE_MAIL or _is_channel(found)))
            or (act.kind == "answer" and before == "draft")
            or (act.kind == "formula" and before == "formula")
        )
        if before == "mail" and not bare and re.match(r"(?:by|via|per)\b", act.words):
            found[-1] = _with_words(found[-1], act)
        elif bare and _SENDS_IT.search(act.words):
            found.append(replace(act, kind="reply"))
        elif not repeats:
            found.append(act)
    return found


def _is_channel(found: list[Act]) -> bool:
    """Whether what follows says by which way something came: `that come in by e-mail`."""
    return bool(found) and bool(
        re.search(r"\b(?:in|arrives?|comes?|received|writes?)$", found[-1].words.strip())
    )


def _once(acts: list[Act]) -> list[Act]:
    """Of what can be said twice only the first, or the one that says more."""
    kept: list[Act] = []
    for act in acts:
        twin = next((at for at, one in enumerate(kept) if one.kind == act.kind), None)
        if act.kind in ("summarise", "translate", "sort", "ask", "rows", "reply", "fetch", "mask"):
            if twin is None or (act.kind == "fetch" and "§" in act.words):
                kept.append(act)
            elif kept[-1].kind == "mail":
                kept[-1] = _with_words(kept[-1], act)
        elif act.kind == "extract" and twin is not None:
            if act.words.count(",") > kept[twin].words.count(","):
                kept[twin] = act
        else:
            kept.append(act)
    return kept


def _summary_first(acts: list[Act]) -> list[Act]:
    """“Mail me a summary” and “tell me the total”: what is told is made before."""
    table = next((n for n, act in enumerate(acts) if act.kind == "table"), None)
    if table is not None and "summar" in acts[table].words and "summarise" not in _kinds(acts):
        acts.insert(table, replace(acts[table], kind="summarise"))
    for kind in ("summarise", "translate", "formula", "draft"):
        at = next((n for n, act in enumerate(acts) if act.kind == kind), None)
        mail = next((n for n, act in enumerate(acts) if act.kind == "mail"), None)
        if at is not None and mail is not None and at == mail + 1:
            act = acts.pop(at)
            acts[mail] = _with_words(acts[mail], act)  # who gets it may stand behind
            acts.insert(mail, act)
    for kind in ("rows", "fetch"):
        at = next((n for n, act in enumerate(acts) if act.kind == kind), None)
        if at:
            acts.insert(0, acts.pop(at))
    return acts


def _reminded(acts: list[Act]) -> list[Act]:
    """“Remind customers of unpaid invoices”: the rows are found, and each of them is written to."""
    found: list[Act] = []
    for act in acts:
        who, of, what = act.full.partition(" of ")
        if act.kind == "rows" and of and act.words.startswith("remind"):
            found.append(replace(act, words=what.lower(), full=what))
            if means_them(who.lower()):
                found.append(replace(act, kind="loop", words="each one", full=""))
            found.append(replace(act, kind="mail", words=who.lower(), full=who))
        elif act.kind == "mail" and found and _REMINDS_TO.match(found[-1].words):
            found[-1] = _with_words(found[-1], act)  # what they are reminded to do
        else:
            found.append(act)
    return found


def _both_mails(acts: list[Act]) -> list[Act]:
    """“Send a confirmation to them and a note to desk@…” are two mails."""
    found: list[Act] = []
    for act in acts:
        first, both, second = act.full.partition(" and ")
        is_two = act.kind == "mail" and both and MAIL.search(second) and not MAIL.search(first)
        if is_two and means_them(first.lower()):
            found.append(replace(act, words=first.lower(), full=first))
            found.append(replace(act, words=second.lower(), full=second))
        else:
            found.append(act)
    return found


def _row_by_row(heard: Heard, acts: list[Act]) -> list[Act]:
    """What is done for each row of a file stands inside the loop, also where “each row” follows."""
    if "rows" in _kinds(acts) or not _SHEET.search(heard.low):
        return acts
    at = next((n for n, act in enumerate(acts) if act.kind in _PER_ROW), None)
    loop = next((n for n, act in enumerate(acts) if act.kind == "loop"), None)
    if at is None or not (loop is not None or _EACH_ROW.search(acts[at].words)):
        return acts
    if loop is None:
        acts.insert(at, replace(acts[at], kind="loop", words="each row"))
    elif loop > at:
        acts.insert(at, acts.pop(loop))
    return acts


def _joined_conditions(acts: list[Act]) -> list[Act]:
    """“If the amount is” and “over 100” are one condition."""
    kept: list[Act] = []
    for act in acts:
        last = kept[-1] if kept else None
        if last is not None and last.kind == act.kind == "if" and not is_number(last.words):
            kept[-1] = _with_words(last, act)
        else:
            kept.append(act)
    return kept


def _with_words(act: Act, more: Act) -> Act:
    return replace(act, words=f"{act.words}{more.words}", full=f"{act.full}{more.full}")


def _conditions_first(acts: list[Act]) -> list[Act]:
    """“Tell me if it is below 100”: the condition comes before what it is about."""
    moved: list[Act] = []
    for act in acts:
        if act.kind == "if" and moved and moved[-1].kind in ("mail", "ask", "post", "table"):
            last = moved[-1]
            is_tail = "if" not in [one.kind for one in moved] and "," not in last.words[-3:]
            if last.kind == "ask" or is_tail:
                moved.insert(len(moved) - 1, act)
                continue
        moved.append(act)
    return moved


def _loop_after_rows(acts: list[Act]) -> list[Act]:
    """A list is gone through once it is there."""
    rows = next((n for n, act in enumerate(acts) if act.kind == "rows"), None)
    if rows is not None and _EACH.search(acts[rows].words):
        words = re.sub(r"^for ", "", acts[rows].words)
        acts.insert(rows + 1, replace(acts[rows], kind="loop", words=words))
        return acts
    loop = next((n for n, act in enumerate(acts) if act.kind == "loop"), None)
    if rows is not None and loop is not None and loop < rows:
        acts.insert(rows, acts.pop(loop))
    return acts


def _asked_before(acts: list[Act]) -> list[Act]:
    """A question stands before the first thing that it could still keep from happening."""
    at = next((n for n, act in enumerate(acts) if act.kind == "ask"), None)
    if at is None:
        return acts
    ask = acts[at]
    guards = at > 0 and acts[at - 1].kind == "if"
    block = [acts[at - 1], ask] if guards else [ask]
    rest = [act for act in acts if act not in block]
    begin = at - len(block) + 1
    write = next((n for n, act in enumerate(rest) if _is_guarded(act, ask)), None)
    place = begin if write is None or write >= begin else write
    return [*rest[:place], *block, *rest[place:]]


def _is_guarded(act: Act, ask: Act) -> bool:
    """Whether an act is what the question is about: not a mail that goes to whoever is asked."""
    if act.kind == "mail" and means_me(act.words) and means_me(ask.words):
        return False
    return act.kind in WRITES


def _kinds(acts: list[Act]) -> set[str]:
    return {act.kind for act in acts}
