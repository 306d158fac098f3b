"""The legend: a button on the map, and a card that says what is on it and what may be shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import TARGET_RESIDENT
from collabmap.ui import look
from collabmap.ui.map.buttons import MARGIN, MapButton
from collabmap.ui.map.legend_content import LegendContent
from collabmap.ui.widgets.popover import paint_floating

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

WIDTH_PX = 292
# A map no wider than this would be covered: there the card is open only while one looks at it.
NARROW_PX = 480
# Of the map's height.
_TALLEST, _TALLEST_NARROW = 0.8, 0.6
_GAP_PX = 8
_LEAST_PX = 240
_OPEN = "map_legend"


class LegendButton(MapButton):
    """Like the other buttons on the map, but with its word."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("map-legend", parent, lambda: None)
        self.setText(_("Legend"))
        self.set_name(_("Legend: what the map shows"))
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        side = max(TARGET_RESIDENT, look.px(TARGET_RESIDENT))
        width = QFontMetricsF(look.font(14, 600)).horizontalAdvance(self.text())
        return QSize(round(width) + look.px(52), side)

    def paint_inside(self, painter: QPainter, box: QRectF, ink: str) -> None:
        side = look.px(20)
        icon = QRectF(look.px(12), box.center().y() - side / 2, side, side)
        paint_icon(painter, self.icon_name, icon, ink)
        painter.setFont(look.font(14, 600))
        painter.setPen(QColor(ink))
        words = box.adjusted(look.px(40), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())


class _Card(QFrame):
    def __init__(self, parent: QWidget, content: LegendContent) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Legend"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 2, 1, 4)
        self.content = content
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setProperty("plain", True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        content.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        layout.addWidget(self._scroll)

    def tall(self, width: int) -> int:
        """Return how tall all of the content is."""
        content = self.content
        inside = width - 2
        height = content.heightForWidth(inside) if content.hasHeightForWidth() else -1
        return max(height, content.minimumSizeHint().height()) + 8

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_floating(painter, QRectF(self.rect()))
        painter.end()


class MapLegend(QObject):
    """The button stands above the scale; the card above the button, as tall as the map lets it."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._view = window, window.map
        self.button = LegendButton(window.map)
        self.content = LegendContent(window)
        self.card = _Card(window.map, self.content)
        self.card.hide()
        self._is_wanted = False
        self._was_narrow = False
        window.map.covers += [self.button, self.card]
        window.mode_changed.connect(self._on_mode)
        self.button.clicked.connect(self._on_button)
        self.content.resized.connect(self._place_soon)
        window.map.furniture_moved.connect(self._place)
        window.map.installEventFilter(self)
        self.button.installEventFilter(self)
        self.button.show()
        device = window.device
        window.tasks.run(lambda: device.get(_OPEN, False), self._on_kept, owner=self)
        self._place()

    @property
    def is_open(self) -> bool:
        return self.card.isVisible()

    def set_open(self, is_open: bool) -> None:
        """Show or hide the card."""
        self._is_wanted = is_open
        self.button.setChecked(is_open)
        self.content.set_followed(is_open)
        self.card.setVisible(is_open and self.button.isVisible())
        self._place()
        self._view.repaint_layers()

    def took_escape(self) -> bool:
        """Close the card if the keyboard is in it, and tell whether it was."""
        focus = QApplication.focusWidget()
        is_here = focus is self.button or (focus is not None and self.card.isAncestorOf(focus))
        if not (self.is_open and is_here):
            return False
        self._on_button(False)
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def discard(self) -> None:
        """Leave the map: the words are built again."""
        self._view.removeEventFilter(self)
        for part in (self.button, self.card):
            self._view.covers.remove(part)
            part.hide()
            part.deleteLater()
        self.deleteLater()

    def _on_button(self, is_open: bool) -> None:
        self.set_open(is_open)
        device = self._window.device
        self._window.tasks.run(lambda: device.set(_OPEN, is_open))

    def _on_kept(self, is_open: object) -> None:
        self._was_narrow = self._view.width() <= NARROW_PX
        if is_open is True and not self._was_narrow:
            self.set_open(True)

    def _on_mode(self, mode: str) -> None:
        """Leave the map of Review to the item that is decided."""
        if mode == "review":
            self.set_open(False)

    # --- where it stands ---------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._view and kind == QEvent.Type.Resize:
            is_narrow = self._view.width() <= NARROW_PX
            if is_narrow and not self._was_narrow and self.is_open:
                self.set_open(False)
            self._was_narrow = is_narrow
            self._place()
        elif watched is self.button and kind in (QEvent.Type.Hide, QEvent.Type.Show):
            # Behind the welcome the map is bare.
            self.card.setVisible(self._is_wanted and kind == QEvent.Type.Show)
        return False

    def _highest(self, button_top: int) -> int:
        """Return where the card may begin: below what is said of the base map, if it has room."""
        said = self._window.no_base_map.card
        below = said.geometry().bottom() + _GAP_PX if said.isVisible() else MARGIN
        return below if button_top - below >= look.px(_LEAST_PX) else MARGIN

    def _place_soon(self) -> None:
        QTimer.singleShot(0, self, self._place)

    def _place(self) -> None:
        view, size = self._view, self.button.sizeHint()
        scale = view.scale_box
        bottom = scale.top() if not scale.isEmpty() else view.height() - look.px(24)
        top = round(bottom) - _GAP_PX - size.height()
        self.button.setGeometry(MARGIN, top, size.width(), size.height())
        if not self._is_wanted:
            return
        buttons = max((box.width() for box in view.button_boxes()), default=0.0)
        room = view.width() - 3 * MARGIN - round(buttons)
        width = max(min(look.px(WIDTH_PX), room), min(look.px(180), view.width() - 2 * MARGIN))
        share = _TALLEST if view.width() > NARROW_PX else _TALLEST_NARROW
        most = min(top - _GAP_PX - self._highest(top), int(share * view.height()))
        tall = min(self.card.tall(width), most)
        self.card.setGeometry(MARGIN, top - _GAP_PX - tall, width, tall)
        self.card.raise_()
        self.button.raise_()
