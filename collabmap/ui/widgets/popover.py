"""A small card under a button or at a point: not modal, closed by Escape or a click elsewhere."""

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
from shiboken6 import isValid

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
        if self.isCheckable():
            width += look.px(28)
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
        room = self.width() - look.px(84 if self.isChecked() else 56)
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        words = QRectF(look.px(46), 0, room, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        if self.isChecked():
            tick = look.px(18)
            where = QRectF(self.width() - look.px(30), middle - tick / 2, tick, tick)
            paint_icon(painter, "check-bold", where, tokens.primary)
        elif self._right and self.width() >= self.sizeHint().width():
            # In a narrow window the words come first; the help lists the keys.
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
    """Fill `body`, then open_under(anchor) or open_at(point).  It deletes itself when it closes.

    Up and Down go from line to line, Home and End to the ends, Enter does what the line says.
    """

    def __init__(self, window: QWidget, name: str, *, width_px: int = 300) -> None:
        super().__init__(window)
        self._window = window
        self._anchor: QWidget | None = None
        self._back_to: QWidget | None = None
        self._is_at_point = False
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

    def open_under(self, anchor: QWidget, back_to: QWidget | None = None) -> None:
        """Show below the anchor, or above where that has more room, and take the focus.

        back_to: what has the keyboard once it closes; the anchor, if nothing is given.
        """
        self._anchor, self._back_to = anchor, back_to or anchor
        width, height = self._wanted_size()
        corner = anchor.mapTo(self._window, QPoint(anchor.width(), anchor.height() + 6))
        below = self._window.height() - corner.y() - 8
        above = corner.y() - anchor.height() - 12 - 8
        is_above = height > below and above > below
        height = min(height, above if is_above else below)
        top = corner.y() - anchor.height() - 12 - height if is_above else corner.y()
        self._show(corner.x() - width, top, width, height)

    def open_at(self, global_pos: QPoint) -> None:
        """Show with a corner at a point of the screen, and take the focus until it closes."""
        self._anchor = self._back_to = QApplication.focusWidget()
        self._is_at_point = True
        width, height = self._wanted_size()
        corner = self._window.mapFromGlobal(global_pos)
        height = min(height, self._window.height() - 16)
        is_at_left = corner.x() + width > self._window.width() - 8
        is_above = corner.y() + height > self._window.height() - 8 and corner.y() - height >= 8
        top = corner.y() - height if is_above else corner.y()
        top = max(8, min(top, self._window.height() - height - 8))
        self._show(corner.x() - width if is_at_left else corner.x(), top, width, height)

    def _wanted_size(self) -> tuple[int, int]:
        room = self._window.width() - 16
        width = min(look.px(self._width_px), room)
        width = max(width, min(self._inside.sizeHint().width() + 20, room))
        height = self._inside.heightForWidth(width - 4)
        return width, max(height, self._inside.sizeHint().height()) + 6

    def _show(self, left: int, top: int, width: int, height: int) -> None:
        left = max(8, min(left, self._window.width() - width - 8))
        self.setGeometry(left, top, width, height)
        self.show()
        self.raise_()
        application().installEventFilter(self)
        if lines := self._lines():
            lines[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _lines(self) -> list[QWidget]:
        """Return what the keyboard can reach, from top to bottom."""
        return [
            child
            for child in self._inside.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled()
        ]

    def close_popover(self) -> None:
        """Close, and give the focus back if nothing else took it."""
        application().removeEventFilter(self)
        focus = QApplication.focusWidget()
        had_focus = focus is None or self.isAncestorOf(focus)
        self.hide()
        if had_focus and self._back_to is not None and isValid(self._back_to):
            self._back_to.setFocus()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_line = isinstance(watched, QAbstractButton) and self.isAncestorOf(watched)
            return (is_line or watched is self) and self._take_key(event, watched)
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            is_inside = watched is self or self.isAncestorOf(watched)
            is_anchor = self._anchor is not None and watched is self._anchor
            if not is_inside and watched.window() is self._window:
                self.close_popover()
                if not isinstance(event, QMouseEvent):
                    return False
                # A second click on the anchor closes; it must not open again.  Nor does a click
                # beside a menu do more than close it, unless it asks for the next one.
                return is_anchor or (
                    self._is_at_point and event.button() == Qt.MouseButton.LeftButton
                )
        return False

    def _take_key(self, event: QKeyEvent, focus: QObject) -> bool:
        """Return whether a key was ours: buttons and the scroll area would take it elsewhere."""
        lines, key = self._lines(), event.key()
        if key == Qt.Key.Key_Escape:
            self.close_popover()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QAbstractButton):
            # A button takes the space bar alone.
            focus.click()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and lines:
            self._focus(lines[0 if key == Qt.Key.Key_Home else -1])
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and lines:
            step = 1 if key == Qt.Key.Key_Down else -1
            here = lines.index(focus) if focus in lines else -step
            self._focus(lines[(here + step) % len(lines)])
        else:
            return False
        return True

    def _focus(self, line: QWidget) -> None:
        line.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(line, 0, 8)

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
