"""Which measurements the map shows, and how they are asked for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from collabmap.app.reading_periods import Period
from collabmap.app.reading_questions import ReadingAsked
from collabmap.app.reading_words import measure_fields
from collabmap.app.words import N_, _
from collabmap.domain.theme import Theme

if TYPE_CHECKING:
    from collabmap.app.numbers import Numbers
    from collabmap.app.reader import Reader
    from collabmap.domain.reading_columns import How
    from collabmap.store.reading_columns import Quantity
    from collabmap.ui.filtering import Filtered

HOWS: "tuple[How, ...]" = ("latest", "mean", "worst")
_WORDS = {"latest": N_("The latest"), "mean": N_("The mean"), "worst": N_("The worst")}


@dataclass(frozen=True, slots=True)
class MeasuredChoice:
    """field: id of the quantity, '' for the one with the most readings."""

    field: str = ""
    how: "How" = "latest"
    period: Period = Period()  # noqa: RUF009

    def is_lower_worse(self, theme: Theme) -> bool:
        """Whether the smallest number is the one to look at first."""
        field = theme.field(self.field)
        return field is not None and field.lower_is_worse


def how_words(how: "How") -> str:
    """Return what is said of a place's readings."""
    return _(_WORDS[how])


def read_measured(
    reader: "Reader", wanted: MeasuredChoice, found: "Filtered"
) -> "tuple[MeasuredChoice, list[Quantity], Numbers]":
    """Return what was measured, and one number for each place that the filter shows.

    The choice comes back with the quantity that is shown, where none was chosen.
    """
    quantities = reader.quantities()
    chosen = wanted
    if not wanted.field:
        known = [quantity.field for quantity in quantities]
        known += [field.id for field in measure_fields(reader.theme())]
        chosen = replace(wanted, field=next(iter(known), ""))
    asked = ReadingAsked(chosen.field, chosen.how, *chosen.period.bounds(datetime.now()))
    numbers = reader.reading_numbers(asked)
    is_shown = slice(None) if found.shown is None else found.shown
    return chosen, quantities, numbers.only(found.columns.row[is_shown])
