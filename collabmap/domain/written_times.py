"""Days and times as people write them, in French and in English."""

import re
import unicodedata
from datetime import date, datetime, time

_MONTHS = (
    ("janvier", "janv", "january", "jan"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "sept", "september", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
_MONTH_OF = {name: rank for rank, names in enumerate(_MONTHS, 1) for name in names}
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_NUMBERS = re.compile(r"(\d\d?)\s*[/.\-\s]\s*(\d\d?)(?:\s*[/.\-\s]\s*(\d{4}|\d\d))?")
_NAMED = re.compile(r"(\d\d?)(?:er|st|nd|rd|th)?\s+([a-z]+)\.?(?:[\s,]+(\d{4}|\d\d))?")
_ENGLISH = re.compile(r"([a-z]+)\.?\s+(\d\d?)(?:st|nd|rd|th)?(?:[\s,]+(\d{4}|\d\d))?")
_WEEKDAY = re.compile(
    r"(?:lun|mar|mer|jeu|ven|sam|dim)(?:di|credi|dredi|anche)?\.?\s+(?:le\s+)?(?=\d)"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+(?=[\da-z])"
)
# 18:30, 18 h 30, 18h, 6:30 pm; seconds are passed over.
_TIME = re.compile(r"(\d\d?)\s*(?:h|[h:]\s*(\d\d)(?:\s*:\s*\d\d)?|(?=[ap]))\s*([ap]\.?\s?m\.?)?")
_MOMENT = re.compile(
    r"(.+?)(?:T|\s*,?\s+(?:a|at|\u00e0)\s+|\s*,\s*|\s+)(\d\d?\s*[h:].*|\d\d?\s*[ap]m)", re.I
)


def plain(text: str) -> str:
    """Return words in small letters, without accents, parted by single blanks."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def read_day(text: str, today: date | None = None, *, is_ahead: bool = False) -> date | None:
    """Return the day that '12/03/2026', '12 mars 2026' or '2026-03-12' means, None if it is none.

    today: what a day without a year is of the year of; None: it needs one.  is_ahead: it is the
    next such day from today on.
    """
    words = plain(text)
    if found := _ISO.fullmatch(words):
        year, month, day = map(int, found.groups())
        return _day(year, month, day)
    # 'mar.' is a day of the week in French, and a month in English.
    written = _written(words) or _written(_WEEKDAY.sub("", words, count=1))
    if written is None:
        return None
    day, month, said = written
    if said is not None:
        return _day(int(said) + 2000 * (len(said) == 2), month, day)
    if today is None:
        return None
    at = _day(today.year, month, day)
    return _day(today.year + 1, month, day) if is_ahead and at and at < today else at


def _written(words: str) -> tuple[int, int, str | None] | None:
    """Return (day, month, year as written) of a day that is not written as computers do."""
    if found := _NUMBERS.fullmatch(words):
        return int(found[1]), int(found[2]), found[3]
    if (found := _NAMED.fullmatch(words)) and found[2] in _MONTH_OF:
        return int(found[1]), _MONTH_OF[found[2]], found[3]
    if (found := _ENGLISH.fullmatch(words)) and found[1] in _MONTH_OF:
        return int(found[2]), _MONTH_OF[found[1]], found[3]
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Return the time that '18:30', '18 h 30', '18h' or '6:30 PM' means, None if it is none."""
    found = _TIME.fullmatch(text.strip().casefold())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_moment(text: str, today: date | None = None) -> datetime | None:
    """Return the day and time that '12/03/2026 18h30' means, None if it is none.  Local time."""
    found = _MOMENT.fullmatch(text.strip())
    day, at = (read_day(found[1], today), read_time(found[2])) if found else (None, None)
    return datetime.combine(day, at) if day is not None and at is not None else None
