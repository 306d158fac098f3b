"""The list of the queue: as many lines as there may be, with headings where they are grouped."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.review.queue import ReviewItem
from collabmap.review.queue_rows import QueueRow
from collabmap.ui import look
from collabmap.ui.panels.review_queue import (
    STATES,
    is_told,
    kind_word,
    name_of,
    row_line,
    second_line,
)
from collabmap.ui.review_order import Line, Lines, ReviewOrder
from collabmap.ui.widgets.long_list import LongList
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.painted_line import paint_line
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.ui.tasks import Tasks

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 54
# So many second lines are kept that took a card to know.
_KEPT = 4096


def count_words(count: int) -> str:
    """Return '43 to review'."""
    words = ngettext("{count} to review", "{count} to review", count)
    return words.format(count=format_number(count))


class QueueModel(QAbstractListModel):
    """words_wanted: some lines in view don't know their second line yet; see `wanted`.

    heading: the words over a group.
    """

    words_wanted = Signal()

    def __init__(self, order: ReviewOrder, heading: Callable[[QueueRow], str]) -> None:
        super().__init__()
        self._order = order
        self._heading = heading
        self.lines: Lines = order.lines()
        self._words: OrderedDict[bytes, str] = OrderedDict()
        self._wanted: dict[bytes, None] = {}
        self._asked: set[bytes] = set()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.words_wanted)

    def follow(self) -> None:
        """Show the queue as it is now."""
        self.beginResetModel()
        self.lines = self._order.lines()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def line(self, at: int) -> Line:
        return self.lines.line(at)

    def heading_words(self, line: Line) -> str:
        return self._heading(line.first)

    def is_put_off(self, row: QueueRow) -> bool:
        return self._order.is_put_off(row.id)

    def row_of(self, id_: bytes | None) -> QModelIndex:
        at = self.lines.place_of(id_)
        return QModelIndex() if at is None else self.index(at)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not self.lines.is_current:
            # Asked between a change of the queue and `follow`, as when the list takes the focus.
            return Qt.ItemFlag.NoItemFlags
        if index.isValid() and self.line(index.row()).row is None:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    # --- second lines --------------------------------------------------------------------

    def second_line(self, row: QueueRow) -> str:
        """Return the second line; what only its card knows is asked for."""
        if is_told(row):
            return row_line(row)
        known = self._words.get(row.id)
        if known is None and row.id not in self._asked:
            self._wanted[row.id] = None
            if not self._timer.isActive():
                self._timer.start()
        return known or row_line(row)

    def wanted(self, in_view: frozenset[bytes]) -> frozenset[bytes]:
        """Return the features in view whose cards tell more, and want nothing else any more."""
        found = in_view & self._wanted.keys()
        self._wanted.clear()
        self._asked |= found
        return found

    def take_words(
        self, asked: frozenset[bytes], items: Iterable[ReviewItem | None], theme: Theme
    ) -> None:
        """Keep second lines that were asked for."""
        found = (item for item in items if item is not None)
        self._words.update({item.id: second_line(item, theme) for item in found})
        self._asked -= asked
        while len(self._words) > _KEPT:
            self._words.popitem(last=False)
        if len(self.lines):
            self.dataChanged.emit(self.index(0), self.index(len(self.lines) - 1))

    def forget_words(self, features: frozenset[bytes] | None) -> None:
        """Ask again for the second lines of what has changed; None: of everything."""
        for id_ in list(self._words) if features is None else features:
            self._words.pop(id_, None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not self.lines.is_current:
            return None
        line = self.line(index.row())
        if line.row is None:
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return f"{self.heading_words(line)}, {count_words(line.size)}"
            return None
        row = line.row
        if role == Qt.ItemDataRole.DisplayRole:
            return name_of(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{name_of(row)}\n{self.second_line(row)}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = [name_of(row), kind_word(row.kind), self.second_line(row)]
            if self.is_put_off(row):
                words.append(_("for later"))
            return ", ".join(words)
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: "QueueList") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(look.px(200), look.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._view.queue.line(index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.row is None:
            self._paint_heading(painter, QRectF(option.rect), line)
        else:
            self._paint_row(painter, option, line.row)
        painter.restore()

    def _paint_heading(self, painter: QPainter, box: QRectF, line: Line) -> None:
        tokens = look.tokens()
        painter.fillRect(box, QColor(tokens.sunken))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), QColor(tokens.line))
        left, middle = look.px(16), box.center().y()
        if self._view.is_strip:
            count = format_number(line.size)
            paint_line(painter, box, count, look.font(13, 600), tokens.text, is_centred=True)
            return
        words = self._view.queue.heading_words(line)
        upper = QRectF(left, middle - look.px(20), box.width() - 2 * left, look.px(20))
        paint_line(painter, upper, words, look.font(14, 600), tokens.text)
        lower = QRectF(left, middle + look.px(1), box.width() - 2 * left, look.px(18))
        paint_line(painter, lower, count_words(line.size), look.font(12), tokens.muted)

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: QueueRow) -> None:
        tokens, scale = look.tokens(), look.scale()
        box = QRectF(option.rect)
        is_here = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_here:
            painter.fillRect(box, QColor(tokens.primary_soft))
            painter.fillRect(QRectF(0, box.top(), 4, box.height()), QColor(tokens.primary))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(tokens.hover))
        line = QRectF(look.px(16), box.bottom() - 1, box.width() - look.px(16), 1)
        painter.fillRect(line, QColor(tokens.line))
        marks = symbology(self._view.theme, self._view.devicePixelRatioF() * scale)
        middle = box.center().y()
        mark = marks.mark(row.category, badge="")
        if self._view.is_strip:
            # Icon and state are what is left of a line.
            paint_mark(painter, mark, QPointF(look.px(24), middle), scale)
            self._paint_sign(painter, QPointF(box.right() - look.px(18), middle), row, 20)
        else:
            paint_mark(painter, mark, QPointF(look.px(31), middle), scale)
            self._paint_sign(painter, QPointF(box.right() - look.px(24), middle), row, 26)
            self._paint_words(painter, box, row, is_here)
        if is_here and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_words(self, painter: QPainter, box: QRectF, row: QueueRow, is_here: bool) -> None:
        tokens = look.tokens()
        left, right, middle = look.px(54), box.right() - look.px(44), box.center().y()
        upper = QRectF(left, middle - look.px(20), right - left, look.px(20))
        paint_line(painter, upper, name_of(row), look.font(14, 600), tokens.text)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(18))
        words = self._view.queue.second_line(row)
        if self._view.queue.is_put_off(row):
            words = f"{_('for later')} · {words}"
        paint_line(
            painter, lower, words, look.font(13), tokens.on_soft if is_here else tokens.muted
        )

    def _paint_sign(
        self, painter: QPainter, middle: QPointF, row: QueueRow, side_px: float
    ) -> None:
        colours = look.tokens().states[STATES[row.kind]]
        side = look.px(side_px)
        circle = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.soft))
        painter.drawEllipse(circle)
        inset = side * 6 / 26
        icon = circle.adjusted(inset, inset, -inset, -inset)
        paint_icon(painter, colours.icon, icon, colours.text)


class QueueList(LongList):
    """moved: the selection is on another item now; argument: its id.

    is_strip: only icon and state of each line are shown.
    """

    moved = Signal(object)

    def __init__(
        self, theme: Theme, order: ReviewOrder, heading: Callable[[QueueRow], str]
    ) -> None:
        super().__init__(look.px(ROW_PX))
        self.theme = theme
        self.is_strip = False
        self.queue = QueueModel(order, heading)
        self.queue.setParent(self)
        self._is_following = False
        self.setModel(self.queue)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(_("To review"))
        self.setMouseTracking(True)
        self.setMinimumHeight(look.px(2 * ROW_PX))
        self.queue.dataChanged.connect(self.viewport().update)

    def follow_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.viewport().update()

    def follow(self, here: bytes | None) -> None:
        """Show the queue as it is now, with one item selected."""
        self._is_following = True
        at = self.verticalScrollBar().value()
        self.queue.follow()
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(at)
        index = self.queue.row_of(here)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self._is_following = False

    def read_words(self, tasks: "Tasks") -> None:
        """Read what the second lines in view say that only the cards know."""
        rows = [self.queue.line(at).row for at in self.ranks_in_view()]
        wanted = self.queue.wanted(frozenset(row.id for row in rows if row is not None))
        if tasks.lanes is not None and wanted:
            tasks.read(
                lambda reader: [reader.review_item(each) for each in wanted],
                lambda items: self.queue.take_words(wanted, items, self.theme),
                owner=self,
                is_quiet=True,
            )

    def set_strip(self, is_strip: bool) -> None:
        self.is_strip = is_strip
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self._is_following or not current.isValid():
            return
        row = self.queue.line(current.row()).row
        if row is not None:
            self.moved.emit(row.id)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        found = super().moveCursor(action, modifiers)
        model: QAbstractItemModel = self.queue
        # Past a heading: on in the same direction, or back where there is nothing further.
        for step in (1 if found.row() >= self.currentIndex().row() else -1, 1):
            at = found.row()
            while 0 <= at < model.rowCount():
                if self.queue.line(at).row is not None:
                    return model.index(at, 0)
                at += step
        return self.currentIndex()

    def keyboardSearch(self, _letters: str) -> None:
        """Letters are the keys of reviewing; nothing is looked for by them."""
