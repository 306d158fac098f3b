"""Readings in words: how many of what, when and between which values; and why a line is refused."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from collabmap.app.value_words import amount_words, number_words
from collabmap.app.words import (
    MONTHS,
    N_,
    _,
    format_day,
    format_number,
    format_time,
    language,
    ngettext,
)
from collabmap.domain.feature import Measured
from collabmap.domain.reading_batch import ReadingSum
from collabmap.domain.theme import Field, Theme

if TYPE_CHECKING:
    from collabmap.formats.readings_csv import Problem

_WHY: Mapping[str, str] = {
    "no-time": N_("No day and time."),
    "time-impossible": N_("“{text}” is not a day and time that exists."),
    "time-unreal": N_("“{text}” was never: the clocks went forward over it. Universal time?"),
    "number-unreadable": N_("“{text}” is not a number."),
    "unit-unknown": N_("The unit “{text}” is not known; “{details}” is wanted."),
    "unit-other": N_("“{text}” measures something else than “{details}”."),
    "no-place": N_("No place: choose one for the whole file."),
    "place-unknown": N_("No place of the map is called “{text}”."),
    "place-unclear": N_("Several places of the map are called “{text}”."),
    "quantity-unknown": N_("“{text}” is not measured on this map."),
    "outside": N_("{text} is hardly possible: taken all the same."),
}


def sums(measured: Iterable[Measured]) -> list[tuple[ReadingSum, tuple[bytes, ...]]]:
    """Return readings by quantity and unit, with the ids of their batches, the first ones first."""
    found: dict[tuple[str, str], list[Measured]] = {}
    for one in measured:
        found.setdefault((one.field, one.unit), []).append(one)
    return [
        (
            ReadingSum(
                field,
                unit,
                sum(one.count for one in some),
                min(one.first_s for one in some),
                max(one.last_s for one in some),
                min(one.least for one in some),
                max(one.most for one in some),
            ),
            tuple(one.element for one in some),
        )
        for (field, unit), some in found.items()
    ]


def quantity_words(theme: Theme, field_id: str) -> str:
    """Return what a quantity is called."""
    field = theme.field(field_id)
    return field.label(language()) if field is not None else field_id


def sum_words(theme: Theme, found: ReadingSum) -> str:
    """Return '24 mesures (Ozone), du 3 au 4 mars 2026, de 12 à 41 µg/m³'; of one, all it says."""
    quantity = quantity_words(theme, found.field)
    least, most = tidy(found.least), tidy(found.most)
    if found.size == 1:
        return _("{quantity}: {value}, {when}").format(
            quantity=quantity,
            value=amount_words(least, found.unit),
            when=moment_words(found.first_s),
        )
    count = ngettext("{count} measurement", "{count} measurements", found.size)
    values = amount_words(least, found.unit)
    if least != most:
        values = _("from {least} to {most}").format(
            least=number_words(least), most=amount_words(most, found.unit)
        )
    return _("{measurements} ({quantity}), {when}, {values}").format(
        measurements=count.format(count=format_number(found.size)),
        quantity=quantity,
        when=span_words(found.first_s, found.last_s),
        values=values,
    )


def tidy(value: float) -> int | float:
    """Return a number without what a change of unit leaves in its last digits."""
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded == int(rounded) else rounded


def moment_words(at_s: int) -> str:
    """Return '3 mars 2026, 18 h 30'.  at_s: UTC; shown in local time."""
    day = format_day(datetime.fromtimestamp(at_s))
    return _("{day}, {time}").format(day=day, time=format_time(at_s * 1000))


def span_words(first_s: int, last_s: int) -> str:
    """Return 'le 3 mars 2026' or 'du 3 au 4 mars 2026'.  UTC; shown in local time."""
    first, last = (datetime.fromtimestamp(at).date() for at in (first_s, last_s))
    if first == last:
        return _("on {day}").format(day=format_day(first))
    return _("{first} through {last}").format(first=_beginning(first, last), last=format_day(last))


def _beginning(first: date, last: date) -> str:
    """Return a day without what is said of the last one too."""
    if first.year != last.year:
        return format_day(first)
    is_french = language() == "fr"
    number = "1er" if is_french and first.day == 1 else str(first.day)
    if is_french and first.month == last.month:
        return number
    return _("{month} {day}").format(month=_(MONTHS[first.month - 1]), day=number)


def problem_words(problem: "Problem") -> str:
    """Return why a line, or a value of it, is not taken, or looks wrong."""
    if problem.code == "quantity-unknown" and not problem.text:
        return _("Nothing says what was measured: choose it for the column.")
    return _(_WHY[problem.code]).format(text=problem.text, details=problem.details)


def measure_fields(theme: Theme, category: str | None = None) -> list[Field]:
    """Return the quantities that a theme measures, or those of a category."""
    offered = theme.fields if category is None else theme.fields_of(category)
    return [f for f in offered if f.type == "measure" and not f.is_hidden]
