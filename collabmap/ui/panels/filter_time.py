"""When a place was added: today, these days, a month, or between two days."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.map_filter import Period
from collabmap.ui.filter_words import period_words
from collabmap.ui.widgets.day_field import DayField
from collabmap.ui.widgets.facet_row import FacetRow

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

ALWAYS: Period = (None, None)


class TimeChoice(QWidget):
    """It follows the filter of the window; the choice that is on goes off by a second click."""

    def __init__(self, window: "MainWindow", height_px: int) -> None:
        super().__init__()
        self._window = window
        self._height_px = height_px
        self.rows: dict[Period, FacetRow] = {}
        self.first, self.last = DayField(_("First day")), DayField(_("Last day"))
        self.first.chosen.connect(lambda day: self._choose((day, self._period[1])))
        self.last.chosen.connect(lambda day: self._choose((self._period[0], day)))
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        between = QHBoxLayout()
        between.setSpacing(8)
        between.addWidget(self.first)
        between.addWidget(self.last)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._list)
        layout.addLayout(between)
        window.filter.changed.connect(self._follow)
        window.filter.answered.connect(self._follow)
        self._follow()

    @property
    def _period(self) -> Period:
        return self._window.filter.current.period

    def _choose(self, period: Period) -> None:
        first, last = period
        if first is not None and last is not None and first > last:
            first, last = last, first
        state = self._window.filter
        state.set(replace(state.current, first_day=first, last_day=last))

    def _follow(self) -> None:
        answer = self._window.filter.answer
        periods = answer.periods if answer is not None else {}
        if list(self.rows) != list(periods):
            self._build(list(periods))
        for period, row in self.rows.items():
            row.setChecked(period == self._period)
            row.set_count(periods[period])
        for field, day in zip((self.first, self.last), self._period, strict=True):
            if not field.line.hasFocus():
                field.set_day(day)

    def _build(self, periods: list[Period]) -> None:
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows = {}
        today = date.today()
        for period in periods:
            row = FacetRow(period_words(period, today), height_px=self._height_px, is_only=True)
            row.clicked.connect(lambda on, p=period: self._choose(p if on else ALWAYS))
            self._list.addWidget(row)
            self.rows[period] = row
