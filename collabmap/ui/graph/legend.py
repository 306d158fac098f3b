"""The shapes of the graph and what they stand for; each also shows or hides its nature."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from collabmap.app.ecosystem_words import nature_words
from collabmap.app.words import _
from collabmap.domain.theme import Nature, Shape
from collabmap.render.icons import paint_icon
from collabmap.render.mark_shapes import shape_path
from collabmap.ui import look

_RADIUS = 8.0


class NatureChip(QAbstractButton):
    """Checked: what is of this nature is shown.  shape: how the theme draws it."""

    def __init__(self, nature: Nature, shape: Shape) -> None:
        super().__init__()
        self.nature = nature
        self._shape: Shape = shape
        self.setText(nature_words(nature))
        self.setCheckable(True)
        self.setChecked(True)
        self.toggled.connect(self._on_toggled)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._on_toggled()

    def _on_toggled(self) -> None:
        words = _("{nature}, shown") if self.isChecked() else _("{nature}, hidden")
        self.setAccessibleName(words.format(nature=self.text()))
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(13, 500)).horizontalAdvance(self.text())
        return QSize(round(width) + look.px(36), look.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        is_on = self.isChecked()
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        middle = self.height() / 2
        ink = tokens.text if is_on else tokens.muted
        painter.save()
        painter.translate(look.px(15), middle)
        painter.scale(look.scale(), look.scale())
        if is_on:
            painter.setBrush(QColor(tokens.sunken))
            painter.setPen(QPen(QColor(tokens.muted), 1.8))
            painter.drawPath(shape_path(self._shape, _RADIUS))
        else:
            paint_icon(painter, "eye-off-outline", QRectF(-8, -8, 16, 16), ink)
        painter.restore()
        font = look.font(13, 500)
        font.setStrikeOut(not is_on)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        words = QRectF(look.px(29), 0, self.width() - look.px(29), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()
