"""The palette: one tile a category, with its mark and its name."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from collabmap.app.words import language
from collabmap.domain.theme import Category, Theme
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_mark, symbology


class Tile(QAbstractButton):
    """One category.  In the form it stays pressed; in the palette it starts placing.

    is_large: as in event mode, where a finger presses it.
    """

    def __init__(self, theme: Theme, category: Category, *, is_large: bool = False) -> None:
        super().__init__()
        self._is_large = is_large
        self.category = category
        self._theme = theme
        self.setText(category.label(language()))
        self.setAccessibleName(self.text())
        self.setToolTip(self.text())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        # A long name may shrink to 11 px before the palette gives up a column.
        width = QFontMetricsF(look.font(11, 500)).horizontalAdvance(self.text())
        return QSize(round(width) + 4, look.px(71 if self._is_large else 65))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_on = self.isChecked()
        is_lit = self.underMouse() or self.isDown()
        ground = tokens.primary_soft if is_on else tokens.hover if is_lit else tokens.surface
        painter.setBrush(QColor(ground))
        if is_on or self.hasFocus():
            width = 2 * tokens.edge_px if is_on else 2
            painter.setPen(QPen(QColor(tokens.primary if is_on else tokens.focus), width))
        else:
            painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        if is_on and self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), RADIUS_CONTROL - 2, 6)
        scale = look.scale()
        marks = symbology(self._theme, self.devicePixelRatioF() * scale)
        middle = QPointF(box.center().x(), look.px(24 if self._is_large else 23))
        paint_mark(painter, marks.mark(self.category.id), middle, scale)
        font = look.font(14 if self._is_large else 12, 500)
        if QFontMetricsF(font).horizontalAdvance(self.text()) > self.width() - 4:
            font = look.font(11, 500)
        painter.setFont(font)
        painter.setPen(QColor(tokens.on_soft if is_on else tokens.text))
        words = QRectF(0, look.px(43 if self._is_large else 37), self.width(), look.px(22))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class TileGrid(QWidget):
    """All categories of the theme, as many columns as fit, at most `most`; two of large tiles.

    picked: id of the category.  Arrow keys move inside the grid; Tab leaves it.
    """

    picked = Signal(str)

    def __init__(
        self,
        theme: Theme,
        *,
        checkable: bool = False,
        is_large: bool = False,
        most: int = 4,
    ) -> None:
        super().__init__()
        self._is_large = is_large
        self._columns = self._most = 2 if is_large else most
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(7))
        self._group = QButtonGroup(self)
        self._is_checkable = checkable
        self._theme = theme
        self.tiles: list[Tile] = []
        self._build(theme.offered)

    def set_theme(self, theme: Theme) -> None:
        """Offer what a theme offers now; what is chosen stays, and so does the keyboard."""
        chosen = self.chosen()
        focused = next((tile.category.id for tile in self.tiles if tile.hasFocus()), "")
        for tile in self.tiles:
            self._group.removeButton(tile)
            tile.hide()
            tile.deleteLater()
        self._theme, self.tiles = theme, []
        self._build(theme.offered)
        self.choose(chosen)
        for tile in self.tiles:
            if tile.category.id == focused:
                tile.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, categories: Sequence[Category]) -> None:
        for category in categories:
            tile = Tile(self._theme, category, is_large=self._is_large)
            tile.setParent(self)
            tile.setCheckable(self._is_checkable)
            tile.clicked.connect(lambda _checked, chosen=category.id: self.picked.emit(chosen))
            if self._is_checkable:
                self._group.addButton(tile)
            self.tiles.append(tile)
        self._place()

    def chosen(self) -> str:
        """Return the id of the pressed tile, '' for none."""
        tile = self._group.checkedButton()
        return tile.category.id if isinstance(tile, Tile) else ""

    def choose(self, category_id: str) -> None:
        """Press a tile; an id that the theme lacks releases them all.

        A category that is no longer offered is shown where something is still of it.
        """
        has_tile = any(tile.category.id == category_id for tile in self.tiles)
        if not has_tile and self._theme.knows(category_id):
            self._build((self._theme.category(category_id),))
        self._group.setExclusive(False)
        for tile in self.tiles:
            tile.setChecked(tile.category.id == category_id)
        self._group.setExclusive(True)

    def fit_columns(self, width: int) -> None:
        """Use as many columns as have room for the longest name."""
        widest = max((tile.sizeHint().width() for tile in self.tiles), default=1)
        gap = self._grid.spacing()
        columns = max(2, min(self._most, (width + gap) // (widest + gap)))
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _place(self) -> None:
        for rank, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, rank // self._columns, rank % self._columns)
        for column in range(self._most):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        step = steps.get(Qt.Key(event.key()))
        at = next((i for i, tile in enumerate(self.tiles) if tile.hasFocus()), None)
        if step is None or at is None or not 0 <= at + step < len(self.tiles):
            super().keyPressEvent(event)
            return
        self.tiles[at + step].setFocus(Qt.FocusReason.TabFocusReason)
