"""Choosing one of thousands of icons: by everyday words, then with arrows in a grid."""

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QStringListModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, format_number, language, ngettext
from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.tasks import Tasks

Index = QModelIndex | QPersistentModelIndex
CELL_PX = 48
_AFTER_MS = 120
_MOST = 60
# What maps of towns mostly need (design/ui.md 2.8); the rest is found by words.
_USUAL = (
    "tree flower sprout bee compost greenhouse image-filter-hdr paw fountain water water-pump"
    " toilet shower bench table-furniture outdoor-lamp trash-can recycle mailbox sign-direction"
    " stairs walk bike bicycle bus bus-stop train ferry parking ev-station wheelchair-accessibility"
    " road-variant alert-octagon storefront basket food-apple silverware-fork-knife coffee"
    " account-group hand-heart handshake gift home-heart human-cane baby-carriage town-hall"
    " medical-bag hospital-building pill library school book-open-variant translate laptop"
    " drama-masks palette music castle pillar church soccer swim run hammer-wrench scissors-cutting"
    " washing-machine lightbulb-on calendar-star wifi signal-cellular-outline air-filter"
    " volume-high weather-windy solar-power binoculars"
)
USUAL = tuple(_USUAL.split())


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(look.px(CELL_PX), look.px(CELL_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = look.tokens()
        box = QRectF(option.rect).adjusted(2, 2, -2, -2)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_chosen or is_lit:
            painter.setBrush(QColor(tokens.primary_soft if is_chosen else tokens.hover))
            edge = QPen(QColor(tokens.primary), 2)
            painter.setPen(edge if is_chosen else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 8, 8)
        side = look.px(26)
        place = QRectF(0, 0, side, side)
        place.moveCenter(box.center())
        paint_icon(painter, str(index.data()), place, tokens.on_soft if is_chosen else tokens.text)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
        painter.restore()


class IconGrid(QListView):
    """Icons in rows, as high as they need.  picked: the name of one, by click or Enter."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._names = QStringListModel(self)
        self.setModel(self._names)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(_("Icons"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._on_picked)
        self.activated.connect(self._on_picked)

    @property
    def names(self) -> list[str]:
        return list(self._names.stringList())

    def show_names(self, names: list[str], chosen: str) -> None:
        """Show these icons."""
        if names != self.names:
            self._names.setStringList(names)
        if chosen in names:
            self.setCurrentIndex(self._names.index(names.index(chosen)))
        else:
            self.selectionModel().clear()
        self._fit()

    def _on_picked(self, index: QModelIndex) -> None:
        self.picked.emit(str(index.data()))

    def _fit(self) -> None:
        cell = look.px(CELL_PX)
        columns = max(1, (self.viewport().width() - 1) // cell)
        self.setFixedHeight(max(1, -(-len(self.names) // columns)) * cell + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class IconPicker(QWidget):
    """A search and a grid.  picked: the name of an icon."""

    picked = Signal(str)

    def __init__(self, tasks: "Tasks") -> None:
        super().__init__()
        self._tasks = tasks
        self.chosen = ""
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self.search = SearchField(_("In a word: bench, music, water…"))
        self.search.setAccessibleName(_("Search an icon"))
        self.search.textChanged.connect(lambda: self._timer.start())
        self.search.returnPressed.connect(self._take_first)
        self.search.left_downwards.connect(self._enter)
        self.count = Text("", "muted", wrap=True)
        self.grid = IconGrid()
        self.grid.picked.connect(self.picked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.search, self.count, self.grid):
            layout.addWidget(part)

    def open(self, chosen: str) -> None:
        """Show the usual icons, and take the keyboard."""
        self.chosen = chosen
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._show("", [])
        self.search.setFocus()

    def _ask(self) -> None:
        text, spoken = self.search.text().strip(), language()

        def work() -> list[str]:
            # Imported late: its tables are read when somebody looks for an icon.
            from collabmap.app.icon_words import find_icons

            return find_icons(text, spoken, _MOST)

        def done(found: list[str]) -> None:
            self._show(text, found)

        self._tasks.run(work, done, owner=self, key="icons")

    def _show(self, text: str, found: list[str]) -> None:
        self.grid.show_names(found if text else list(USUAL), self.chosen)
        if not text:
            self.count.setText(_("Usual ones. Thousands more are found by a word."))
        elif not found:
            self.count.setText(_("No icon for “{text}”. Try another word.").format(text=text))
        else:
            words = ngettext("{count} icon", "{count} icons", len(found))
            self.count.setText(words.format(count=format_number(len(found))))

    def _enter(self) -> None:
        if self.grid.names:
            self.grid.setFocus()
            if not self.grid.currentIndex().isValid():
                self.grid.setCurrentIndex(self.grid.model().index(0, 0))

    def _take_first(self) -> None:
        if self.grid.names and self.search.text().strip():
            self.picked.emit(self.grid.names[0])
