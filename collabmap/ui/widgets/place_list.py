"""The list of places: one view with one delegate, bound to the map by id.

Under the places of the project it shows what else a search has found: streets, addresses, towns.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from collabmap.app.place_kinds import kind_icon, kind_words
from collabmap.app.words import _, format_distance, language
from collabmap.domain.feature import FeatureState, PlaceRow
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.render.symbology import badge_of
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_mark, symbology

if TYPE_CHECKING:
    from collabmap.app.place_search import FoundPlace

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 56


def state_words(state: FeatureState, *, disagreement: bool = False) -> str:
    """Return what became of a place, as in a second line."""
    if disagreement:
        return _("disagreement")
    return {
        FeatureState.PENDING: _("awaiting review"),
        FeatureState.ACCEPTED: _("reviewed"),
        FeatureState.CHANGE_PROPOSED: _("change proposed"),
        FeatureState.DELETE_PROPOSED: _("deletion proposed"),
        FeatureState.REJECTED: _("refused"),
    }[state]


class PlaceModel(QAbstractListModel):
    """The rows now listed, `found` after `rows`.  person: whose places are 'Yours'."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.person: bytes | None = None
        self.rows: list[PlaceRow] = []
        self.found: tuple[FoundPlace, ...] = ()

    def set_found(self, found: "Sequence[FoundPlace]") -> None:
        """Show what lies on the map beside the places of the project."""
        if tuple(found) != self.found:
            self.beginResetModel()
            self.found = tuple(found)
            self.endResetModel()

    def found_at(self, index: Index) -> "FoundPlace | None":
        """Return what was found at an index, None for a place of the project."""
        rank = index.row() - len(self.rows)
        return self.found[rank] if index.isValid() and rank >= 0 else None

    def set_rows(self, rows: list[PlaceRow], person: bytes | None) -> None:
        self.beginResetModel()
        # A name that was erased for good leaves the place, if others wrote of it too.
        self.rows = [row if row.name else replace(row, name=_("(removed)")) for row in rows]
        self.person = person
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows) + len(self.found)

    def index_of(self, feature: bytes | None) -> QModelIndex:
        for rank, row in enumerate(self.rows):
            if row.id == feature:
                return self.index(rank)
        return QModelIndex()

    def second_line(self, row: PlaceRow) -> str:
        """Return 'Yours · awaiting review' or 'Culture · reviewed'."""
        if self.person is not None and row.author == self.person:
            first = _("Yours")
        else:
            first = self.theme.category(row.category).label(language())
        return f"{first} · {state_words(row.state, disagreement=row.disagreement)}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if (found := self.found_at(index)) is not None:
            return _data_of_found(found, role)
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            category = self.theme.category(row.category).label(language())
            words = [row.name, category, self.second_line(row), format_distance(row.distance_m)]
            return ", ".join(words)
        return None


def found_line(found: "FoundPlace") -> str:
    """Return « Street · La Condamine, Monaco »."""
    return " · ".join(part for part in (kind_words(found.kind), found.where) if part)


def _data_of_found(found: "FoundPlace", role: int) -> object:
    if role == Qt.ItemDataRole.DisplayRole:
        return found.name
    if role == Qt.ItemDataRole.ToolTipRole:
        return "\n".join(part for part in (found.name, found.where, found.credit) if part)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        words = [found.name, kind_words(found.kind), found.where]
        if found.distance_m is not None:
            words.append(format_distance(found.distance_m))
        return ", ".join(word for word in words if word)
    return None


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
        row = None if found is not None else model.rows[index.row()]
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
            name, second, distance_m = row.name, model.second_line(row), row.distance_m
        else:
            assert found is not None
            is_first = bool(model.rows) and index.row() == len(model.rows)
            self._paint_found_icon(painter, box, found.kind, has_line=is_first)
            name, second, distance_m = found.name, found_line(found), found.distance_m or 0.0
        has_distance = self._view.shows_distance and (found is None or found.distance_m is not None)
        distance = format_distance(distance_m) if has_distance else ""
        self._paint_words(painter, box, (name, second, distance), is_selected=is_selected)
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

    def _paint_words(
        self, painter: QPainter, box: QRectF, words: tuple[str, str, str], *, is_selected: bool
    ) -> None:
        name, second, distance = words
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


class PlaceList(QListView):
    """lit_changed: id under the pointer or keyboard focus, None for none.  opened: id.

    picked: a FoundPlace was clicked or chosen with Enter.  left_upwards: the arrow up was pressed
    in the first row.
    """

    lit_changed = Signal(object)
    opened = Signal(object)
    picked = Signal(object)
    left_upwards = Signal()

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self.places = PlaceModel(theme)
        self.lit: bytes | None = None
        self.shows_distance = True
        self.setModel(self.places)
        self.setItemDelegate(PlaceDelegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.verticalScrollBar().setSingleStep(look.px(ROW_PX))
        self.entered.connect(lambda index: self.lit_changed.emit(self._id(index)))
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_activated)

    def _id(self, index: Index) -> bytes | None:
        rows = self.places.rows
        return rows[index.row()].id if index.isValid() and index.row() < len(rows) else None

    def _on_activated(self, index: QModelIndex) -> None:
        feature = self._id(index)
        if feature is not None:
            self.opened.emit(feature)
        elif (found := self.places.found_at(index)) is not None:
            self.picked.emit(found)

    def open_row(self, rank: int) -> None:
        """Do what Enter does in a row, as far as there is one."""
        index = self.places.index(rank)
        if index.isValid():
            self._on_activated(index)

    def set_found(self, found: "Sequence[FoundPlace]") -> None:
        """Show what a search has found on the map, under the places."""
        self.places.set_found(found)

    def set_rows(self, rows: list[PlaceRow], person: bytes | None) -> None:
        """Show other rows; the place that had the keyboard keeps it if it is still there."""
        current = self._id(self.currentIndex())
        self.places.set_rows(rows, person)
        index = self.places.index_of(current)
        if index.isValid():
            self.setCurrentIndex(index)

    def light(self, feature: bytes | None) -> None:
        """Show a place as pointed at (on the map)."""
        self.lit = feature
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self.lit_changed.emit(self._id(current))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Not for the mouse: the list would scroll away from under a click.
        by_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        if not by_mouse and not self.currentIndex().isValid() and self.places.rowCount():
            self.setCurrentIndex(self.places.index(0))
        self.lit_changed.emit(self._id(self.currentIndex()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upwards.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.lit_changed.emit(None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.lit_changed.emit(None)
