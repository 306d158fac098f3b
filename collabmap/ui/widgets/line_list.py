"""A list of lines under headings: one view, one delegate, whatever the lines are about."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.long_list import LongList
from collabmap.ui.widgets.marks import paint_avatar, paint_mark, symbology
from collabmap.ui.widgets.tip import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 56
HEAD_PX = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or a heading over the next ones.

    key: what `opened` carries, None where nothing opens.  person: whose initial is drawn.
    category: whose mark is drawn.  icon, state: else a sign in the colours of a state; with a
    mark or an initial, the sign at the right.  is_pale: what it tells of is out of effect.
    is_inner: it is a part of the line above.
    """

    title: str
    second: str = ""
    right: str = ""
    key: object = None
    is_head: bool = False
    person: bytes | None = None
    category: str = ""
    icon: str = ""
    state: str = "rejected"
    is_pale: bool = False
    is_inner: bool = False

    @property
    def words(self) -> str:
        return ", ".join(part for part in (self.title, self.second, self.right) if part)


class LineModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[Line] = ()

    def set_lines(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.lines[index.row()] if index.isValid() else None
        if line is None or line.is_head:
            # Not enabled: the keys step over it.
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled
        return usual if line.key is None else usual | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{line.title}\n{line.second}" if line.second else line.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.words
        return None


class LineDelegate(QStyledItemDelegate):
    """Paints the lines of a view."""

    def __init__(self, view: "LineList | LongLineList") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        line = self._view.lines[index.row()]
        return QSize(look.px(160), height_of(line))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._view.lines[index.row()]
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.is_head:
            self._paint_head(painter, box, line)
        else:
            self._paint_line(painter, box, line, option.state)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look.tokens().focus), 2))
            painter.drawRoundedRect(box.adjusted(1, 2, -1, -2), 8, 8)
        painter.restore()

    def _paint_head(self, painter: QPainter, box: QRectF, line: Line) -> None:
        tokens = look.tokens()
        left, middle = box.left() + look.px(4), box.center().y() + look.px(3)
        if line.person is not None:
            side = look.px(26)
            face = QRectF(left + look.px(2), middle - side / 2, side, side)
            paint_avatar(painter, face, line.title, line.person)
            left += look.px(38)
        painter.setFont(look.font(13))
        taken = QFontMetricsF(painter.font()).horizontalAdvance(line.right)
        words = QRectF(left, middle - look.px(12), box.right() - look.px(10) - left, look.px(24))
        _text(painter, words, line.right, painter.font(), tokens.muted, is_right=True)
        room = words.adjusted(0, 0, -taken - 8, 0)
        _text(painter, room, line.title, look.font(13, 600), tokens.text)

    def _paint_line(
        self, painter: QPainter, box: QRectF, line: Line, state: QStyle.StateFlag
    ) -> None:
        tokens = look.tokens()
        can_open = line.key is not None
        is_selected = can_open and bool(state & QStyle.StateFlag.State_Selected)
        is_lit = can_open and bool(state & QStyle.StateFlag.State_MouseOver)
        if is_selected or is_lit:
            # An edge too: where contrast is high no ground is coloured.
            edge = QPen(QColor(tokens.primary), tokens.edge_px)
            painter.setPen(edge if is_selected else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary_soft if is_selected else tokens.hover))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        begin = box.left() + (look.px(22) if line.is_inner else 0)
        left, right = begin + look.px(54), box.right() - look.px(10)
        middle = box.center().y()
        self._paint_picture(painter, QPointF(begin + look.px(28), middle), line)
        if line.icon and (line.category or line.person is not None):
            right -= look.px(26)
            _paint_sign(painter, QPointF(right + look.px(15), middle), line, look.px(24))
        small = look.font(13)
        taken = QFontMetricsF(small).horizontalAdvance(line.right)
        upper = QRectF(left, middle - look.px(21), right - left, look.px(20))
        if not line.second:
            upper.moveTop(middle - look.px(10))
        _text(painter, upper, line.right, small, tokens.muted, is_right=True)
        room = upper.adjusted(0, 0, -taken - (8 if taken else 0), 0)
        ink = tokens.muted if line.is_pale else tokens.text
        _text(painter, room, line.title, look.font(14, 600), ink)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(19))
        _text(painter, lower, line.second, small, tokens.on_soft if is_selected else tokens.muted)

    def _paint_picture(self, painter: QPainter, centre: QPointF, line: Line) -> None:
        if line.category:
            scale = look.scale()
            marks = symbology(self._view.theme, self._view.devicePixelRatioF() * scale)
            paint_mark(painter, marks.mark(line.category, badge=""), centre, scale)
        elif line.person is not None:
            side = look.px(30)
            face = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
            paint_avatar(painter, face, line.title, line.person)
        else:
            _paint_sign(painter, centre, line, look.px(32))


def _paint_sign(painter: QPainter, centre: QPointF, line: Line, side: float) -> None:
    colours = look.tokens().states[line.state]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.soft))
    painter.drawEllipse(centre, side / 2, side / 2)
    inner = side * 0.56
    where = QRectF(centre.x() - inner / 2, centre.y() - inner / 2, inner, inner)
    paint_icon(painter, line.icon, where, colours.text)


def _text(
    painter: QPainter, box: QRectF, text: str, font: QFont, ink: str, *, is_right: bool = False
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | side, shown)


class LongLineList(LongList):
    """As LineList, for as many lines as there may be: only those in view are made.

    opened: the key of a line that was clicked or chosen with Enter.  All lines are of one height.
    """

    opened = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(look.px(ROW_PX))
        self.theme = theme
        self._model = LineModel()
        self.setModel(self._model)
        self.setItemDelegate(LineDelegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_activated)

    def follow_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.viewport().update()

    @property
    def lines(self) -> Sequence[Line]:
        return self._model.lines

    def set_lines(self, lines: Sequence[Line], *, rank: int = -1) -> None:
        """Show other lines.  rank: that of the line that has the keyboard, -1 for none."""
        self._model.set_lines(lines)
        if self.hasFocus():
            # Who goes by keyboard is always somewhere.
            rank = max(0, rank)
        if 0 <= rank < len(lines):
            self.setCurrentIndex(self._model.index(rank))
        self.viewport().update()

    def _on_activated(self, index: QModelIndex) -> None:
        key = self.lines[index.row()].key
        if key is not None:
            self.opened.emit(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        if not by_mouse and not self.currentIndex().isValid() and self.lines:
            self.setCurrentIndex(self._model.index(0))


def height_of(line: Line) -> int:
    return look.px(HEAD_PX if line.is_head else ROW_PX)


class LineList(QListView):
    """opened: the key of a line that was clicked or chosen with Enter.

    grows: as high as its lines, for a body that scrolls.
    """

    opened = Signal(object)

    def __init__(self, theme: Theme, name: str, *, grows: bool = False) -> None:
        super().__init__()
        self.theme = theme
        self._grows = grows
        self._model = LineModel()
        self.setModel(self._model)
        self.setItemDelegate(LineDelegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(look.px(ROW_PX))
        if grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_activated)

    def follow_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.viewport().update()

    @property
    def lines(self) -> Sequence[Line]:
        return self._model.lines

    @property
    def chosen(self) -> object:
        """The key of the selected line, None for none."""
        index = self.currentIndex()
        return self.lines[index.row()].key if index.isValid() else None

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines; the one that was chosen stays so if it is still there."""
        chosen = self.chosen
        self._model.set_lines(lines)
        if chosen is not None:
            self.choose(chosen)
        if self.hasFocus():
            self._choose_first()
        self.updateGeometry()

    def choose(self, key: object) -> None:
        """Select the line of a key."""
        for number, line in enumerate(self.lines):
            if line.key is not None and line.key == key:
                index = self._model.index(number)
                self.setCurrentIndex(index)
                self.scrollTo(index)
                return

    def _on_activated(self, index: QModelIndex) -> None:
        key = self.lines[index.row()].key
        if key is not None:
            self.opened.emit(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._choose_first()

    def _choose_first(self) -> None:
        if not self.currentIndex().isValid():
            keys = [number for number, line in enumerate(self.lines) if line.key is not None]
            if keys:
                self.setCurrentIndex(self._model.index(keys[0]))

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._grows:
            return QSize(hint.width(), sum(height_of(line) for line in self.lines))
        return hint

    def minimumSizeHint(self) -> QSize:
        if self._grows:
            # At the least its marks: a strip shows no more.
            return QSize(look.px(54), self.sizeHint().height())
        return QSize(look.px(120), look.px(2 * ROW_PX))
