"""Values of a theme's fields in words of the language in use, as people write and read them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from collabmap.app.words import N_, _, format_clock, format_day, format_number, language
from collabmap.domain.opening_hours import ALL_DAY, DAY_MIN, Spans, Week, read_hours
from collabmap.domain.theme import MAX_RATING, Field

NO_BREAK = "\u00a0"
_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def value_words(field: Field, value: Any, places: Mapping[str, str] | None = None) -> str:
    """Return a value as people read it, '' for none; what does not fit its field as it is.

    places: names of features by id in hexadecimal, for references.
    """
    if value is None or value in ("", [], ()):
        return ""
    try:
        # An option may go by anything, where a stranger chose it.
        return str(_words(field, value, places or {}))
    except (ArithmeticError, TypeError, ValueError, AttributeError):
        return str(value)


def _words(field: Field, value: Any, places: Mapping[str, str]) -> str:
    if field.type in ("number", "measure"):
        return amount_words(value, field.unit)
    if field.type == "choice":
        return field.option(value).label(language())
    if field.type == "choices":
        # A label may have a comma of its own, and in English a capital that has to stay.
        return " · ".join(field.option(one).label(language()) for one in value)
    if field.type == "yes_no":
        return _("yes") if value is True else _("no") if value is False else str(value)
    if field.type == "date":
        return format_day(date.fromisoformat(value))
    if field.type == "date_time":
        at = datetime.fromisoformat(value)
        return _("{day}, {time}").format(day=format_day(at), time=format_clock(at.hour, at.minute))
    if field.type == "hours":
        week = read_hours(value)
        return hours_words(week) if week is not None else str(value)
    if field.type == "rating":
        return _("{count} out of {all}").format(count=value, all=MAX_RATING)
    if field.type == "reference":
        return places.get(value) or _("a place that is not here yet")
    return str(value)


def inside(label: str) -> str:
    """Return a heading as it stands inside a line: 'Pente' as 'pente', 'PM10' as it is."""
    first = label.split(maxsplit=1)[0] if label.strip() else ""
    is_plain = first[1:] == first[1:].lower() and not any(map(str.isdigit, first))
    return label[:1].lower() + label[1:] if is_plain else label


def amount_words(value: int | float, unit: str = "") -> str:
    """Return '12,5 µg/m³' in French: the number with all its digits, and its unit."""
    words = number_words(value)
    return f"{words}{NO_BREAK}{unit}" if unit else words


def number_words(value: int | float) -> str:
    """Return a number with all its digits and no more."""
    exact = Decimal(repr(value))
    decimals = max(0, -int(exact.normalize().as_tuple().exponent))
    return format_number(exact, decimals)


def hours_words(week: Week) -> str:
    """Return 'lun.–ven. 9 h–18 h, sam. 10 h–12 h 30 et 14 h–18 h'."""
    if week.is_always:
        return _("every day, around the clock")
    runs = [
        f"{days_words(first, last)} {spans_words(spans)}" for first, last, spans in week.runs()
    ] or [_("not open")]
    if week.holidays is not None:
        words = spans_words(week.holidays) if week.holidays else _("not open")
        runs.append(_("public holidays: {hours}").format(hours=words))
    return ", ".join(runs)


def days_words(first: int, last: int) -> str:
    """Return the days from one to another, 0 for Monday: 'lun.–ven.'."""
    if (first, last) == (0, 6):
        return _("every day")
    words = _(_DAYS[first])
    return words if first == last else f"{words}\u2013{_(_DAYS[last])}"


def spans_words(spans: Spans) -> str:
    """Return '10 h–12 h 30 et 14 h–18 h'."""
    if spans == ALL_DAY:
        return _("around the clock")
    parts = [f"{_clock(start)}\u2013{_clock(end)}" for start, end in spans]
    *most, last = parts
    return _("{some} and {last}").format(some=", ".join(most), last=last) if most else last


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes if minutes <= DAY_MIN else minutes - DAY_MIN, 60)
    return format_clock(hour, minute, short=True)
