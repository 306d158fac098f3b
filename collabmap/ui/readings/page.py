"""The page of readings: the chart, the numbers behind it, and what is said where there are none."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from collabmap.app.words import _
from collabmap.domain.reading_columns import Readings
from collabmap.ui import look
from collabmap.ui.readings.chart import ReadingChart
from collabmap.ui.readings.table import ReadingTable
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Empty, Ground
from collabmap.ui.widgets.text import Text


class ReadingPage(Ground):
    """removing: the rows that are chosen are to be taken away."""

    removing = Signal()

    def __init__(self) -> None:
        super().__init__("card")
        self.setAccessibleName(_("Measurements"))
        self.can_write = self.wants_table = False
        self.chart, self.table, self.empty = ReadingChart(), ReadingTable(), Empty()
        self.chart.picked.connect(self.table.point_at)
        self.table.pointed.connect(self.chart.set_cursor)
        self.table.removing.connect(self.removing)
        self.table.selectionModel().selectionChanged.connect(lambda *_some: self.allow())
        self.switch = Button("", "quiet", icon="table", height_px=36)
        self.switch.clicked.connect(self.turn)
        self.remove = Button(_("Take away"), "danger", icon="delete-outline", height_px=36)
        self.remove.clicked.connect(self.removing)
        self.copy = Button(_("Copy"), icon="content-copy", height_px=36)
        self.copy.clicked.connect(self.table.copy)
        self.heading = Text("", "title", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(look.px(8))
        head.addWidget(self.heading, 1)
        for button in (self.copy, self.remove, self.switch):
            head.addWidget(button)
        self._stack = QStackedWidget()
        for part in (self.chart, self.table, self.empty):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(18), look.px(12), look.px(18), look.px(14))
        column.setSpacing(look.px(8))
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def show_readings(self, readings: Readings, label: str) -> None:
        """Show the readings of a quantity, at least one.  label: what it is called."""
        unit = readings.unit
        self.heading.setText(f"{label} ({unit})" if unit else label)
        self.chart.show_readings(readings, label)
        self.table.shown.show_readings(readings)
        self._stack.setCurrentWidget(self.table if self.wants_table else self.chart)
        self.allow()

    def show_nothing(
        self,
        heading: str,
        icon: str,
        title: str,
        hint: str,
        button: tuple[str, str, Callable[[], object]] | None = None,
    ) -> None:
        """Say why there is nothing to show; see Empty.say."""
        self.heading.setText(heading)
        self.empty.say(icon, title, hint, button)
        self._stack.setCurrentWidget(self.empty)
        self.allow()

    @property
    def shows_table(self) -> bool:
        return self._stack.currentWidget() is self.table

    def turn(self) -> None:
        """Show the numbers instead of the chart, or the other way round."""
        self.wants_table = not self.wants_table
        self._stack.setCurrentWidget(self.table if self.wants_table else self.chart)
        self.allow()
        (self.table if self.wants_table else self.chart.plot).setFocus()

    def allow(self) -> None:
        """Offer what can be done with what is shown."""
        is_table, has_chosen = self.shows_table, bool(self.table.chosen())
        self.switch.setVisible(self._stack.currentWidget() is not self.empty)
        self.switch.setText(_("See the chart") if is_table else _("See the numbers"))
        self.switch.set_icon("chart-line" if is_table else "table")
        self.copy.setVisible(is_table)
        self.copy.setEnabled(has_chosen)
        self.remove.setVisible(is_table and self.can_write)
        self.remove.setEnabled(has_chosen)
