"""A page in the map's place: choices at the left, what comes of them at the right."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from collabmap.ui import look
from collabmap.ui.widgets.tall import Tall

SIDE_BY_SIDE_PX = 780
COLUMN_PX = 500


class TwoColumns(QWidget):
    """Fill `left` and `right`; they stack where the page is narrow, and the page scrolls."""

    def __init__(self) -> None:
        super().__init__()
        inside = Tall()
        inside.setAutoFillBackground(False)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._left, self._right = QWidget(), QWidget()
        self.left, self.right = QVBoxLayout(self._left), QVBoxLayout(self._right)
        for column, layout in ((self._left, self.left), (self._right, self.right)):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(look.px(10))
            self._columns.addWidget(column, 1)
        self._columns.addStretch(0)
        self.scroll_area = QScrollArea(widgetResizable=True)
        self.scroll_area.setProperty("plain", True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(inside)
        self.scroll_area.viewport().setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.scroll_area)
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= look.px(SIDE_BY_SIDE_PX)
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        side, top = (36, 24) if is_wide else (20, 20)
        self._columns.setContentsMargins(side, top, side, 20)
        self._columns.setSpacing(look.px(28 if is_wide else 20))
        for column in (self._left, self._right):
            column.setMaximumWidth(look.px(COLUMN_PX) if is_wide else 16_777_215)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()
