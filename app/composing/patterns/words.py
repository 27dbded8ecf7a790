"""What a person's words are about: things, kinds, values, people, addresses, numbers."""

import re
from collections.abc import Iterable, Sequence

from app.composing.wishes import Surroundings, Thing

URL = re.compile(r"https?://[^\s<>\"'“”]+|\bwww\.[^\s<>\"'“”]+", re.IGNORECASE)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
MONEY = re.compile(r"(?:[€$£]|\b(?:eur|usd|gbp)\b)?\s*(\d[\d.,]*\d|\d)\s*(k\b)?", re.IGNORECASE)
THINGS = (
    "enquiry", "inquiry", "invoice", "order", "complaint", "request", "application", "ticket",
    "lead", "receipt", "report", "feedback", "review", "booking", "reservation", "registration",
    "contract", "bill", "delivery note", "quote", "question", "claim", "expense", "payment",
    "refund", "candidate", "cv", "resume", "letter", "document", "customer", "product", "article",
    "price", "message", "e-mail", "email", "mail", "submission", "row", "line", "item",
    "entry", "file",
)  # fmt: skip
# How somebody who writes feels, who may be named before: “as soon as a customer is angry”.
FEELS = r"(?:is|are|sounds?|seems?|gets?|becomes?|feels?) (?:very |really |so )?"
MOODS = r"(?:angry|unhappy|upset|annoyed|furious)"
_VAGUE = frozenset(
    {"message", "e-mail", "email", "mail", "row", "line", "item", "entry", "file", "document"}
    | {"customer", "product", "article", "price", "candidate", "letter", "question"}
)
_MASS = frozenset({"feedback"})
_INTO = re.compile(r"\b(?:into|between)\b[^.;]*")
_PLURALS = {"enquiries": "enquiry", "inquiries": "inquiry", "entries": "entry"}
_TABLE_SAID = re.compile(r"\btable (?:called |named )?[“\"']?([A-Z][\w-]+)")
_END = re.compile(r"[.;:!?\n]")
_SMALL = re.compile(
    r"^(?:the|a|an|its|their|his|her|our|all|any|whether it is|as|either|like|such as|e\.g\.|"
    r"for example|and|or|then|of)\s+",
    re.IGNORECASE,
)
# What the values of a thing mostly are.
COMMON_VALUES = {
    "invoice": ("supplier", "invoice number", "amount", "due date"),
    "bill": ("supplier", "invoice number", "amount", "due date"),
    "receipt": ("shop", "date", "amount"),
    "expense": ("what for", "date", "amount"),
    "order": ("order number", "customer", "amount"),
    "enquiry": ("name", "e-mail", "subject"),
    "inquiry": ("name", "e-mail", "subject"),
    "complaint": ("name", "order number", "what went wrong"),
    "lead": ("name", "company", "e-mail"),
    "application": ("name", "e-mail", "position"),
    "candidate": ("name", "e-mail", "position"),
    "cv": ("name", "e-mail", "position"),
    "resume": ("name", "e-mail", "position"),
    "booking": ("name", "date", "number of people"),
    "reservation": ("name", "date", "number of people"),
    "registration": ("name", "e-mail"),
    "delivery note": ("supplier", "delivery number", "date"),
    "refund": ("order number", "amount", "reason"),
    "payment": ("payer", "amount", "date"),
    "contract": ("partner", "start date", "end date"),
}
_NUMBERS = ("amount", "total", "price", "sum", "cost", "quantity", "number of", "net", "gross")


def thing_in(text: str) -> str:
    """The thing that a text in small letters is about; empty if it names none."""
    found: list[tuple[int, str]] = []
    text = _INTO.sub("", text)
    for thing in THINGS:
        plural = next((many for many, one in _PLURALS.items() if one == thing), f"{thing}s")
        match = re.search(rf"\b(?:{thing}|{plural})\b", text)
        if match:
            found.append((match.start(), thing))
    telling = [one for one in found if one[1] not in _VAGUE]
    return min(telling or found, default=(0, ""))[1]


def with_article(thing: str) -> str:
    """`an enquiry`; `feedback`."""
    if thing in _MASS:
        return thing
    return f"{'an' if thing[:1] in 'aeiou' else 'a'} {thing}"


def plural(thing: str) -> str:
    """`enquiries`."""
    if thing in _MASS:
        return thing
    return f"{thing[:-1]}ies" if re.search(r"[^aeiou]y$", thing) else f"{thing}s"


def listed_words(text: str) -> list[str]:
    """The entries of a list as people write it: `questions, complaints and orders`."""
    text = _END.split(text, maxsplit=1)[0]
    parts = re.split(r",|/|\band\b|\bor\b|\bversus\b|\bvs\.?\b|\n", text)
    found: list[str] = []
    for part in parts:
        word = part.strip(" \t-–—“”\"'()")
        while _SMALL.match(word):
            word = _SMALL.sub("", word, count=1).strip()
        if word and len(word) <= 40 and len(word.split()) <= 4:
            found.append(word)
    return list(dict.fromkeys(found))


def kind_name(word: str) -> str:
    """A category as its name: `Order question`."""
    word = re.sub(r"\s+(?:ones|mails?|e-mails?|messages?|enquiries)$", "", word.strip())
    one = word[:-3] + "y" if word.endswith("ies") else word
    one = one[:-1] if re.search(r"(?<![su])s$", one) and len(one) > 3 and one == word else one
    return one[:1].upper() + one[1:]


def value_kind(name: str) -> str:
    """What a value of this name holds, in the words of expected values."""
    low = name.lower()
    return "number" if any(word in low for word in _NUMBERS) and "date" not in low else "text"


def numbers_in(text: str) -> list[float]:
    """The amounts in a text: `€2,500.00`, `2.500`, `100`, `5k`."""
    return [_amount(one[1]) * (1000 if one[2] else 1) for one in MONEY.finditer(text)]


def plain_number(number: float) -> str:
    """`2500` or `12.5`."""
    return f"{number:.10g}"


def named_thing(text: str, things: Sequence[Thing]) -> Thing | None:
    """The thing of the workspace whose name stands in the text; the longest name counts."""
    found = [one for one in things if _is_named(one.name, text)]
    return max(found, key=lambda one: len(one.name), default=None)


def unknown_table(text: str, around: Surroundings) -> str:
    """The name of a table that a text speaks of and the workspace does not have; else empty."""
    found = _TABLE_SAID.search(text)
    return found[1] if found and named_thing(text, around.tables) is None else ""


def fitting_table(text: str, thing: str, around: Surroundings) -> Thing | None:
    """The table that is meant: named, called as the thing, or the only one there is."""
    named = named_thing(text, around.tables)
    if named is not None:
        return named
    alike = [one for one in around.tables if thing and thing in one.name.lower()]
    many = plural(thing) if thing else ""
    alike = alike or [one for one in around.tables if many and many in one.name.lower()]
    return alike[0] if len(alike) == 1 else None


def capital(text: str) -> str:
    """The text with a capital first."""
    return text[:1].upper() + text[1:]


def first(found: Iterable[str]) -> str:
    """The first text, or an empty one."""
    return next(iter(found), "")


def _amount(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?", text):
        whole, last = text, ""
        if re.search(r"[.,]\d{1,2}$", text) and not re.search(r"[.,]\d{3}$", text):
            whole, last = re.split(r"[.,](?=\d{1,2}$)", text)
        return float(re.sub(r"[.,]", "", whole) + (f".{last}" if last else ""))
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0


def _is_named(name: str, text: str) -> bool:
    word = rf"(?<!\w){re.escape(name.lower())}(?!\w)"
    return bool(name) and re.search(word, text.lower()) is not None
