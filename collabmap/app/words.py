"""Words for people: one gettext catalogue for window, command line and errors.

Source strings are English; resources/translations/fr holds the French.  Typography that only
French has (no-break spaces, the apostrophe) lives in the French strings, not here.
"""

import gettext as _gettext
import locale
import os
import sys
from datetime import date, datetime
from decimal import Decimal

from collabmap.app.settings import resource
from collabmap.domain.theme import Field, Option
from collabmap.errors import CollabMapError, Problems

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"

_NARROW = "\u202f"
_SEPARATORS = {"fr": (_NARROW, ","), "en": (",", ".")}  # between thousands, before decimals


# --- the language -----------------------------------------------------------------------------


def set_language(language: str | None = None) -> str:
    """Switch to 'fr' or 'en'; None follows the system.  Returns the language in use."""
    global _catalogue, _language
    _language = language if language in ("fr", "en") else _system_language()
    _catalogue = _gettext.translation(
        "collabmap", resource("translations"), [_language], fallback=True
    )
    return _language


def said_in(chosen: str, message: str) -> str:
    """Return a message in 'fr' or 'en', whichever is in use."""
    found = _gettext.translation("collabmap", resource("translations"), [chosen], fallback=True)
    return found.gettext(message)


def language() -> str:
    """Return the language in use, 'fr' or 'en'."""
    return _language


def _system_language() -> str:
    """Return 'fr' for any kind of French; 'en' for all else, such as the locale C."""
    return "fr" if _system_locale().lower().startswith("fr") else "en"


def _system_locale() -> str:
    # POSIX 8.2: the first of these that is not empty decides, also when it says C.
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value
    if sys.platform == "win32":
        import ctypes

        # getlocale() says how numbers are written, which can differ from the language of menus.
        menus = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(menus, "")
    try:
        return locale.getlocale()[0] or ""
    except ValueError:  # macOS may say "UTF-8", which Python takes for an unknown locale
        return ""


# --- sentences --------------------------------------------------------------------------------


def _(message: str) -> str:
    """Return the message in the language in use."""
    return _catalogue.gettext(message) if message else ""


def N_(message: str) -> str:
    """Mark a message of a table for translation; whoever shows it calls _()."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form for a count, with {count} left to fill."""
    return _catalogue.ngettext(one, many, count)


def explain(error: CollabMapError) -> tuple[str, str]:
    """Return (what failed, what to do now), translated and filled."""
    details = {name: spoken(value) for name, value in error.details.items()}
    return _(error.message).format(**details), _(error.hint).format(**details)


def spoken(value: object) -> object:
    """Write numbers, dates, moments and problems as the language does; leave the rest alone."""
    if isinstance(value, Problems):
        # Imported late: it speaks with the words of this module.
        from collabmap.app.theme_words import problem_lines

        return problem_lines(value)
    if isinstance(value, datetime):
        at_ms = round(value.timestamp() * 1000)
        return _("{day}, {time}").format(day=format_date(at_ms), time=format_time(at_ms))
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, Field | Option):
        return value.label(_language)
    if isinstance(value, tuple):
        return ", ".join(str(spoken(one)) for one in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return _trim(format_number(value, 0 if isinstance(value, int) else 6))


# --- numbers, distances, sizes ----------------------------------------------------------------


def format_number(value: float | Decimal, decimals: int = 0) -> str:
    """Return '12 345,6' in French (thin no-break space), '12,345.6' in English."""
    thousands, point = _SEPARATORS[_language]
    whole, _dot, rest = f"{abs(value):,.{decimals}f}".partition(".")
    text = whole.replace(",", thousands) + (point + rest if rest else "")
    is_negative = value < 0 and any(digit in text for digit in "123456789")
    return "−" + text if is_negative else text


def _trim(number: str) -> str:
    """Return a written number without the zeros that end its decimals."""
    point = _SEPARATORS[_language][1]
    return number.rstrip("0").rstrip(point) if point in number else number


def format_distance(metres: float) -> str:
    """Return '54 m', '1,2 km' or '12 km'."""
    if round(metres) < 1000:
        return _("{value} m").format(value=format_number(metres))
    return _("{value} km").format(value=_rounded(metres / 1000))


def format_size(size_bytes: int) -> str:
    """Return '8 Mo' in French, '8 MB' in English; a kilobyte is 1,000 bytes."""
    if size_bytes < 1000:
        words = ngettext("{count} byte", "{count} bytes", size_bytes)
        return words.format(count=format_number(size_bytes))
    value = size_bytes / 1000
    for unit in (_("{value} kB"), _("{value} MB")):
        if round(value) < 1000:
            return unit.format(value=_rounded(value))
        value /= 1000
    return _("{value} GB").format(value=_rounded(value))


def _rounded(value: float) -> str:
    """Return one decimal under ten where it says something, none above."""
    return _trim(format_number(value, 1)) if round(value, 1) < 10 else format_number(value)


def format_duration(seconds: float) -> str:
    """Return '40 s', '3 min', '2 h 10' or '3 days', rounded as one would say it."""
    if seconds < 50:
        return _("{count} s").format(count=max(1, round(seconds)))
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return _("{count} min").format(count=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _("{hours} h {minutes}").format(hours=hours, minutes=f"{minutes:02}")
    days = round(hours / 24)
    return ngettext("{count} day", "{count} days", days).format(count=days)


# --- times and dates, of this computer's clock -------------------------------------------------


def format_time(at_ms: int) -> str:
    """Return '18 h 42' or '6:42 PM'.  at_ms: milliseconds since 1970 UTC; shown in local time."""
    at = datetime.fromtimestamp(at_ms / 1000)
    return format_clock(at.hour, at.minute)


def format_clock(hour: int, minute: int, *, short: bool = False) -> str:
    """Return '18 h 42' or '6:42 PM'.  short: a whole hour is '18 h'.  hour: 0 to 24."""
    is_whole = short and not minute
    if _language == "fr":
        return f"{hour}\u00a0h" + ("" if is_whole else f"\u00a0{minute:02}")
    minutes = "" if is_whole else f":{minute:02}"
    return f"{hour % 12 or 12}{minutes} {'AM' if hour % 24 < 12 else 'PM'}"


def format_date(at_ms: int) -> str:
    """Return '23 novembre 2026' or 'November 23, 2026'.  at_ms: see format_time."""
    return format_day(datetime.fromtimestamp(at_ms / 1000))


def format_day(at: date) -> str:
    """Return '23 novembre 2026' or 'November 23, 2026'."""
    day = "1er" if _language == "fr" and at.day == 1 else str(at.day)
    return _("{month} {day}, {year}").format(month=_(MONTHS[at.month - 1]), day=day, year=at.year)


MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
