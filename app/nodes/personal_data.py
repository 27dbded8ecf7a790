"""Finds personal data in a text by its form, and by its check digits where it has any."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

MAX_FOUND = 200
_SHOWN_CHARS = 3


@dataclass(frozen=True, slots=True)
class Find:
    """One piece of personal data: what kind it is, and where it stands."""

    kind: str
    start: int
    end: int


def found_in(text: str, kinds: Iterable[str]) -> list[Find]:
    """Everything of these kinds, in reading order, no two of them over one another."""
    wanted = list(kinds)
    every = (find for kind in KINDS if kind in wanted for find in _of_kind(kind, text))
    kept: list[Find] = []
    for find in every:
        if len(kept) >= MAX_FOUND:
            break
        if all(find.end <= one.start or find.start >= one.end for one in kept):
            kept.append(find)
    return sorted(kept, key=lambda one: one.start)


def masked(text: str, finds: Iterable[Find]) -> str:
    """The text with every find replaced by its kind, such as [e-mail address]."""
    parts, at = [], 0
    for find in finds:
        parts += [text[at : find.start], f"[{KINDS[find.kind].lower()}]"]
        at = find.end
    return "".join([*parts, text[at:]])


def hinted(text: str, find: Find) -> str:
    """Enough of a find to recognise it, and no more: `ana…`."""
    return f"{text[find.start : find.end][:_SHOWN_CHARS]}…"


def _of_kind(kind: str, text: str) -> Iterator[Find]:
    pattern, holds = _LOOKS[kind]
    for found in pattern.finditer(text):
        if holds(found[0]):
            yield Find(kind, found.start(), found.end())


def _always(_written: str) -> bool:
    return True


def is_card(written: str) -> bool:
    """Whether the digits end in the check digit of payment cards (Luhn, ISO/IEC 7812-1)."""
    digits = [int(one) for one in written if one.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (sum(divmod(2 * one, 10)) for one in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_iban(written: str) -> bool:
    """Whether the check digits of an account number are right (ISO 13616, mod 97)."""
    plain = re.sub(r"\s", "", written).upper()
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def _is_phone(written: str) -> bool:
    digits = sum(one.isdigit() for one in written)
    looks_written = written.startswith("+") or written.startswith("0") or "(" in written
    return 7 <= digits <= 15 and looks_written


KINDS: Mapping[str, str] = {
    "email": "E-mail address",
    "iban": "Bank account number",
    "card": "Payment card number",
    "id": "Identity number",
    "phone": "Telephone number",
}
_LOOKS: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email": (
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"),
        _always,
    ),
    "iban": (re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), is_iban),
    "card": (re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])"), is_card),
    # Social security numbers of the US, national insurance numbers of the UK, Italian tax codes,
    # Spanish identity cards, Swedish and Danish personal numbers.
    "id": (
        re.compile(
            r"\b(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}\b"
            r"|\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b"
            r"|\b[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]\b"
            r"|\b\d{8}-?[A-HJ-NP-TV-Z]\b"
            r"|\b(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[-+]\d{4}\b"
            r"|\b(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])\d\d-\d{4}\b"
        ),
        _always,
    ),
    "phone": (re.compile(r"(?<![\w.+-])(?:\+|\()?\d[\d ()/.-]{5,20}\d(?!\w)"), _is_phone),
}
