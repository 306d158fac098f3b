"""Opening hours: in one line as people say them, or day by day."""

from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from collabmap.app.value_words import hours_words, spans_words
from collabmap.app.words import _
from collabmap.domain.opening_hours import Spans, Week, read_hours, write_hours
from collabmap.domain.theme import Field
from collabmap.errors import HoursUnreadable
from collabmap.ui.fields.lines import LineEditor
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.text import Text


def day_names() -> tuple[str, ...]:
    """Return the names of the days, Monday first, and of public holidays."""
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
        _("Public holidays"),
    )


class HoursEditor(LineEditor):
    """The line and the days say the same; whichever was written last counts."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.button = Button(
            _("Day by day"), "quiet", icon="chevron-down", height_px=40, is_flush=True
        )
        self.button.clicked.connect(self._open_days)
        self.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.days = QWidget()
        self.days.hide()
        self.column.addWidget(self.days)
        self.lines: list[LineField] = []
        self._last = 0

    # --- day by day ----------------------------------------------------------------------

    def _open_days(self) -> None:
        if not self.lines:
            self._build_days()
        is_open = self.days.isHidden()
        self.days.setVisible(is_open)
        self.button.set_icon("chevron-up" if is_open else "chevron-down")
        if is_open:
            self._fill_days()
            self.lines[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _build_days(self) -> None:
        grid = QGridLayout(self.days)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setSpacing(6)
        for rank, name in enumerate(day_names()):
            line = LineField(_("not open") if rank < 7 else _("not said"))
            line.setAccessibleName(name)
            line.textEdited.connect(lambda _text, rank=rank: self._on_day(rank))
            line.editingFinished.connect(self.left)
            line.returnPressed.connect(self.submitted)
            grid.addWidget(Text(name), rank, 0)
            grid.addWidget(line, rank, 1)
            self.lines.append(line)
        grid.setColumnStretch(1, 1)
        self.copy = Button("", "quiet", icon="content-copy", height_px=40, is_flush=True)
        self.copy.clicked.connect(self._copy)
        grid.addWidget(self.copy, len(self.lines), 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._say_copy()
        stops = [self.button, *self.lines, self.copy]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _say_copy(self) -> None:
        day = day_names()[self._last]
        self.copy.setText(_("Copy to the empty days: {day}").format(day=day))

    def _fill_days(self) -> None:
        week = read_hours(self.line.text())
        if week is None:
            return
        for line, spans in zip(self.lines, (*week.days, week.holidays), strict=True):
            closed = _("not open") if spans is not None and line is self.lines[-1] else ""
            line.setText(spans_words(spans) if spans else closed)
            # What is longer than the line shows how it begins.
            line.setCursorPosition(0)

    def _on_day(self, rank: int) -> None:
        if rank != self._last:
            self._last = min(rank, 6)
            self._say_copy()
        self._take_days()

    def _copy(self) -> None:
        """Write the hours of the day that was written last on those that have none."""
        words = self.lines[self._last].text()
        for line in self.lines[:7]:
            if not line.text().strip():
                line.setText(words)
                line.setCursorPosition(0)
        self._take_days()

    def _take_days(self) -> None:
        """Write what the days say in the line; what is half written there waits."""
        try:
            week = self._week_of_days()
        except HoursUnreadable:
            pass
        else:
            self.line.setText(hours_words(week) if week is not None else "")
        self.changed.emit()

    def _week_of_days(self) -> Week | None:
        """Return the week of the days.  Raises HoursUnreadable."""
        said = [self._spans_of(line.text()) for line in self.lines]
        if all(spans is None for spans in said):
            return None
        return Week(tuple(spans or () for spans in said[:7]), said[7])

    def _spans_of(self, text: str) -> Spans | None:
        if not text.strip():
            return None
        week = read_hours(text)
        if week is None:
            raise HoursUnreadable(field=self.field.id, label=self.field, value=text)
        return week.days[0]

    # --- as an editor --------------------------------------------------------------------

    def value(self) -> Any:
        if not self.days.isHidden() and any(line.text().strip() for line in self.lines):
            week = self._week_of_days()
            return write_hours(week) if week is not None else None
        return super().value()

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        if self.lines and not self.days.hasFocus() and not self._is_in_days():
            self._fill_days()

    def _is_in_days(self) -> bool:
        return any(line.hasFocus() for line in self.lines)

    def _on_edited(self) -> None:
        if self.lines:
            for line in self.lines:
                line.clear()
            self._fill_days()
        super()._on_edited()
