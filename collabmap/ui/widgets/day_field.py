"""A field for a day, written as people write it."""

from datetime import date

from PySide6.QtCore import Signal

from collabmap.app.words import _
from collabmap.domain.written_times import read_day
from collabmap.ui.widgets.fields import Labelled, LineField


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
