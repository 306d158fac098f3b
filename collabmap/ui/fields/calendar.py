"""A calendar in a popover, to pick a day of it; arrows and Enter do it too."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget

from collabmap.app.words import _, language
from collabmap.render.icons import icon_image
from collabmap.ui import look
from collabmap.ui.widgets.popover import Popover


class Calendar(QCalendarWidget):
    """A month, Monday first, in our colours: Qt paints weekends red and weeks with numbers."""

    def __init__(self, day: date) -> None:
        super().__init__()
        tokens = look.tokens()
        self.setLocale(QLocale("fr_FR" if language() == "fr" else "en_GB"))
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setGridVisible(False)
        self.setSelectedDate(QDate(day.year, day.month, day.day))
        self.setAccessibleName(_("Calendar"))
        plain = QTextCharFormat()
        plain.setForeground(QColor(tokens.text))
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(weekday, plain)
        head = QTextCharFormat()
        head.setForeground(QColor(tokens.muted))
        head.setBackground(QColor(tokens.raised))
        self.setHeaderTextFormat(head)
        self.setMinimumSize(look.px(300), look.px(270))
        for name, icon, words in (
            ("qt_calendar_prevmonth", "chevron-left", _("The month before")),
            ("qt_calendar_nextmonth", "chevron-right", _("The month after")),
        ):
            button = self.findChild(QToolButton, name)
            if button is not None:
                image = icon_image(icon, look.px(20), tokens.primary_text, self.devicePixelRatioF())
                button.setIcon(QIcon(QPixmap.fromImage(image)))
                button.setAccessibleName(words)
                button.setToolTip(words)
                button.setMinimumSize(look.px(36), look.px(36))


def pick_day(
    window: QWidget, anchor: QWidget, day: date, done: Callable[[date], object]
) -> Popover:
    """Open a calendar under a button; done(day) once one is picked."""
    popover = Popover(window, _("Calendar"), width_px=320)
    calendar = Calendar(day)

    def on_day(picked: QDate) -> None:
        popover.close_popover()
        done(date(picked.year(), picked.month(), picked.day()))

    calendar.clicked.connect(on_day)
    calendar.activated.connect(on_day)
    popover.body.addWidget(calendar)
    popover.open_under(anchor)
    calendar.setFocus(Qt.FocusReason.PopupFocusReason)
    return popover
