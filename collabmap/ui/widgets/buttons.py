"""Buttons: filled, outlined, quiet and dangerous, with an icon and the key that does the same."""

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QEnterEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL, RADIUS_KEY_CAP
from collabmap.ui import look
from collabmap.ui.widgets.tip import plain_tip

Kind = Literal["primary", "outline", "quiet", "danger"]

# The size of the text and of the icon, by height: larger targets have larger words.
_SIZES = {52: (16, 20), 44: (15, 20), 36: (14, 18), 0: (13, 16)}


class Button(QPushButton):
    """One button.  At most one visible button of a screen is of kind 'primary'.

    height_px: 44 for residents, 52 to 58 for the primary one, 36 in message bars and menus.
    key: what stands in the key cap, '' for none.  is_flush: its words begin at its left edge.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "outline",
        *,
        icon: str = "",
        height_px: int = 44,
        key: str = "",
        is_flush: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.kind: Kind = kind
        self.icon_name = icon
        self.key = key
        self._is_flush = is_flush
        self._height_px = height_px
        self._is_hovered = False
        self._action: QAction | None = None
        self._own_text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @classmethod
    def of(
        cls,
        action: QAction,
        kind: Kind = "outline",
        *,
        height_px: int = 44,
        text: str = "",
        icon: str | None = None,
    ) -> "Button":
        """Return a button that does an action and follows its state; its tooltip tells the key.

        text, icon: instead of the action's own.
        """
        button = cls("", kind, height_px=height_px)
        button.icon_name = str(action.property("icon_name") or "") if icon is None else icon
        button._action, button._own_text = action, text
        # A method, not a closure: the connection must end with the button.
        action.changed.connect(button._follow_action)
        button.clicked.connect(action.trigger)
        button._follow_action()
        return button

    def _follow_action(self) -> None:
        action = self._action
        assert action is not None
        self.setText(self._own_text or action.text())
        self.setEnabled(action.isEnabled())
        self.setToolTip(action.toolTip())

    def set_kind(self, kind: Kind) -> None:
        """Fill it or not: another thing is to be done now."""
        self.kind = kind
        self.updateGeometry()
        self.update()

    def set_icon(self, name: str) -> None:
        self.icon_name = name
        self.updateGeometry()
        self.update()

    # --- measure -------------------------------------------------------------------------

    def _text_font(self) -> QFont:
        return look.font(self._text_px(), 600 if self.kind in ("primary", "danger") else 500)

    def _text_px(self) -> int:
        return next(text for height, (text, _icon) in _SIZES.items() if self._height_px >= height)

    def _icon_px(self) -> int:
        size = next(icon for height, (_text, icon) in _SIZES.items() if self._height_px >= height)
        return look.px(size)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._text_font())
        width = metrics.horizontalAdvance(self.text())
        if self.icon_name:
            width += self._icon_px() + (look.px(6) if self.text() else 0)
        if self.key:
            width += look.px(16) + self._key_width()
        padding = 0 if not self.text() or self._is_flush else look.px(14)
        height = look.target(self._height_px)
        return QSize(max(height, round(width + 2 * padding) + 2), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _key_width(self) -> float:
        metrics = QFontMetricsF(look.font(13, 600))
        return max(look.px(24), metrics.horizontalAdvance(self.key) + look.px(12))

    # --- paint ---------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self._is_hovered = event.type() == QEvent.Type.HoverEnter
            self.update()
        return super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Fusion reacts to Space only; people expect Enter on a focused button too.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Return (ground, edge, text)."""
        tokens = look.tokens()
        is_lit = self._is_hovered or self.isDown()
        if not self.isEnabled():
            if self.kind == "primary":
                # Where nothing is sunken, only an edge says that here is a button.
                flat = tokens.sunken == tokens.surface
                line = QColor(tokens.line) if flat else None
                return QColor(tokens.sunken), line, QColor(tokens.disabled)
            edge = None if self.kind == "quiet" else QColor(tokens.line)
            return None, edge, QColor(tokens.disabled)
        if self.kind == "primary":
            lit = tokens.primary_hover if is_lit else tokens.primary
            return QColor(lit), None, QColor(tokens.primary_text)
        ground = QColor(tokens.hover) if is_lit else None
        if self.kind == "quiet":
            if self.isCheckable() and self.isChecked():
                # An edge where contrast is high: no ground is coloured there.
                edge = QColor(tokens.primary) if tokens.edge_px > 1 else None
                return QColor(tokens.primary_soft), edge, QColor(tokens.on_soft)
            return ground, None, QColor(tokens.primary)
        ground = ground or QColor(tokens.surface)
        if self.kind == "danger":
            return ground, QColor(tokens.danger), QColor(tokens.danger)
        if self.isCheckable() and self.isChecked():
            return QColor(tokens.primary_soft), QColor(tokens.primary), QColor(tokens.on_soft)
        return ground, QColor(tokens.line_strong), QColor(tokens.text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        ground, edge, ink = self._colours()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if ground or edge:
            painter.setBrush(ground or Qt.BrushStyle.NoBrush)
            # Chosen shows in the weight of the edge too, not in its colour alone.
            width = 2 * tokens.edge_px if self.isChecked() else tokens.edge_px
            painter.setPen(QPen(edge, width) if edge else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        self._paint_inside(painter, ink)
        if self.hasFocus():
            self._paint_focus(painter, box)
        painter.end()

    def _paint_focus(self, painter: QPainter, box: QRectF) -> None:
        tokens = look.tokens()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # On the filled button the ring lies inside, on a gap, so that it stays 3:1 on its ground.
        inset = 3 if self.kind == "primary" else 1
        colour = tokens.primary_text if self.kind == "primary" else tokens.focus
        painter.setPen(QPen(QColor(colour), 2))
        radius = RADIUS_CONTROL - inset / 2
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)

    def _paint_inside(self, painter: QPainter, ink: QColor) -> None:
        font = self._text_font()
        metrics = QFontMetricsF(font)
        icon = self._icon_px() if self.icon_name else 0
        gap = look.px(6) if icon and self.text() else 0
        room = float(self.width()) - (0 if self._is_flush else look.px(8))
        if self.key:
            room -= self._key_width() + look.px(12)
        text = metrics.elidedText(
            self.text().replace("&", ""), Qt.TextElideMode.ElideRight, max(0, room - icon - gap)
        )
        width = icon + gap + metrics.horizontalAdvance(text)
        # With a key cap the words start at the left and the cap sits at the right.
        x = look.px(14) if self.key else (self.width() - width) / 2
        if self._is_flush:
            x = 0
        middle = self.height() / 2
        if icon:
            paint_icon(painter, self.icon_name, QRectF(x, middle - icon / 2, icon, icon), ink)
        painter.setFont(font)
        painter.setPen(ink)
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(x + icon + gap, baseline), text)
        if self.key:
            self._paint_key(painter, ink)

    def _paint_key(self, painter: QPainter, ink: QColor) -> None:
        width, height = self._key_width(), look.px(24)
        right = self.width() - look.px(14)
        box = QRectF(right - width, (self.height() - height) / 2, width, height)
        tokens = look.tokens()
        edge = ink if self.kind == "primary" else QColor(tokens.line_strong)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(box, RADIUS_KEY_CAP, RADIUS_KEY_CAP)
        painter.setFont(look.font(13, 600))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.key)


class IconButton(Button):
    """An icon without words: only where the design has one.  name: tooltip and accessible name."""

    def __init__(
        self, icon: str, name: str, *, side_px: int = 44, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "quiet", icon=icon, height_px=side_px, parent=parent)
        self.setToolTip(plain_tip(name))
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _icon_px(self) -> int:
        return look.px(22 if self._height_px >= 44 else 18)

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        ground, edge, ink = super()._colours()
        return ground, edge, QColor(look.tokens().text) if self.isEnabled() else ink
