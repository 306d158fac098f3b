"""The parts of "What we did": the head, the cards of the charts and the page they stand on."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.results import ICONS, Results, four_numbers
from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.number_card import NumberCard
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import ElidedText, Text

_WIDE_PX, _SIDE_PX, _FOUR_PX, _TITLE_PX = 860, 390, 720, 330


class NumbersTable(QTableWidget):
    """The numbers of a chart, for eyes and ears that prefer them."""

    def __init__(self, what: str) -> None:
        super().__init__(0, 2)
        self.setProperty("rows", True)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        for column, (words, side) in enumerate(zip((what, _("Places")), sides, strict=True)):
            head = QTableWidgetItem(words)
            head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, head)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # As large as the chart that it stands behind.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        self.setRowCount(len(rows))
        for number, (what, count) in enumerate(rows):
            self.setItem(number, 0, QTableWidgetItem(what))
            item = QTableWidgetItem(count)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(number, 1, item)
        self.setFont(look.font(13))
        self.verticalHeader().setDefaultSectionSize(look.px(26))


class ChartCard(Ground):
    """A chart under its title, and the table behind it."""

    def __init__(self, title: str, what: str, chart: QWidget, unit: str = "") -> None:
        """what: each row of the table stands for.  unit: what is counted, beside the title."""
        super().__init__("card")
        self.setAccessibleName(title)
        self.chart, self.table = chart, NumbersTable(what)
        self.table.setAccessibleName(title)
        self.switch = Button("", "quiet", height_px=32, is_flush=True)
        self.switch.clicked.connect(self._turn)
        self._stack = QStackedWidget()
        self._stack.addWidget(chart)
        self._stack.addWidget(self.table)
        head = QHBoxLayout()
        head.setSpacing(look.px(8))
        head.addWidget(Text(title, "strong"))
        head.addWidget(ElidedText(unit, "second"), 1)
        head.addWidget(self.switch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(16), look.px(6), look.px(14), look.px(8))
        layout.setSpacing(look.px(4))
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        self._say()

    @property
    def shows_table(self) -> bool:
        return self._stack.currentWidget() is self.table

    def _turn(self) -> None:
        self._stack.setCurrentIndex(1 - self._stack.currentIndex())
        self._say()

    def _say(self) -> None:
        self.switch.setText(_("See the chart") if self.shows_table else _("See the numbers"))


class ResultsHead(QWidget):
    """Title, which evening, and what can be done with it."""

    def __init__(self, publish: Button) -> None:
        super().__init__()
        self.which = Button("", "quiet", icon="calendar-month", height_px=36, is_flush=True)
        self.where = Text("", "muted")
        self.poster = Button(_("A3 poster…"), icon="printer", height_px=42)
        self.web = Button(_("Web page…"), icon="web", height_px=42)
        self.save = Button(_("Save the numbers…"), icon="content-save-outline", height_px=42)
        line = QHBoxLayout()
        line.setSpacing(look.px(8))
        line.addWidget(self.which)
        line.addWidget(self.where)
        line.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(_("What we did"), "page-title", wrap=True))
        words.addLayout(line)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.px(8))
        self._row.addLayout(words, 1)
        self._buttons = (self.poster, self.web, self.save, publish)
        self._flow = Flow(gap=look.px(8))
        for button in self._buttons:
            self._flow.add(button)
        self._may_save = False
        self._row.addWidget(self._flow, 0, Qt.AlignmentFlag.AlignTop)

    def allow(self, may_save: bool) -> None:
        """Offer to take home what is shown, once there is something."""
        self._may_save = may_save
        self.set_busy(False)

    def set_busy(self, is_busy: bool) -> None:
        """Offer nothing while something is written."""
        for button in (self.poster, self.web, self.save):
            button.setEnabled(self._may_save and not is_busy)

    def fit(self, width: int) -> None:
        """Put the buttons beside the title, or below it where there is little room."""
        gaps = look.px(8) * (len(self._buttons) - 1)
        wide = gaps + sum(button.sizeHint().width() for button in self._buttons)
        is_stacked = width < wide + look.px(_TITLE_PX)
        self._flow.setMinimumWidth(0 if is_stacked else wide)
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if is_stacked else direction.LeftToRight)


class FourNumbers(QWidget):
    """Places, people, links, and how much is reviewed."""

    def __init__(self) -> None:
        super().__init__()
        self.cards = tuple(NumberCard(icon) for icon in ICONS)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(14))
        self._columns = 0
        self._arrange(4)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(4 if self.width() >= look.px(_FOUR_PX) else 2)

    def show_results(self, found: Results) -> None:
        for card, words in zip(self.cards, four_numbers(found), strict=True):
            card.show_number(*words)


class ResultsPage(QWidget):
    """Head, four numbers, the replay, and the charts beside it, or below where it is narrow."""

    def __init__(
        self, head: ResultsHead, numbers: FourNumbers, replay: QWidget, charts: Sequence[QWidget]
    ) -> None:
        super().__init__()
        self._head, self._numbers, self._replay = head, numbers, replay
        inside = Tall()
        inside.setAutoFillBackground(False)
        self._whole = QVBoxLayout(inside)
        self._whole.setSpacing(look.px(14))
        self.empty = Text(
            _("Nobody has contributed yet. After the evening, this page tells what was done."),
            "lead",
            wrap=True,
        )
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(look.px(14))
        for number, chart in enumerate(charts):
            side.addWidget(chart, number)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(look.px(14))
        self._columns.addWidget(replay, 1)
        self._columns.addWidget(self._side)
        self._whole.addWidget(head)
        self._whole.addWidget(self.empty)
        self._whole.addWidget(numbers)
        self._whole.addLayout(self._columns, 1)
        self.scroll_area = QScrollArea(widgetResizable=True)
        self.scroll_area.setProperty("plain", True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(inside)
        self.scroll_area.viewport().setAutoFillBackground(False)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.scroll_area)
        self.show_any(False)
        self._arrange()

    def show_any(self, has_any: bool) -> None:
        """Show the evening, or that there was none."""
        self.empty.setVisible(not has_any)
        for part in (self._numbers, self._replay, self._side):
            part.setVisible(has_any)
        self._whole.setAlignment(Qt.AlignmentFlag(0) if has_any else Qt.AlignmentFlag.AlignTop)

    def _arrange(self) -> None:
        is_wide = self.width() >= look.px(_WIDE_PX)
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        side, top = (24, 18) if is_wide else (16, 14)
        self._head.fit(self.width() - 2 * side)
        self._whole.setContentsMargins(side, top, side, 16)
        self._side.setMinimumWidth(look.px(_SIDE_PX) if is_wide else 0)
        self._side.setMaximumWidth(look.px(_SIDE_PX) if is_wide else 16_777_215)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()
