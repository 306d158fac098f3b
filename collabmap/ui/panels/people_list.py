"""The list of computers: one view, one delegate that paints people, role, code and signs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.people_words import (
    Sign,
    count_words,
    day_or_time,
    names_of,
    short_role,
    signs,
    spoken_code,
)
from collabmap.ui.widgets.marks import paint_avatar
from collabmap.ui.widgets.painted_line import paint_line
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.app.people import DeviceView

Index = QModelIndex | QPersistentModelIndex

_LEFT_PX, _RIGHT_PX, _LINE_PX, _BADGE_PX = 54, 10, 21, 24


def second_line(device: "DeviceView") -> str:
    """Return 'Resident · 12 contributions'."""
    parts = [short_role(device)]
    if device.changes:
        parts.append(count_words(device.changes))
    return " · ".join(parts)


def last_seen(device: "DeviceView") -> str:
    """Return when it last wrote, '' for never."""
    return day_or_time(device.last_ms) if device.last_ms else ""


class DeviceModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[DeviceView] = []

    def set_rows(self, rows: "list[DeviceView]") -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return names_of(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            names = ", ".join(row.people) or names_of(row)
            return plain_tip("\n".join((names, second_line(row), last_seen(row), row.code)).strip())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = [sign.words for sign in signs(row)]
            parts = [names_of(row), second_line(row), last_seen(row), *said, spoken_code(row.code)]
            return ", ".join(part for part in parts if part)
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: "DeviceList") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        return QSize(look.px(200), row_height(self._view.rows[index.row()], width))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        device = self._view.rows[index.row()]
        tokens = look.tokens()
        box = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_selected or is_lit:
            painter.setPen(Qt.PenStyle.NoPen)
            if is_selected:
                # Chosen shows in an edge too: the contrast theme has no soft grounds.
                painter.setPen(QPen(QColor(tokens.primary), tokens.edge_px))
            painter.setBrush(QColor(tokens.primary_soft if is_selected else tokens.hover))
            painter.drawRoundedRect(box.adjusted(0.5, 1.5, -0.5, -1.5), 8, 8)
        self._paint_who(painter, box, device)
        self._paint_words(painter, box, device, is_selected=is_selected)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(1, 2, -1, -2), 8, 8)
        painter.restore()

    def _paint_who(self, painter: QPainter, box: QRectF, device: "DeviceView") -> None:
        """Paint the initial of who wrote there, or a computer where nobody did."""
        side = look.px(34)
        circle = QRectF(box.left() + look.px(10), box.top() + look.px(12), side, side)
        if device.people:
            paint_avatar(painter, circle, device.people[0], device.people[0].encode())
            return
        paint_icon(painter, "laptop", circle.adjusted(4, 4, -4, -4), look.tokens().muted)

    def _paint_words(
        self, painter: QPainter, box: QRectF, device: "DeviceView", *, is_selected: bool
    ) -> None:
        tokens = look.tokens()
        left, right = box.left() + look.px(_LEFT_PX), box.right() - look.px(_RIGHT_PX)
        top = box.top() + look.px(8)
        ink = tokens.on_soft if is_selected else tokens.muted
        upper = QRectF(left, top, right - left, look.px(_LINE_PX))
        lower = upper.translated(0, look.px(_LINE_PX))
        room = _right(painter, upper, last_seen(device), look.font(12), ink)
        paint_line(painter, room, names_of(device), look.font(14, 600), tokens.text)
        room = _right(painter, lower, device.code, look.font(12, 600), ink)
        paint_line(painter, room, second_line(device), look.font(13), ink)
        below = lower.bottom() + look.px(4)
        for x, row, sign in _places(signs(device), right - left):
            place = QRectF(
                left + x, below + row * look.px(_BADGE_PX + 4), 0, look.px(_BADGE_PX - 2)
            )
            place.setWidth(min(_badge_width(sign), right - left))
            paint_sign(painter, place, sign)


def _right(painter: QPainter, box: QRectF, text: str, font: QFont, ink: str) -> QRectF:
    """Paint words at the right; return the room that is left before them."""
    painter.setFont(font)
    painter.setPen(QColor(ink))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(box, flags, text)
    taken = QFontMetricsF(font).horizontalAdvance(text)
    return box.adjusted(0, 0, -taken - look.px(8), 0) if text else box


def _badge_width(sign: Sign) -> float:
    return QFontMetricsF(look.font(12, 600)).horizontalAdvance(sign.words) + look.px(34)


def _places(found: list[Sign], width: float) -> list[tuple[float, int, Sign]]:
    """Return (left, line, sign): side by side, on a new line where there is no more room."""
    placed = []
    x, line = 0.0, 0
    for sign in found:
        taken = _badge_width(sign)
        if x and x + taken > width:
            x, line = 0.0, line + 1
        placed.append((x, line, sign))
        x += taken + look.px(6)
    return placed


def row_height(device: "DeviceView", width: float) -> int:
    """Return how high a row is, in logical pixels.  width: of the whole row."""
    lines = _places(signs(device), width - look.px(_LEFT_PX + _RIGHT_PX))
    badges = lines[-1][1] + 1 if lines else 0
    return look.px(16 + 2 * _LINE_PX) + badges * look.px(_BADGE_PX + 4)


def paint_sign(painter: QPainter, box: QRectF, sign: Sign) -> None:
    """Paint a sign and its word on the soft colour of its state."""
    tokens = look.tokens()
    colours = tokens.states[sign.state]
    # Where grounds are not soft but white, the edge makes it a badge.
    is_flat = QColor(colours.soft) == QColor(tokens.surface)
    painter.setPen(QPen(QColor(colours.text), 1) if is_flat else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.soft))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), box.height() / 2, box.height() / 2)
    side = look.px(14)
    icon = QRectF(box.left() + look.px(8), box.center().y() - side / 2, side, side)
    paint_icon(painter, sign.icon, icon, colours.text)
    font = look.font(12, 600)
    painter.setFont(font)
    painter.setPen(QColor(colours.text))
    words = box.adjusted(look.px(26), 0, -look.px(6), 0)
    shown = QFontMetricsF(font).elidedText(
        sign.words, Qt.TextElideMode.ElideRight, words.width() + 2
    )
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)


class DeviceList(QListView):
    """opened: the rid of a row that was clicked or chosen.  As high as its rows.

    follows: the arrow keys open what they come to; otherwise Enter does.
    """

    opened = Signal(object)

    def __init__(self, name: str, *, follows: bool = True) -> None:
        super().__init__()
        self._follows = follows
        self.devices = DeviceModel()
        self.setModel(self.devices)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._open)

    @property
    def rows(self) -> "list[DeviceView]":
        return self.devices.rows

    def set_rows(self, rows: "list[DeviceView]", chosen: bytes | None = None) -> None:
        """Show these; the chosen one stays chosen, without telling anybody."""
        self.selectionModel().blockSignals(True)
        self.devices.set_rows(rows)
        self.selectionModel().blockSignals(False)
        self.choose(chosen)
        self.updateGeometry()

    def choose(self, rid: bytes | None) -> None:
        """Show which row is open."""
        at = next((i for i, row in enumerate(self.rows) if row.rid == rid), -1)
        self.selectionModel().blockSignals(True)
        if at >= 0:
            self.setCurrentIndex(self.devices.index(at))
        else:
            self.selectionModel().clear()
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def index_of(self, rid: bytes) -> QModelIndex:
        at = next(i for i, row in enumerate(self.rows) if row.rid == rid)
        return self.devices.index(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Only keys open: a row is also made current when the keyboard merely comes by.
        before = self.currentIndex()
        super().keyPressEvent(event)
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if is_enter or (self._follows and self.currentIndex() != before):
            self._open(self.currentIndex())

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.rows[index.row()].rid)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        width = self.viewport().width()
        return QSize(hint.width(), sum(row_height(row, width) for row in self.rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Signs that have moved to another line make the row higher.
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()
