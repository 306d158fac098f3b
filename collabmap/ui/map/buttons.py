"""The three buttons on the map: nearer, further, the whole map."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL, TARGET_RESIDENT
from collabmap.ui import look

MARGIN = 12
GAP = 4
# How high the lines in the lower corners of a map are at the most.
_CREDITS = 28


class MapButton(QAbstractButton):
    """An icon on a floating square."""

    def __init__(self, icon: str, parent: QWidget, on_click: Callable[[], None]) -> None:
        super().__init__(parent)
        self.icon_name = icon
        self._seen: tuple[object, ...] = ()
        self._picture: QPixmap | None = None
        self.clicked.connect(lambda: on_click())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_name(self, name: str) -> None:
        """Say what it does: as tooltip and to screen readers."""
        self.setToolTip(name)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        side = max(TARGET_RESIDENT, look.px(TARGET_RESIDENT))
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        # The map is painted again under it in every frame: what it looks like is kept.
        is_lit = (self.underMouse() and self.isEnabled()) or self.isDown()
        state = is_lit, self.isChecked(), self.hasFocus(), self.isEnabled()
        words = self.icon_name, self.text()
        seen = (look.tokens(), look.scale(), self.size(), self.devicePixelRatioF(), state, words)
        if self._picture is None or seen != self._seen:
            self._seen, self._picture = seen, self._painted(is_lit)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _painted(self, is_lit: bool) -> QPixmap:
        tokens, dpr = look.tokens(), self.devicePixelRatioF()
        picture = QPixmap(self.size() * dpr)
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = tokens.hover if is_lit else tokens.raised
            if self.isChecked():
                ground = tokens.primary_soft
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            # The lower edge is thicker: what floats has no shadow here.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.line_strong))
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
            painter.setBrush(QColor(ground))
            painter.setPen(QPen(QColor(tokens.line_strong), tokens.edge_px))
            inner = box.adjusted(0, 0, 0, -1)
            painter.drawRoundedRect(inner, RADIUS_CONTROL, RADIUS_CONTROL)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(tokens.focus), 2))
                painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 7, 7)
            self.paint_inside(painter, inner, tokens.text if self.isEnabled() else tokens.disabled)
        finally:
            painter.end()
        return picture

    def paint_inside(self, painter: QPainter, box: QRectF, ink: str) -> None:
        """Paint what stands on the button."""
        side = look.px(20)
        icon = QRectF(0, 0, side, side)
        icon.moveCenter(box.center())
        paint_icon(painter, self.icon_name, icon, ink)


def arrange(buttons: list[MapButton], width: int, height: int) -> None:
    """Put the buttons one below another into the upper right corner of the map.

    Where they would reach down to who made the map, they stand side by side.
    """
    sizes = [button.sizeHint() for button in buttons]
    room = height - look.px(_CREDITS)
    is_column = MARGIN + sum(size.height() + GAP for size in sizes) <= room
    right, top = width - MARGIN, MARGIN
    if not is_column:
        right -= sum(size.width() + GAP for size in sizes[1:])
    for button, size in zip(buttons, sizes, strict=True):
        button.setGeometry(right - size.width(), top, size.width(), size.height())
        if is_column:
            top += size.height() + GAP
        else:
            right += size.width() + GAP
