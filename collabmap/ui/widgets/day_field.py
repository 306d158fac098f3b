"""A field for a day, written as people write it."""

import re
from datetime import date

from PySide6.QtCore import Signal

from collabmap.app.words import _
from collabmap.ui.widgets.fields import Labelled, LineField


def read_day(text: str, today: date, *, is_ahead: bool = False) -> date | None:
    """Return the day that '12/03/2026', '12/03' or '2026-03-12' means, None if it is none.

    is_ahead: a day without a year is the next such day from today on, else the one of this year.
    """
    parts = [int(part) for part in re.findall(r"\d+", text)]
    try:
        if re.fullmatch(r"\d{4}-\d\d?-\d\d?", text):
            return date(*parts)
        if len(parts) == 3:
            day, month, year = parts
            return date(year + 2000 * (year < 100), month, day)
        if len(parts) == 2:
            day, month = parts
            found = date(today.year, month, day)
            is_past = is_ahead and found < today
            return found.replace(year=today.year + 1) if is_past else found
    except ValueError:
        pass
    return None


def write_day(day: date | None) -> str:
    """Return '12/03/2026', '' for None."""
    return f"{day.day:02}/{day.month:02}/{day.year}" if day is not None else ""


class DayField(Labelled):
    """chosen: a day or None, once it is written and left."""

    chosen = Signal(object)

    def __init__(self, label: str) -> None:
        self.line = LineField(_("day/month/year"))
        super().__init__(label, self.line)
        self.line.editingFinished.connect(self._on_finished)

    def set_day(self, day: date | None) -> None:
        """Show a day that was chosen otherwise."""
        self.line.setText(write_day(day))
        self.set_error("")

    def _on_finished(self) -> None:
        text = self.line.text().strip()
        day = read_day(text, date.today()) if text else None
        is_wrong = bool(text) and day is None
        self.set_error(_("Write it as day/month/year.") if is_wrong else "")
        if not is_wrong:
            self.chosen.emit(day)
