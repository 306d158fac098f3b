"""The queue at the left: what awaits a decision, how far one is, and a filter by kind."""

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
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, format_number, format_time, ngettext
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.review.queue import ReviewItem
from collabmap.ui import look
from collabmap.ui.place_words import field_word, field_words
from collabmap.ui.review_order import ReviewOrder
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.progress import ProgressLine
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 54

# The colours and the sign of each kind of item.
STATES = {
    "new": "new",
    "change": "change_proposed",
    "delete": "delete_proposed",
    "disagreement": "disagreement",
}


def kind_word(kind: str) -> str:
    """Return what is proposed, in one word."""
    return {
        "": _("All"),
        "new": _("New"),
        "change": _("Change"),
        "delete": _("Deletion"),
        "disagreement": _("Disagreement"),
    }[kind]


def second_line(item: ReviewItem) -> str:
    """Return 'New · Inès · 6:31 PM', 'name, position · Aïcha' or 'name: 2 values'."""
    author = item.author_name or _("somebody")
    if item.is_asked:
        return f"{_('asked')} · {author}"
    if item.kind == "new":
        return f"{kind_word('new')} · {author} · {format_time(item.at_ms)}"
    if item.kind == "delete":
        return f"{kind_word('delete')} · {author}"
    if item.kind == "disagreement":
        several = [field for field in item.fields if field.values]
        first = several[0]
        values = ngettext("{field}: {count} value", "{field}: {count} values", len(first.values))
        return ", ".join(
            [
                values.format(field=field_word(first.field), count=len(first.values)),
                *(field_word(field.field) for field in several[1:]),
            ]
        )
    is_redrawn = item.outline_before is not None
    names = [
        "outline" if is_redrawn and field.field == "geometry" else field.field
        for field in item.fields
    ]
    if item.contact_changed:
        names.append("contact")
    fields = field_words(names) or _("comment")
    return f"{fields} · {author}"


def name_of(item: ReviewItem) -> str:
    """Return the name of a place; one that was erased for good leaves what others wrote of it."""
    return item.name or _("(removed)")


class QueueModel(QAbstractListModel):
    def __init__(self, order: ReviewOrder) -> None:
        super().__init__()
        self._order = order
        self.items: list[ReviewItem] = []

    def follow(self) -> None:
        """Show the queue as it is now."""
        self.beginResetModel()
        self.items = self._order.shown
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.items)

    def is_put_off(self, item: ReviewItem) -> bool:
        return self._order.is_put_off(item.id)

    def row_of(self, feature: bytes | None) -> QModelIndex:
        for number, item in enumerate(self.items):
            if item.id == feature:
                return self.index(number)
        return QModelIndex()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return name_of(item)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{name_of(item)}\n{second_line(item)}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = [name_of(item), kind_word(item.kind), second_line(item)]
            if self.is_put_off(item):
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
        item = self._view.queue.items[index.row()]
        tokens, scale = look.tokens(), look.scale()
        box = QRectF(option.rect)
        is_here = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_here:
            painter.fillRect(box, QColor(tokens.primary_soft))
            painter.fillRect(QRectF(0, box.top(), 4, box.height()), QColor(tokens.primary))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(tokens.hover))
        line = QRectF(look.px(16), box.bottom() - 1, box.width() - look.px(16), 1)
        painter.fillRect(line, QColor(tokens.line))
        marks = symbology(self._view.theme, self._view.devicePixelRatioF() * scale)
        middle = box.center().y()
        mark = marks.mark(item.category, badge="")
        paint_mark(painter, mark, QPointF(look.px(31), middle), scale)
        self._paint_sign(painter, box, STATES[item.kind])
        left, right = look.px(54), box.right() - look.px(44)
        upper = QRectF(left, middle - look.px(20), right - left, look.px(20))
        _line(painter, upper, name_of(item), look.font(14, 600), tokens.text)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(18))
        words = second_line(item)
        if self._view.queue.is_put_off(item):
            words = f"{_('for later')} · {words}"
        ink = tokens.on_soft if is_here else tokens.muted
        _line(painter, lower, words, look.font(13), ink)
        if is_here and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_sign(self, painter: QPainter, box: QRectF, state: str) -> None:
        colours = look.tokens().states[state]
        side = look.px(26)
        left = box.right() - look.px(11) - side
        circle = QRectF(left, box.center().y() - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.soft))
        painter.drawEllipse(circle)
        inset = look.px(6)
        icon = circle.adjusted(inset, inset, -inset, -inset)
        paint_icon(painter, colours.icon, icon, colours.text)


def _line(painter: QPainter, box: QRectF, text: str, font: QFont, ink: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


class QueueList(QListView):
    """moved: the selection is on another item now; argument: its id, None for none."""

    moved = Signal(object)

    def __init__(self, theme: Theme, order: ReviewOrder) -> None:
        super().__init__()
        self.theme = theme
        self.queue = QueueModel(order)
        self._is_following = False
        self.setModel(self.queue)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(_("To review"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(look.px(2 * ROW_PX))

    def follow(self, here: bytes | None) -> None:
        """Show the queue as it is now, with one item selected."""
        self._is_following = True
        at = self.verticalScrollBar().value()
        self.queue.follow()
        self.verticalScrollBar().setValue(at)
        index = self.queue.row_of(here)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self._is_following = False

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._is_following and current.isValid():
            self.moved.emit(self.queue.items[current.row()].id)


class QueueHead(QWidget):
    """How far one is, and the chips of the filter.  picked: a kind, '' for all."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.count = Text("", "muted")
        self.line = ProgressLine()
        self.line.setAccessibleName(_("Progress"))
        top = QHBoxLayout()
        top.addWidget(Text(_("To review"), "title"), 1)
        top.addWidget(self.count)
        chips = Flow(gap=look.px(6))
        self.chips: dict[str, Chip] = {}
        for kind in ("", *STATES):
            chip = Chip("0", kind_word(kind), state=STATES.get(kind, ""))
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked=False, k=kind: self.picked.emit(k))
            self.chips[kind] = chip
            chips.add(chip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(9))
        layout.addLayout(top)
        layout.addWidget(self.line)
        layout.addWidget(chips)

    def follow(self, order: ReviewOrder) -> None:
        """Show the numbers of now."""
        done, total = order.decided, order.total
        words = _("{done} of {total}")
        self.count.setText(
            words.format(done=format_number(done), total=format_number(total)) if total else ""
        )
        self.line.set_share(done / total if total else 0.0)
        counts = order.counts()
        for kind, chip in self.chips.items():
            count = counts[kind] if kind else len(order.items)
            chip.set_text(format_number(count))
            chip.setChecked(kind == order.kind)
            chip.setVisible(count > 0 or kind in ("", order.kind))
