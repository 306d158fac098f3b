"""A small card under a button of the top bar: not modal, closed by Escape or a click elsewhere."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CARD, RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.actions import key_name
from collabmap.ui.preferences import application
from collabmap.ui.widgets.marks import paint_avatar


class MenuRow(QAbstractButton):
    """One line of a popover: icon or avatar, words, and at the right a key or a tick."""

    def __init__(self, text: str, icon: str = "", *, right: str = "") -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(text)
        self.icon_name = icon
        self.person: bytes | None = None
        self._right = right
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @classmethod
    def of(cls, action: QAction) -> "MenuRow":
        """Return a row that does an action and shows its key."""
        row = cls(action.text(), str(action.property("icon_name") or ""), right=key_name(action))
        row.setEnabled(action.isEnabled())
        row.clicked.connect(action.trigger)
        return row

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(14, 500)).horizontalAdvance(self.text()) + look.px(56)
        if self._right:
            width += QFontMetricsF(look.font(12)).horizontalAdvance(self._right) + look.px(24)
        return QSize(round(width), look.px(44))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isEnabled() and (self.underMouse() or self.isChecked()):
            ground = tokens.primary_soft if self.isChecked() else tokens.hover
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        ink = tokens.text if self.isEnabled() else tokens.disabled
        side = look.px(28 if self.person is not None else 20)
        middle = self.height() / 2
        icon = QRectF(look.px(22) - side / 2, middle - side / 2, side, side)
        if self.person is not None:
            paint_avatar(painter, icon, self.text(), self.person)
        elif self.icon_name:
            paint_icon(painter, self.icon_name, icon, ink)
        painter.setFont(look.font(14, 500))
        painter.setPen(QColor(ink))
        words = QRectF(look.px(46), 0, self.width() - look.px(56), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.isChecked():
            tick = look.px(18)
            where = QRectF(self.width() - look.px(30), middle - tick / 2, tick, tick)
            paint_icon(painter, "check-bold", where, tokens.primary)
        elif self._right:
            painter.setFont(look.font(12))
            painter.setPen(QColor(tokens.muted if self.isEnabled() else tokens.disabled))
            right = QRectF(0, 0, self.width() - look.px(12), self.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(right, flags, self._right)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.end()


class Popover(QFrame):
    """Fill `body`, then open_under(anchor).  It deletes itself when it closes."""

    def __init__(self, window: QWidget, name: str, *, width_px: int = 300) -> None:
        super().__init__(window)
        self._window = window
        self._anchor: QWidget | None = None
        self._width_px = width_px
        self.setObjectName("popover")
        self.setAccessibleName(name)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 3)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(8, 8, 8, 8)
        self.body.setSpacing(2)
        self._inside = inside
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setProperty("plain", True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        outer.addWidget(self._scroll)
        self.hide()

    def add(self, row: QAbstractButton, *, closes: bool = True) -> None:
        """Append a button.  closes: a click on it closes the popover, before its action runs."""
        if closes:
            row.clicked.connect(self.close_popover)
        self.body.addWidget(row)

    def open_under(self, anchor: QWidget) -> None:
        """Show below the anchor, or above where that has more room, and take the focus."""
        self._anchor = anchor
        width = min(look.px(self._width_px), self._window.width() - 16)
        width = max(width, min(self._inside.sizeHint().width() + 20, self._window.width() - 16))
        corner = anchor.mapTo(self._window, QPoint(anchor.width(), anchor.height() + 6))
        height = self._inside.heightForWidth(width - 4)
        height = max(height, self._inside.sizeHint().height()) + 6
        below = self._window.height() - corner.y() - 8
        above = corner.y() - anchor.height() - 12 - 8
        is_above = height > below and above > below
        height = min(height, above if is_above else below)
        top = corner.y() - anchor.height() - 12 - height if is_above else corner.y()
        left = max(8, min(corner.x() - width, self._window.width() - width - 8))
        self.setGeometry(left, top, width, height)
        self.show()
        self.raise_()
        application().installEventFilter(self)
        for child in self._inside.findChildren(QWidget):
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled():
                child.setFocus(Qt.FocusReason.PopupFocusReason)
                break

    def close_popover(self) -> None:
        """Close, and give the focus back to the anchor if nothing else took it."""
        application().removeEventFilter(self)
        focus = QApplication.focusWidget()
        had_focus = focus is None or self.isAncestorOf(focus)
        self.hide()
        if had_focus and self._anchor is not None:
            self._anchor.setFocus()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            is_inside = watched is self or self.isAncestorOf(watched)
            is_anchor = self._anchor is not None and watched is self._anchor
            if not is_inside and watched.window() is self._window:
                self.close_popover()
                # A second click on the anchor closes; it must not open again.
                return is_anchor and isinstance(event, QMouseEvent)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_popover()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_floating(painter, QRectF(self.rect()))
        painter.end()


def paint_floating(painter: QPainter, box: QRectF) -> None:
    """Paint the ground of a card that floats: a 2 px lower edge stands for the shadow."""
    tokens = look.tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.line_strong))
    painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
    painter.setBrush(QColor(tokens.raised))
    painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -2), RADIUS_CARD, RADIUS_CARD)
