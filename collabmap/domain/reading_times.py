"""Times as tables of measurements write them, and which moment each of them was.

Most have no time zone: then they are in that of the computer, with its summer time, unless the
person says that they are in universal time or in winter time all year, as many stations write.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal, NamedTuple

from collabmap.domain.written_times import read_day, read_moment, read_time

Zone = Literal["local", "utc", "winter"]
Order = Literal["day-first", "month-first"]

_AT = r"(\d{1,2})\s?[:hH]\s?(\d{2})(?:\s?[:m]?\s?(\d{2})(?:[.,]\d+)?s?)?"
_OFFSET = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?:[T\s]\s*{_AT}{_OFFSET})?")
_YEAR_LAST = re.compile(
    rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}})(?:(?:[T\s]|,\s?|\s[àa]\s)\s*{_AT}{_OFFSET})?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})?(Z)?")
_CLOCK = re.compile(rf"{_AT}")
_HOUR_ALONE = re.compile(r"(\d{1,2})\s?[hH]")
# A spreadsheet that shows no format writes days since the end of 1899, such as 46093,770833.
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d+))?")
_SERIAL_START = datetime(1899, 12, 30)
# Seconds or milliseconds since 1970, as sensors count.
_EPOCH = re.compile(r"(\d{10})(\d{3})?")
DAY = timedelta(days=1)


class Moment(NamedTuple):
    """at: as it was written, without a zone.  offset: from universal time, None if not said."""

    at: datetime
    offset: timedelta | None = None


class Unreal(Exception):
    """A time that no clock has shown: the hour that is left out when summer time begins."""


def moment_of(text: str, order: Order = "day-first") -> Moment | None:
    """Return the day and time that a cell says, None if it says none; a day alone is midnight."""
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, hour, minute, second, offset = found.groups()
        return _moment(int(year), int(month), int(day), hour, minute, second, offset)
    if found := _YEAR_LAST.fullmatch(text):
        first, other, year, hour, minute, second, offset = found.groups()
        day, month = (first, other) if order == "day-first" else (other, first)
        whole = int(year) if len(year) == 4 else 2000 + int(year)
        return _moment(whole, int(month), int(day), hour, minute, second, offset)
    if found := _PACKED.fullmatch(text):
        year, month, day, hour, minute, second, offset = found.groups()
        return _moment(int(year), int(month), int(day), hour, minute, second, offset)
    if found := _SERIAL.fullmatch(text):
        days = float(f"{found[1]}.{found[2] or 0}")
        # Ten decimals of a day are finer than a second; what is left over is rounding.
        return Moment(_SERIAL_START + timedelta(seconds=round(days * 86_400)))
    if found := _EPOCH.fullmatch(text):
        at = datetime(1970, 1, 1) + timedelta(seconds=int(found[1]))
        return Moment(at, timedelta(0))
    at_named = read_moment(text)
    if at_named is not None:
        return Moment(at_named)
    day_named = read_day(text)
    return Moment(datetime.combine(day_named, datetime.min.time())) if day_named else None


def day_of(text: str, order: Order = "day-first") -> date | None:
    """Return the day that a cell says, whatever time stands after it; None if it says none."""
    found = moment_of(text, order)
    return found.at.date() if found is not None else None


def clock_of(text: str) -> timedelta | None:
    """Return how long after midnight a cell says, None if it says no time; 24:00 is the next day.

    Also the bare hour that a table of hours has: 0 to 24, and a spreadsheet's part of a day.
    """
    text = text.strip()
    if found := _CLOCK.fullmatch(text):
        return _clock(found[1], found[2], found[3])
    if (found := _HOUR_ALONE.fullmatch(text)) or re.fullmatch(r"\d{1,2}", text):
        return _clock(found[1] if found else text, "0", None)
    if re.fullmatch(r"0[.,]\d+", text):
        return timedelta(seconds=round(float(text.replace(",", ".")) * 86_400))
    at = read_time(text)
    return timedelta(hours=at.hour, minutes=at.minute) if at is not None else None


def has_clock(text: str) -> bool:
    """Whether a cell says a time of day, not a day alone."""
    return re.search(r"\d\s?[:hH]|T\d|\d{5}[.,]\d|\d{10}", text) is not None


def month_first(cells: list[str]) -> bool:
    """Whether days are written as in America: some have a month that is none, the others none."""
    pairs = [
        (int(found[1]), int(found[2]))
        for cell in cells
        if (found := _YEAR_LAST.match(cell.strip()))
    ]
    return any(other > 12 for _first, other in pairs) and all(first <= 12 for first, _o in pairs)


def _moment(
    year: int,
    month: int,
    day: int,
    hour: str | None,
    minute: str | None,
    second: str | None,
    offset: str | None,
) -> Moment | None:
    after = _clock(hour or "0", minute or "0", second)
    if after is None:
        return None
    try:
        return Moment(datetime(year, month, day) + after, _offset(offset))
    except (ValueError, OverflowError):
        return None


def _clock(hour: str, minute: str, second: str | None) -> timedelta | None:
    found = timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or 0))
    is_clock = int(minute) < 60 and int(second or 0) < 60 and found <= DAY
    return found if is_clock else None


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text in ("Z", "UTC", "GMT"):
        return timedelta(0)
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


class Calendar:
    """Which second each written time was.  here: the zone of the computer, None for its own."""

    def __init__(self, zone: Zone = "local", here: tzinfo | None = None) -> None:
        self._zone: tzinfo | None = here
        if zone == "utc":
            self._zone = UTC
        elif zone == "winter":
            self._zone = timezone(_winter(here))

    def second_of(self, moment: Moment, *, is_second: bool = False) -> int:
        """Return seconds since 1970, UTC.  is_second: of an hour that was twice, the second one.

        Raises Unreal.
        """
        if moment.offset is not None:
            # Not of a date less its offset: in year 1 or 9999 that may be no date.
            return round(moment.at.replace(tzinfo=UTC).timestamp() - moment.offset.total_seconds())
        at = moment.at.replace(tzinfo=self._zone, fold=int(is_second))
        try:
            seconds = at.timestamp()
            back = datetime.fromtimestamp(seconds, self._zone)
        except (ValueError, OverflowError, OSError) as error:
            raise Unreal from error
        if back.replace(tzinfo=None, fold=0) != moment.at:
            raise Unreal
        return round(seconds)

    def is_twice(self, moment: Moment) -> bool:
        """Whether a time was twice: in the hour in which summer time ends."""
        if moment.offset is not None:
            return False
        at = moment.at.replace(tzinfo=self._zone)
        try:
            return at.timestamp() != at.replace(fold=1).timestamp() and not self._is_unreal(at)
        except (ValueError, OverflowError, OSError):
            return False

    def _is_unreal(self, at: datetime) -> bool:
        back = datetime.fromtimestamp(at.timestamp(), self._zone)
        return back.replace(tzinfo=None, fold=0) != at.replace(tzinfo=None)


def _winter(here: tzinfo | None) -> timedelta:
    """Return how far from universal time the clocks are that know no summer time."""
    year = datetime.now().year
    offsets = [
        datetime(year, month, 1, 12, tzinfo=here).astimezone(here).utcoffset() or timedelta(0)
        for month in (1, 7)
    ]
    return min(offsets)
