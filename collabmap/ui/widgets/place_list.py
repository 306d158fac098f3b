"""The list of places: one view with one delegate, bound to the map by id."""

from dataclasses import replace

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
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from collabmap.app.words import _, format_distance, language
from collabmap.domain.feature import FeatureState, PlaceRow
from collabmap.domain.theme import Theme
from collabmap.render.symbology import badge_of
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_mark, symbology

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
    """The rows now listed.  person: whose places are 'Yours'."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.person: bytes | None = None
        self.rows: list[PlaceRow] = []

    def set_rows(self, rows: list[PlaceRow], person: bytes | None) -> None:
        self.beginResetModel()
        # A name that was erased for good leaves the place, if others wrote of it too.
        self.rows = [row if row.name else replace(row, name=_("(removed)")) for row in rows]
        self.person = person
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

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


class PlaceDelegate(QStyledItemDelegate):
    """Paints a row: mark, name, what became of it, how far."""

    def __init__(self, view: "PlaceList") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(look.px(200), look.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self._view.places
        row = model.rows[index.row()]
        tokens, scale = look.tokens(), look.scale()
        box = QRectF(option.rect)
        state = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        is_lit = bool(state & QStyle.StateFlag.State_MouseOver) or row.id == self._view.lit
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_selected or is_lit:
            painter.setBrush(QColor(tokens.primary_soft if is_selected else tokens.hover))
            painter.drawRoundedRect(box.adjusted(4, 1, -4, -1), 8, 8)
        is_yours = model.person is not None and row.author == model.person
        marks = symbology(model.theme, self._view.devicePixelRatioF() * scale)
        badge = badge_of(row.state, row.disagreement) or ""
        image = marks.mark(row.category, row.state, is_yours, badge=badge)
        middle = box.center().y()
        paint_mark(painter, image, QPointF(box.left() + look.px(44), middle), scale)
        left = box.left() + look.px(70)
        right = box.right() - look.px(16)
        distance = format_distance(row.distance_m) if self._view.shows_distance else ""
        painter.setFont(look.font(13))
        painter.setPen(QColor(tokens.muted))
        taken = QFontMetricsF(painter.font()).horizontalAdvance(distance)
        upper = QRectF(left, middle - look.px(21), right - left, look.px(20))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, flags | Qt.AlignmentFlag.AlignRight, distance)
        self._paint_line(painter, upper.adjusted(0, 0, -taken - 8, 0), row.name, 14, 600)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(19))
        painter.setPen(QColor(tokens.on_soft if is_selected else tokens.muted))
        self._paint_line(painter, lower, model.second_line(row), 13, 400, "keep")
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(5, 2, -5, -2), 8, 8)
        painter.restore()

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
    """lit_changed: id under the pointer or keyboard focus, None for none.  opened: id."""

    lit_changed = Signal(object)
    opened = Signal(object)

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
        return self.places.rows[index.row()].id if index.isValid() else None

    def _on_activated(self, index: QModelIndex) -> None:
        feature = self._id(index)
        if feature is not None:
            self.opened.emit(feature)

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
        if not by_mouse and not self.currentIndex().isValid() and self.places.rows:
            self.setCurrentIndex(self.places.index(0))
        self.lit_changed.emit(self._id(self.currentIndex()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.lit_changed.emit(None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.lit_changed.emit(None)
