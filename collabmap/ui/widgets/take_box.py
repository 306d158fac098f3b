"""'take', a box and a key: whether one part of a proposal is taken."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from collabmap.app.words import _
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_KEY_CAP
from collabmap.ui import look
from collabmap.ui.widgets.choice import paint_focus_ring


class TakeBox(QCheckBox):
    """Ticked at first.  what: the part, for screen readers.  number: its key, 0 for none."""

    def __init__(self, what: str, number: int = 0) -> None:
        super().__init__(_("take"))
        self._key = str(number) if 0 < number <= 9 else ""
        self.setChecked(True)
        self.setAccessibleName(_("Take: {what}").format(what=what))
        if self._key:
            self.setAccessibleDescription(_("Key {key}").format(key=self._key))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _measures(self) -> tuple[float, float, float]:
        """Return the widths of the words, the box and the cap."""
        words = QFontMetricsF(look.font(13)).horizontalAdvance(self.text())
        return words, look.px(18), look.px(21) if self._key else 0.0

    def sizeHint(self) -> QSize:
        words, box, cap = self._measures()
        gaps = look.px(6) + (look.px(5) if cap else 0) + look.px(4)
        return QSize(round(words + box + cap + gaps) + 1, look.px(36))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        words, side, cap = self._measures()
        middle = self.height() / 2
        x = look.px(4)
        painter.setFont(look.font(13))
        painter.setPen(QColor(tokens.muted))
        painter.drawText(
            QRectF(x, 0, words + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        box = QRectF(x + words + look.px(6), middle - side / 2, side, side)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary))
            painter.drawRoundedRect(box, 4, 4)
            paint_icon(painter, "check-bold", box.adjusted(3, 3, -3, -3), tokens.primary_text)
        else:
            painter.setPen(QPen(QColor(tokens.line_strong), 1.6))
            painter.setBrush(QColor(tokens.surface))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if self._key:
            key = QRectF(box.right() + look.px(5), middle - cap / 2, cap, cap)
            painter.setPen(QPen(QColor(tokens.line_strong), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(key.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_KEY_CAP, 4)
            painter.setFont(look.font(12, 600))
            painter.setPen(QColor(tokens.text))
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, self._key)
        paint_focus_ring(self, painter)
        painter.end()
