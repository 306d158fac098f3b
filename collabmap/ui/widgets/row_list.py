"""A list of places with whatever is to be said of each: one view, one delegate."""

from dataclasses import dataclass, replace

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
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from collabmap.app.words import _
from collabmap.domain.feature import FeatureState
from collabmap.domain.theme import Theme
from collabmap.render.symbology import PREVIEW_STATES
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.painted_line import paint_line
from collabmap.ui.widgets.tip import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 56


@dataclass(frozen=True, slots=True)
class Row:
    """badge: of symbology.PREVIEW_STATES, a state's name, or '' for the state's own."""

    id: bytes
    category: str
    name: str
    second: str
    right: str = ""
    state: FeatureState = FeatureState.ACCEPTED
    yours: bool = False
    badge: str = ""


class RowModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def set_rows(self, rows: list[Row]) -> None:
        self.beginResetModel()
        # A name that was erased for good leaves the place, if others wrote of it too.
        self.rows = [row if row.name else replace(row, name=_("(removed)")) for row in rows]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{row.name}\n{row.second}" if row.second else row.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.name, row.second, row.right) if part)
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: "RowList") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(look.px(200), look.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._view.model_of_rows.rows[index.row()]
        tokens, scale = look.tokens(), look.scale()
        box = QRectF(option.rect)
        state = option.state
        is_selected = self._view.can_open and bool(state & QStyle.StateFlag.State_Selected)
        is_lit = self._view.can_open and bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_selected or is_lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary_soft if is_selected else tokens.hover))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 8, 8)
        marks = symbology(self._view.theme, self._view.devicePixelRatioF() * scale)
        drawn = PREVIEW_STATES.get(row.badge, row.state)
        image = marks.mark(row.category, drawn, row.yours, badge=row.badge or None)
        middle = box.center().y()
        paint_mark(painter, image, QPointF(box.left() + look.px(28), middle), scale)
        left, right = box.left() + look.px(54), box.right() - look.px(10)
        painter.setFont(look.font(13))
        painter.setPen(QColor(tokens.muted))
        taken = QFontMetricsF(painter.font()).horizontalAdvance(row.right)
        upper = QRectF(left, middle - look.px(21), right - left, look.px(20))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, flags | Qt.AlignmentFlag.AlignRight, row.right)
        room = upper.adjusted(0, 0, -taken - (8 if taken else 0), 0)
        paint_line(painter, room, row.name, look.font(14, 600), tokens.text)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(19))
        ink = tokens.on_soft if is_selected else tokens.muted
        paint_line(painter, lower, row.second, look.font(13), ink)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(1, 2, -1, -2), 8, 8)
        painter.restore()


class RowList(QListView):
    """opened: id of a row that was clicked or chosen with Enter.  lit_changed: id or None.

    can_open: rows answer to the pointer.  grows: as high as its rows, for a body that scrolls.
    """

    opened = Signal(object)
    lit_changed = Signal(object)

    def __init__(
        self, theme: Theme, name: str, *, can_open: bool = True, grows: bool = False
    ) -> None:
        super().__init__()
        self.theme = theme
        self.can_open = can_open
        self._grows = grows
        self.model_of_rows = RowModel()
        self.setModel(self.model_of_rows)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(look.px(ROW_PX))
        if grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.entered.connect(lambda index: self.lit_changed.emit(self._id(index)))
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_activated)

    def follow_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.viewport().update()

    @property
    def rows(self) -> list[Row]:
        return self.model_of_rows.rows

    def set_rows(self, rows: list[Row]) -> None:
        self.model_of_rows.set_rows(rows)
        self.updateGeometry()

    def _id(self, index: Index) -> bytes | None:
        return self.rows[index.row()].id if index.isValid() else None

    def _on_activated(self, index: QModelIndex) -> None:
        feature = self._id(index)
        if feature is not None and self.can_open:
            self.opened.emit(feature)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._grows:
            return QSize(hint.width(), look.px(ROW_PX) * len(self.rows))
        return hint

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() if self._grows else QSize(look.px(120), look.px(ROW_PX))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.lit_changed.emit(None)
