"""How a line of the list of places is painted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from collabmap.app.place_kinds import kind_icon
from collabmap.app.words import format_distance
from collabmap.domain.feature import PlaceRow
from collabmap.render.icons import paint_icon
from collabmap.render.symbology import badge_of
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.place_model import Index, found_line

if TYPE_CHECKING:
    from collabmap.ui.widgets.place_list import PlaceList

ROW_PX = 56


class PlaceDelegate(QStyledItemDelegate):
    """Paints a row: mark or icon, name, what became of it or where it is, how far."""

    def __init__(self, view: "PlaceList") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(look.px(200), look.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self._view.places
        found = model.found_at(index)
        row = None if found is not None else model.place(index.row())
        tokens = look.tokens()
        box = QRectF(option.rect)
        state = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        is_lit = bool(state & QStyle.StateFlag.State_MouseOver)
        is_lit = is_lit or (row is not None and row.id == self._view.lit)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_selected or is_lit:
            painter.setBrush(QColor(tokens.primary_soft if is_selected else tokens.hover))
            painter.drawRoundedRect(box.adjusted(4, 1, -4, -1), 8, 8)
        if row is not None:
            self._paint_mark(painter, box, row)
            away_m = model.distance_m(row)
            words = row.name, model.second_line(index.row(), row), away_m
            self._paint_words(painter, box, words, is_selected=is_selected)
        elif found is not None:
            is_first = 0 < len(model.order) == index.row()
            self._paint_found_icon(painter, box, found.kind, has_line=is_first)
            words = found.name, found_line(found), found.distance_m
            self._paint_words(painter, box, words, is_selected=is_selected)
        else:
            self._paint_unknown(painter, box)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(5, 2, -5, -2), 8, 8)
        painter.restore()

    def _paint_mark(self, painter: QPainter, box: QRectF, row: PlaceRow) -> None:
        model, scale = self._view.places, look.scale()
        is_yours = model.person is not None and row.author == model.person
        marks = symbology(model.theme, self._view.devicePixelRatioF() * scale)
        badge = badge_of(row.state, row.disagreement) or ""
        image = marks.mark(row.category, row.state, is_yours, badge=badge)
        paint_mark(painter, image, QPointF(box.left() + look.px(44), box.center().y()), scale)

    def _paint_found_icon(
        self, painter: QPainter, box: QRectF, kind: str, *, has_line: bool
    ) -> None:
        """Paint what it is, without colour: it is of the map, nobody's contribution."""
        tokens = look.tokens()
        middle = QPointF(box.left() + look.px(44), box.center().y())
        half = look.px(11)
        icon = QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half)
        paint_icon(painter, kind_icon(kind), icon, tokens.muted)
        if has_line:
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(
                QPointF(box.left() + look.px(16), box.top() + 0.5),
                QPointF(box.right() - look.px(16), box.top() + 0.5),
            )

    def _paint_unknown(self, painter: QPainter, box: QRectF) -> None:
        """Paint where mark and words will be, while the line is being read."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.tokens().sunken))
        middle = QPointF(box.left() + look.px(44), box.center().y())
        painter.drawEllipse(middle, look.px(14), look.px(14))
        left, high = box.left() + look.px(70), look.px(10)
        for top, width in ((-look.px(15), 0.55), (look.px(6), 0.35)):
            bar = QRectF(left, middle.y() + top, (box.right() - left) * width, high)
            painter.drawRoundedRect(bar, high / 2, high / 2)

    def _paint_words(
        self,
        painter: QPainter,
        box: QRectF,
        words: tuple[str, str, float | None],
        *,
        is_selected: bool,
    ) -> None:
        name, second, away_m = words
        distance = format_distance(away_m) if away_m is not None else ""
        tokens, middle = look.tokens(), box.center().y()
        left = box.left() + look.px(70)
        right = box.right() - look.px(16)
        painter.setFont(look.font(13))
        painter.setPen(QColor(tokens.muted))
        taken = QFontMetricsF(painter.font()).horizontalAdvance(distance)
        upper = QRectF(left, middle - look.px(21), right - left, look.px(20))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, flags | Qt.AlignmentFlag.AlignRight, distance)
        self._paint_line(painter, upper.adjusted(0, 0, -taken - 8, 0), name, 14, 600)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(19))
        painter.setPen(QColor(tokens.on_soft if is_selected else tokens.muted))
        self._paint_line(painter, lower, second, 13, 400, "keep")

    def _paint_line(
        self, painter: QPainter, box: QRectF, text: str, size: int, weight: int, ink: str = ""
    ) -> None:
        font = look.font(size, weight)
        painter.setFont(font)
        if ink != "keep":
            painter.setPen(QColor(look.tokens().text))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
