"""What was measured at a place, on its card: the latest of each quantity, and the way to all."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.reading_words import measure_fields, sum_words, sums
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.feature import PlaceView
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# So many quantities are said on the card.
_SAID = 3


def readings_block(window: "MainWindow", place: PlaceView) -> QWidget | None:
    """Return what was measured at a place; None where nothing was and nothing is asked."""
    found = sums(place.measured)
    if not found and not measure_fields(window.theme, place.category):
        return None
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    if found:
        column.addWidget(Text(_("Measurements"), "second"))
    for one, _elements in found[:_SAID]:
        column.addWidget(Text(sum_words(window.theme, one), "body", wrap=True))
    if len(found) > _SAID:
        rest = len(found) - _SAID
        words = ngettext("and {count} other", "and {count} others", rest)
        column.addWidget(Text(words.format(count=format_number(rest)), "second"))
    words = _("Add a measurement")
    if found:
        count = format_number(sum(one.size for one, _elements in found))
        words = _("See the measurements ({count})").format(count=count)
    button = Button(words, "quiet", icon="chart-line", height_px=44, is_flush=True)
    button.clicked.connect(lambda: _open(window, place.id))
    column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    return widget


def _open(window: "MainWindow", place: bytes) -> None:
    # Imported late: pyqtgraph is not for those who look at no chart.
    from collabmap.ui.panels.readings import open_readings

    open_readings(window, place)
