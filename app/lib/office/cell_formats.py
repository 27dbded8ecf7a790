"""Which numbers of a workbook are dates: number formats, and days counted from 1900 or 1904."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum

from app.lib.office.xml_stream import attribute

MAX_FORMATS = 70_000  # Excel allows 65,490

# What a format says in quotes, in brackets (colours, countries) or behind a backslash is no code.
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_DAY = timedelta(days=1)
_LAST_DAY = 2_958_465  # 31 December 9999
_LEAP_ERROR = 60  # 1900 counts as a leap year there: days before 1 March are one too low


class Shape(Enum):
    """How a number is meant."""

    NUMBER = 0
    DATE = 1
    TIME = 2
    MOMENT = 3
    ELAPSED = 4


_BUILT_IN = {
    **dict.fromkeys((*range(14, 18), *range(27, 32), *range(34, 37), *range(50, 59)), Shape.DATE),
    **dict.fromkeys((*range(18, 22), 32, 33, 45, 47), Shape.TIME),
    22: Shape.MOMENT,
    46: Shape.ELAPSED,
}


class Formats:
    """Hears `styles.xml`; afterwards `shapes` has one entry for each format a cell can name."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self._own: dict[str, Shape] = {}
        self._is_inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A format's code, or a cell format that names one."""
        if name == "numFmt" and len(self._own) < MAX_FORMATS:
            code = attribute(attributes, "formatCode")
            self._own[attribute(attributes, "numFmtId")] = shape_of(code)
        elif name == "cellXfs":
            self._is_inside = True
        elif name == "xf" and self._is_inside and len(self.shapes) < MAX_FORMATS:
            self.shapes.append(self._shape(attribute(attributes, "numFmtId")))

    def end(self, name: str) -> None:
        """The list of cell formats ends."""
        if name == "cellXfs":
            self._is_inside = False

    def text(self, text: str) -> None:
        """There is none that counts."""

    def _shape(self, number: str) -> Shape:
        if number in self._own:
            return self._own[number]
        return _BUILT_IN.get(int(number), Shape.NUMBER) if number.isdecimal() else Shape.NUMBER


def shape_of(code: str) -> Shape:
    """What numbers in this format are."""
    first = _NO_CODE.sub("", code[:1_000]).split(";")[0].lower()
    if _ELAPSED.search(first):
        return Shape.ELAPSED
    plain = first.replace("am/pm", "h").replace("a/p", "h")
    if "general" in plain or not plain:
        return Shape.NUMBER
    has_time = "h" in plain or "s" in plain
    has_date = "y" in plain or "d" in plain or ("m" in plain and not has_time)
    if has_date:
        return Shape.MOMENT if has_time else Shape.DATE
    return Shape.TIME if has_time else Shape.NUMBER


def as_shape(number: float, shape: Shape, *, from_1904: bool) -> str | None:
    """The number as ISO text of its shape; None when it cannot be one."""
    if not 0 <= number <= _LAST_DAY:
        return None
    if shape is Shape.ELAPSED:
        return _elapsed(number)
    try:
        moment = _moment(number, from_1904=from_1904)
    except OverflowError:
        return None
    if shape is Shape.TIME or (shape is Shape.MOMENT and number < 1):
        return _clock(moment)
    return moment.date().isoformat() if shape is Shape.DATE else f"{moment.date()}T{_clock(moment)}"


def serial_of(moment: datetime | date) -> float:
    """The number that stands for a date or a moment in a workbook that counts from 1900."""
    whole = moment if isinstance(moment, datetime) else datetime(*moment.timetuple()[:3])  # noqa: DTZ001  # workbooks know no zones
    return (whole - datetime(1899, 12, 30)) / _DAY  # noqa: DTZ001  # the same


def _moment(number: float, *, from_1904: bool) -> datetime:
    milliseconds = round(number * 86_400_000)
    begin = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  # the same
    if not from_1904 and number < _LEAP_ERROR:
        begin += _DAY
    return begin + timedelta(milliseconds=milliseconds)


def _clock(moment: datetime) -> str:
    return moment.time().isoformat("milliseconds" if moment.microsecond else "seconds")


def _elapsed(number: float) -> str:
    seconds = round(number * 86_400)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
