"""Times and schedules in a person's words."""

import re
from typing import Any

from app.lib.recurrence import DAYS, PLACES, tidy_time

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip
_NUMBER = rf"\d+|{'|'.join(NUMBERS)}"
_DAY = "|".join([*(name.lower() for name in DAYS.values())])
_CLOCK = re.compile(
    r"\b(?:at|by|around|from)\s+(\d{1,2}(?:[:.h]\d{2})?\s*(?:[ap]\.?m\b\.?)?|noon|midday|midnight)"
    r"|\b(\d{1,2}[:.]\d{2}\s*(?:[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?)",
)
_PARTS = {"morning": "08:00", "noon": "12:00", "lunchtime": "12:00", "afternoon": "15:00",
          "evening": "18:00", "night": "22:00"}  # fmt: skip
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_MINUTES = re.compile(
    rf"\bevery (?:({_NUMBER}) )?min(?:ute)?s?\b|\bevery (half|quarter) (?:an )?hour"
)
_HOURS = re.compile(rf"\b(?:every|each) (?:({_NUMBER}) )?hours?\b|\bhourly\b")
_WEEKDAYS = re.compile(
    r"\b(?:every|each|on|only on|all|per)?\s*(?:weekdays?|work(?:ing)? ?days?|business days?)\b"
    r"|\bmondays? (?:to|till|until|through) fridays?\b|\bmon ?[-–] ?fri\b"
)
_WEEKEND = re.compile(r"\b(?:at|on|every|each) (?:the )?weekends?\b")
_MONTH_DAY = re.compile(
    r"\b(?:on |at )?(?:the )?(\d{1,2})(?:st|nd|rd|th)? (?:day )?of (?:each|every|the|a) month"
    r"|\b(first|last) (?:day )?of (?:each|every|the|a) month|\bend of (?:each|every|the) month"
)
_MONTH_WEEKDAY = re.compile(
    rf"\b({'|'.join(PLACES)}) ({_DAY}) (?:of|in) (?:each|every|the|a) month"
)
_MONTHLY = re.compile(r"\bmonthly\b|\b(?:every|each|once a|per) month\b")
_WEEKLY = re.compile(r"\bweekly\b|\b(?:every|each|once a|per) week\b")
_DAILY = re.compile(
    r"\bdaily\b|\b(?:every|each|once a|twice a|per) (?:single )?"
    r"(?:day|morning|afternoon|evening|night|noon|lunchtime)\b"
)
_ON_DAYS = re.compile(
    rf"\b(?:every|each|on) ((?:{_DAY})s?(?:(?:,| and|, and) (?:{_DAY})s?)*)\b|\b({_DAY})s\b"
)


def number_of(word: str) -> int:
    """The number in digits or a word."""
    return int(word) if word.isdigit() else NUMBERS.get(word, 1)


def schedule_in(text: str) -> dict[str, Any] | None:
    """The schedule that a text in small letters names; None if it names none."""
    if found := _MINUTES.search(text):
        count = 30 if found[2] == "half" else 15 if found[2] else number_of(found[1] or "one")
        return {"every": "minutes", "count": max(1, count), "timezone": ""}
    if found := _HOURS.search(text):
        count = number_of(found[1]) if found[1] else 1
        return {"every": "hours", "count": min(max(1, count), 23), "minute": 0, "timezone": ""}
    times = times_in(text)
    if _WEEKDAYS.search(text):
        return {"every": "weekdays", "times": times or ["09:00"], "timezone": ""}
    return _by_days(text, times or ["09:00"])


def _by_days(text: str, times: list[str]) -> dict[str, Any] | None:
    if found := _MONTH_WEEKDAY.search(text):
        day = next(one for one, name in DAYS.items() if name.lower() == found[2])
        return _months(f"{found[1]}-{day}", times)
    if found := _MONTH_DAY.search(text):
        day = found[1] or ("1" if found[2] == "first" else "last")
        return _months(str(min(max(int(day), 1), 31)) if day.isdigit() else day, times)
    days = days_in(text)
    if days:
        return {"every": "weeks", "days": days, "times": times, "timezone": ""}
    if _MONTHLY.search(text):
        return _months("1", times)
    if _WEEKLY.search(text):
        return {"every": "weeks", "days": ["mon"], "times": times, "timezone": ""}
    if _DAILY.search(text):
        return {"every": "days", "times": times, "timezone": ""}
    return None


def days_in(text: str) -> list[str]:
    """The days of the week that a text names, in their order."""
    if _WEEKEND.search(text):
        return ["sat", "sun"]
    named = " ".join(found[0] for found in _ON_DAYS.finditer(text))
    return [day for day, name in DAYS.items() if name.lower() in named]


def times_in(text: str) -> list[str]:
    """The times of day in a text as HH:MM; parts of the day count when there is no other."""
    found: list[str] = []
    for one in _CLOCK.finditer(text):
        typed = (one[1] or one[2]).strip().rstrip(".")
        time = _NAMED.get(typed) or tidy_time(typed.replace(".", ":", 1))
        if re.fullmatch(r"[0-2]\d:[0-5]\d", time) and time < "24:00" and time not in found:
            found.append(time)
    if not found:
        found = [time for part, time in _PARTS.items() if re.search(rf"\b{part}\b", text)][:1]
    return sorted(found)


def is_only_weekdays(text: str) -> bool:
    """Whether it asks for Monday to Friday."""
    return bool(_WEEKDAYS.search(text))


def _months(day: str, times: list[str]) -> dict[str, Any]:
    return {"every": "months", "day": day, "times": times, "timezone": ""}
