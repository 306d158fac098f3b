"""A person and how much is theirs."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _, format_number
from collabmap.domain.feature import PersonView
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_avatar
from collabmap.ui.widgets.tip import plain_tip

MAX_NAME_PX = 130


class PersonCount(QWidget):
    """Initial, name and number in one line."""

    def __init__(self, person: PersonView, count: int) -> None:
        super().__init__()
        self._person = person
        self._name = person.name or _("somebody")
        self._count = format_number(count)
        self.setAccessibleName(f"{self._name}, {self._count}")
        self.setToolTip(plain_tip(self._name))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _name_width(self) -> float:
        width = QFontMetricsF(look.font(13)).horizontalAdvance(self._name)
        return min(width, look.px(MAX_NAME_PX)) + 1

    def sizeHint(self) -> QSize:
        number = QFontMetricsF(look.font(13, 600)).horizontalAdvance(self._count)
        return QSize(round(look.px(44) + self._name_width() + number + 8), look.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        side = look.px(26)
        avatar = QRectF(1, (self.height() - side) / 2, side, side)
        paint_avatar(painter, avatar, self._name, self._person.id)
        left = look.px(34)
        painter.setFont(look.font(13))
        painter.setPen(QColor(tokens.text))
        width = self._name_width()
        name = QFontMetricsF(painter.font()).elidedText(
            self._name, Qt.TextElideMode.ElideRight, width
        )
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, 0, width, self.height()), flags, name)
        painter.setFont(look.font(13, 600))
        painter.setPen(QColor(tokens.muted))
        number = QRectF(left + width + look.px(5), 0, self.width(), self.height())
        painter.drawText(number, flags, self._count)
        painter.end()
