"""One choice of a filter: a box to tick, its picture, its words, and how many it would show."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from collabmap.app.words import format_number
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.widgets.choice import paint_focus_ring
from collabmap.ui.widgets.marks import paint_avatar, paint_mark, symbology
from collabmap.ui.widgets.tip import plain_tip

# Paints into a box; the colour is that of words.
Picture = Callable[[QPainter, QRectF, str], None]
_PICTURE_PX = 26


class FacetRow(QAbstractButton):
    """height_px: 44 for residents, 36 for coordinators.  is_only: one of several, not one more.

    is_plain: not a choice but a way somewhere, without a box.
    """

    def __init__(
        self,
        text: str,
        picture: Picture | None = None,
        *,
        height_px: int,
        is_only: bool = False,
        is_plain: bool = False,
    ) -> None:
        super().__init__()
        self.setText(text)
        self.count: int | None = None
        self._picture = picture
        self._height_px = height_px
        self._is_only = is_only
        self.setCheckable(not is_plain)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int) -> None:
        """Say how many places this choice would show."""
        if count != self.count:
            self.count = count
            self.setAccessibleName(f"{self.text()}, {format_number(count)}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), look.px(self._height_px))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        is_lit = self.isEnabled() and (self.underMouse() or self.isDown())
        if is_lit or self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary_soft if self.isChecked() else tokens.hover))
            ground = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
        middle, x = self.height() / 2, look.px(8)
        side = look.px(20)
        if self.isCheckable():
            self._paint_box(painter, QRectF(x, middle - side / 2, side, side))
            x += side + look.px(10)
        is_none = self.count == 0 and not self.isChecked()
        ink = tokens.on_soft if self.isChecked() else tokens.muted if is_none else tokens.text
        if self._picture is not None:
            side = look.px(_PICTURE_PX)
            self._picture(painter, QRectF(x, middle - side / 2, side, side), ink)
            x += side + look.px(8)
        count = format_number(self.count) if self.count is not None else ""
        painter.setFont(look.font(13))
        taken = QFontMetricsF(painter.font()).horizontalAdvance(count)
        right = self.width() - look.px(10)
        painter.setPen(QColor(ink if self.isChecked() else tokens.muted))
        where = QRectF(right - taken - 1, 0, taken + 1, self.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        painter.setFont(look.font(14, 500))
        painter.setPen(QColor(ink))
        words = QRectF(x, 0, right - taken - look.px(8) - x, self.height())
        shown = QFontMetricsF(painter.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width()
        )
        self.setToolTip(plain_tip(self.text()) if shown != self.text() else "")
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        paint_focus_ring(self, painter)
        painter.end()

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        tokens = look.tokens()
        radius = box.width() / 2 if self._is_only else 4
        if not self.isChecked():
            painter.setPen(QPen(QColor(tokens.line_strong), 1.6))
            painter.setBrush(QColor(tokens.surface))
            painter.drawRoundedRect(box.adjusted(0.8, 0.8, -0.8, -0.8), radius, radius)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.primary))
        painter.drawRoundedRect(box, radius, radius)
        paint_icon(painter, "check-bold", box.adjusted(3, 3, -3, -3), tokens.primary_text)


def category_picture(theme: Theme, category: str) -> Picture:
    """Return a painter of a category's mark."""

    def paint(painter: QPainter, box: QRectF, _ink: str) -> None:
        size = 0.72
        scale = look.scale() * size
        marks = symbology(theme, painter.device().devicePixelRatioF() * look.scale())
        paint_mark(painter, marks.mark(category, badge=""), box.center(), scale)

    return paint


def state_picture(state: str) -> Picture:
    """Return a painter of a state's sign on its soft colour.  state: a name of tokens.states."""

    def paint(painter: QPainter, box: QRectF, _ink: str) -> None:
        colours = look.tokens().states[state]
        painter.setPen(QPen(QColor(colours.mark), 1.2))
        painter.setBrush(QColor(colours.soft))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        side = box.width() * 0.58
        inner = QRectF(0, 0, side, side)
        inner.moveCenter(QPointF(box.center()))
        paint_icon(painter, colours.icon, inner, colours.text)

    return paint


def person_picture(person: bytes, name: str) -> Picture:
    """Return a painter of a person's initial."""
    return lambda painter, box, _ink: paint_avatar(painter, box, name, person)


def icon_picture(icon: str) -> Picture:
    """Return a painter of an icon in the colour of the words."""
    return lambda painter, box, ink: paint_icon(painter, icon, box.adjusted(3, 3, -3, -3), ink)
