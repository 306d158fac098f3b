"""Which period is looked at: a button that opens the usual ones, and two days to choose."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.reading_periods import NAMES, Name, Period, name_words
from collabmap.app.words import _
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.day_field import DayField
from collabmap.ui.widgets.popover import MenuRow, Popover


class PeriodChoice(QWidget):
    """chosen: a Period."""

    chosen = Signal(object)

    def __init__(self, *, height_px: int = 44) -> None:
        super().__init__()
        self.period = Period()
        self.button = Button("", icon="calendar-month", height_px=height_px)
        self.button.clicked.connect(self._open)
        self.first, self.last = DayField(_("From")), DayField(_("To, this day too"))
        for field in (self.first, self.last):
            field.chosen.connect(lambda _day: self._on_days())
        self._days = QWidget()
        row = QHBoxLayout(self._days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.first, 1)
        row.addWidget(self.last, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.button)
        column.addWidget(self._days)
        self.show_period(self.period)

    def show_period(self, period: Period) -> None:
        """Show a period that was chosen, here or elsewhere."""
        self.period = period
        self.button.setText(period.words())
        self.button.setAccessibleName(_("Period: {period}").format(period=period.words()))
        self._days.setVisible(period.name == "chosen")
        self.first.set_day(period.first)
        self.last.set_day(period.last)

    def _open(self) -> None:
        popover = Popover(self.window(), _("Period"), width_px=280)
        for name in NAMES:
            row = MenuRow(name_words(name))
            row.setCheckable(True)
            row.setChecked(name == self.period.name)
            row.clicked.connect(lambda _checked=False, name=name: self._choose(name))
            popover.add(row)
        popover.open_under(self.button)

    def _choose(self, name: Name) -> None:
        first = last = None
        if name == "chosen":
            first, last = self.period.first, self.period.last or date.today()
        self.show_period(Period(name, first, last))
        self.chosen.emit(self.period)
        if name == "chosen":
            self.first.line.setFocus()

    def _on_days(self) -> None:
        """Take the two days, once both can be read."""
        from collabmap.domain.written_times import read_day

        texts = [field.line.text().strip() for field in (self.first, self.last)]
        days = [read_day(text, date.today()) if text else None for text in texts]
        if any(text and day is None for text, day in zip(texts, days, strict=True)):
            return
        first, last = days
        if first is not None and last is not None and first > last:
            first, last = last, first
        if (first, last) != (self.period.first, self.period.last):
            self.show_period(Period("chosen", first, last))
            self.chosen.emit(self.period)
