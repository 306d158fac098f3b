"""A list of rows of one height, as many as there may be: what it costs doesn't grow with them."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyleOptionViewItem,
)

Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction


class LongList(QListView):
    """row_px: the height of every row.

    Qt's own list asks the model about every row whenever the rows are others, 1.2 s for a million;
    here a row's place is its number times its height.
    """

    def __init__(self, row_px: int) -> None:
        super().__init__()
        self._row_px = row_px
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)

    @property
    def row_count(self) -> int:
        model: QAbstractItemModel | None = self.model()
        return model.rowCount() if model is not None else 0

    def rank_at(self, y: int) -> int:
        """Return the number of the row at a height in the viewport; there may be none."""
        return (y + self.verticalOffset()) // self._row_px

    def ranks_in_view(self) -> range:
        """Return the rows that can be seen, also in part."""
        last = self.rank_at(max(0, self.viewport().height() - 1))
        return range(self.rank_at(0), min(last + 1, self.row_count))

    def sizeHint(self) -> QSize:
        # What a layout has left over, it gives: more than two rows are no need.
        return QSize(super().sizeHint().width(), 2 * self._row_px)

    # --- where the rows are --------------------------------------------------------------

    def doItemsLayout(self) -> None:
        self.resizeContents(self.viewport().width(), self.row_count * self._row_px)
        # Past QListView's, which goes through all rows.
        QAbstractItemView.doItemsLayout(self)
        self.verticalScrollBar().setSingleStep(self._row_px)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        top = index.row() * self._row_px - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._row_px)

    def indexAt(self, point: QPoint) -> QModelIndex:
        model: QAbstractItemModel | None = self.model()
        rank = self.rank_at(point.y())
        if model is None or not 0 <= rank < self.row_count:
            return QModelIndex()
        return model.index(rank, 0)

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        bar, box = self.verticalScrollBar(), self.visualRect(index)
        below = box.bottom() + 1 - self.viewport().height()
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + (box.top() + below) // 2)
        elif box.top() < 0 or hint is QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(bar.value() + box.top())
        elif below > 0:
            bar.setValue(bar.value() + below)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        last = self.row_count - 1
        page = max(1, self.viewport().height() // self._row_px - 1)
        rank = self.currentIndex().row()
        step = {
            _Action.MoveDown: 1,
            _Action.MoveNext: 1,
            _Action.MoveUp: -1,
            _Action.MovePrevious: -1,
            _Action.MovePageDown: page,
            _Action.MovePageUp: -page,
            _Action.MoveHome: -last - 1,
            _Action.MoveEnd: last + 1,
        }.get(action, 0)
        return self.model().index(max(0, min(last, rank + step)), 0)

    # --- what is selected ----------------------------------------------------------------

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.topLeft())
        if index.isValid():
            self.selectionModel().select(index, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region = region.united(QRegion(self.visualRect(index)))
        return region

    # --- painting ------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        usual = option.state & ~(QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus)
        pointer = self.viewport().mapFromGlobal(self.cursor().pos())
        lit = self.rank_at(pointer.y()) if self.viewport().underMouse() else -1
        current = self.currentIndex().row()
        model, selected = self.model(), self.selectionModel()
        for rank in self.ranks_in_view():
            index = model.index(rank, 0)
            option.rect = self.visualRect(index)
            if not option.rect.intersects(event.rect()):
                continue
            state = usual
            if selected.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if rank == lit:
                state |= QStyle.StateFlag.State_MouseOver
            if rank == current and self.hasFocus():
                state |= QStyle.StateFlag.State_HasFocus
            option.state = state
            self.itemDelegateForIndex(index).paint(painter, option, index)
        painter.end()
