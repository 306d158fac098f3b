"""The list to look through before many are decided: each with a box, taken out with Space."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from collabmap.app.words import _
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.review.queue_rows import QueueRow
from collabmap.ui import look
from collabmap.ui.widgets.long_list import LongList
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.painted_line import paint_line
from collabmap.ui.widgets.tip import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 52
_STATES = {"new": "new", "change": "change_proposed", "delete": "delete_proposed"}


def kind_word(kind: str) -> str:
    """Return what is proposed, in one word."""
    return {"new": _("New"), "change": _("Change"), "delete": _("Deletion")}[kind]


def second_line(row: QueueRow) -> str:
    """Return 'New · Inès · La Condamine, Monaco'."""
    parts = [kind_word(row.kind), row.author_name or _("somebody"), row.where]
    return " · ".join(part for part in parts if part)


class _Model(QAbstractListModel):
    """out: the ids of those that were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[QueueRow] = ()
        self.out: set[bytes] = set()

    def set_rows(self, rows: Sequence[QueueRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        name = row.name or _("(removed)")
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{name}\n{second_line(row)}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            taken = _("left out") if row.id in self.out else _("taken along")
            return f"{name}, {second_line(row)}, {taken}"
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: "BulkList") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(look.px(160), look.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._view.rows[index.row()]
        is_out = row.id in self._view.out
        tokens, scale = look.tokens(), look.scale()
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(tokens.hover))
        middle = box.center().y()
        _paint_box(
            painter, QRectF(look.px(12), middle - look.px(10), look.px(20), look.px(20)), is_out
        )
        marks = symbology(self._view.theme, self._view.devicePixelRatioF() * scale)
        mark = marks.mark(row.category, badge="")
        paint_mark(painter, mark, QPointF(look.px(56), middle), scale)
        left, right = look.px(78), box.right() - look.px(40)
        upper = QRectF(left, middle - look.px(20), right - left, look.px(20))
        ink = tokens.muted if is_out else tokens.text
        paint_line(painter, upper, row.name or _("(removed)"), look.font(14, 600), ink)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(18))
        paint_line(painter, lower, second_line(row), look.font(13), tokens.muted)
        colours = tokens.states[_STATES[row.kind]]
        side = look.px(16)
        sign = QRectF(box.right() - look.px(30), middle - side / 2, side, side)
        paint_icon(painter, colours.icon, sign, colours.text)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        painter.restore()


def _paint_box(painter: QPainter, box: QRectF, is_out: bool) -> None:
    tokens = look.tokens()
    if is_out:
        painter.setPen(QPen(QColor(tokens.line_strong), 1.6))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.primary))
    painter.drawRoundedRect(box, 4, 4)
    paint_icon(painter, "check-bold", box.adjusted(3, 3, -3, -3), tokens.primary_text)


class BulkList(LongList):
    """changed: something was taken out or in.  done: Enter was pressed.

    lit_changed: id under the keyboard, None for none.

    out: the ids of those that were taken out.
    """

    changed = Signal()
    done = Signal()
    lit_changed = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(look.px(ROW_PX))
        self.theme = theme
        self._model = _Model()
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)

    def follow_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.viewport().update()

    @property
    def rows(self) -> Sequence[QueueRow]:
        return self._model.rows

    @property
    def out(self) -> set[bytes]:
        return self._model.out

    def set_rows(self, rows: Iterable[QueueRow]) -> None:
        """Show other rows; what was taken out stays so."""
        self._model.set_rows(list(rows))
        if self._model.rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.lit_changed.emit(self.rows[current.row()].id if current.isValid() else None)

    def toggle(self, index: QModelIndex) -> None:
        """Take one out, or in again."""
        if index.isValid():
            self.out.symmetric_difference_update({self.rows[index.row()].id})
            self._model.dataChanged.emit(index, index)
            self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggle(self.indexAt(event.position().toPoint()))
