"""Finds values by what they look like: mail addresses, telephone numbers, dates, sums, names."""

import re

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d ()/.-]{6,18}\d(?![\w])")
_URL = re.compile(r"https?://[^\s<>\"')]{1,2000}")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,9}"
_DATE = re.compile(
    r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    rf"|\d{{1,2}}\.? {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?:[€$£]|\b(?:eur|usd|gbp|chf)\b) ?(\d[\d., ']{0,30}\d|\d)"
    r"|(?<!\d)(\d[\d., ']{0,30}\d|\d) ?(?:[€$£]|\b(?:eur|usd|gbp|chf|euros?|dollars?|pounds?)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,-])-?\d[\d., ']{0,30}\d(?!\w)|(?<![\w.,-])-?\d(?!\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_CODE = re.compile(r"\b(?=[\w/-]{0,24}\d)[A-Z]{0,6}[-/]?\d[\w/-]{2,20}\b")
_NAMED = re.compile(
    r"\b(?:I am|I'm|[Mm]y name is|regards,?|thanks,?|sincerely,?|Mr\.?|Mrs\.?|Ms\.?)"
    r"\s+([A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2})"
)

# What a value's name says it is, and what such a value looks like. The first that fits is taken.
_LOOKS = (
    (re.compile(r"e-?mail", re.IGNORECASE), _EMAIL),
    (re.compile(r"phone|mobile|telephone", re.IGNORECASE), _PHONE),
    (re.compile(r"\burl|website|web address|\blink", re.IGNORECASE), _URL),
    (re.compile(r"iban|bank account", re.IGNORECASE), _IBAN),
    (re.compile(r"date|\bday\b|deadline|\bdue\b|birth", re.IGNORECASE), _DATE),
    (re.compile(r"amount|price|total|\bsum\b|cost", re.IGNORECASE), _MONEY),
    (re.compile(r"number|reference|\bcode\b|\bid\b|_id\b|_no\b", re.IGNORECASE), _CODE),
    (re.compile(r"name|customer|sender|contact|person|who", re.IGNORECASE), _NAMED),
)


def found_by_look(about: str, text: str) -> str | None:
    """The first piece of the text that looks as the name says; None where there is none."""
    about = about.replace("_", " ")
    for meant, look in _LOOKS:
        if meant.search(about) and (found := look.search(text)):
            return (found[found.lastindex] if found.lastindex else found[0]).strip()
    return None


def number_in(about: str, text: str) -> int | float | None:
    """The sum of money or the number in a text; None without one."""
    found = _MONEY.search(text) if re.search(r"amount|price|total|sum|cost", about, re.I) else None
    written = (found[1] or found[2]) if found else None
    if written is None:
        plain = _NUMBER.search(text)
        if plain is None:
            return None
        written = plain[0]
    return _number(written)


def _number(written: str) -> int | float | None:
    """`1.234,50`, `1,234.50` and `1 234,50` are the same number."""
    digits = re.sub(r"[ ']", "", written)
    last = max(digits.rfind("."), digits.rfind(","))
    marks = digits.count(".") + digits.count(",")
    if last >= 0:
        is_decimal = len(digits) - last - 1 != 3 or (marks == 1 and digits[last] == ".")
        whole = re.sub(r"[.,]", "", digits[:last])
        digits = f"{whole}.{digits[last + 1 :]}" if is_decimal else whole + digits[last + 1 :]
    try:
        number = float(digits)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number
