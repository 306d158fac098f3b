"""Chips: small round choices, with a sign, a word, a number or a key."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_KEY_CAP
from collabmap.ui import look
from collabmap.ui.widgets.tip import plain_tip

_SIDE_PX = 10


class Chip(QAbstractButton):
    """text: shown; name: for screen readers and tooltip.  state: the sign's, of tokens.states.

    icon: another sign than that of the state, in its colour.
    key: stands in a cap before the words.  closes: a cross after them says that it goes away.
    """

    def __init__(
        self,
        text: str,
        name: str,
        *,
        state: str = "",
        icon: str = "",
        key: str = "",
        closes: bool = False,
    ) -> None:
        super().__init__()
        self._icon = icon
        self.state = state
        self._key = key
        self._closes = closes
        self._name = name
        self.set_text(text)
        self.setToolTip(plain_tip(name))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(self._name if self._name == text else f"{self._name}: {text}")
        self.updateGeometry()
        self.update()

    def _lead(self) -> float:
        """Return the width of what stands before the words."""
        if self._key:
            return look.px(26)
        return look.px(18) if self.state else 0

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(13, 600)).horizontalAdvance(self.text())
        cross = look.px(20) if self._closes else 0
        width = max(look.px(40), width + self._lead() + cross + look.px(2 * _SIDE_PX) + 1)
        return QSize(round(width), look.px(34))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_on, is_lit = self.isChecked(), self.underMouse() or self.isDown()
        ground = tokens.primary_soft if is_on else tokens.hover if is_lit else tokens.surface
        painter.setBrush(QColor(ground))
        edge = QColor(tokens.primary if is_on else tokens.line_strong)
        painter.setPen(QPen(edge, tokens.edge_px + (0.6 if is_on else 0)))
        radius = box.height() / 2
        painter.drawRoundedRect(box, radius, radius)
        x = look.px(_SIDE_PX)
        middle = self.height() / 2
        if self._key:
            side = look.px(18)
            cap = QRectF(x - 1, middle - side / 2, side, side)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.line_strong), 1))
            painter.drawRoundedRect(cap, RADIUS_KEY_CAP, RADIUS_KEY_CAP)
            painter.setFont(look.font(11, 600))
            painter.setPen(QColor(tokens.text))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        elif self.state:
            side = look.px(14)
            icon = QRectF(x, middle - side / 2, side, side)
            colours = tokens.states[self.state]
            paint_icon(painter, self._icon or colours.icon, icon, colours.text)
        painter.setFont(look.font(13, 600))
        ink = tokens.disabled
        if self.isEnabled():
            ink = tokens.on_soft if is_on else tokens.text
        painter.setPen(QColor(ink))
        lead = self._lead()
        words = QRectF(x + lead, 0, self.width() - 2 * x - lead, self.height())
        if self._closes:
            side = look.px(14)
            cross = QRectF(self.width() - x - side, middle - side / 2, side, side)
            paint_icon(painter, "close", cross, ink)
            words.setRight(cross.left() - look.px(4))
        flags = Qt.AlignmentFlag.AlignVCenter
        if not lead:
            flags |= Qt.AlignmentFlag.AlignHCenter
        metrics = QFontMetricsF(painter.font())
        # A word too many ends in …; the whole is in the tooltip.
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width() + 1)
        painter.drawText(words, flags, shown)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box, radius, radius)
        painter.end()
