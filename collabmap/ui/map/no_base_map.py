"""What is said over a map that lies on nothing: no base map covers this place."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.map.view import MapView
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import Text

WIDTH_PX = 340
EDGE_PX = 16


class NoBaseMap(QObject):
    """A card over the map, there while the map has no base map.  action: makes one."""

    def __init__(self, view: MapView, action: QAction) -> None:
        super().__init__(view)
        self._view = view
        self._is_wanted = False
        self._card = Ground("floating")
        self._card.setParent(view)
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(6)
        layout.addWidget(Text(_("No base map for this place."), "strong", wrap=True))
        self.hint = Text(_("You can already put places on it."), "muted", wrap=True)
        layout.addWidget(self.hint)
        self.button = Button.of(action, height_px=40)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        view.installEventFilter(self)
        self._card.hide()

    @property
    def card(self) -> QWidget:
        return self._card

    def follow(self, *, is_wanted: bool, may_add: bool, may_make: bool) -> None:
        """Show or hide it.  may_add: this person can add places.  may_make: and a base map."""
        self.hint.setVisible(may_add)
        self._is_wanted = is_wanted
        self.button.setVisible(may_make)
        self._card.setVisible(is_wanted)
        self._place()

    def discard(self) -> None:
        """Leave the map: the words are built again."""
        self._view.removeEventFilter(self)
        self._card.hide()
        self._card.deleteLater()
        self.deleteLater()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        if not self._is_wanted:
            return
        room = self._view.width() - 2 * EDGE_PX - look.px(60)
        # A narrow map keeps its own buttons free and its places in sight.
        self._card.setVisible(room >= self.button.sizeHint().width() + 2 * EDGE_PX)
        self._card.setFixedWidth(max(look.px(160), min(look.px(WIDTH_PX), room)))
        self._card.adjustSize()
        self._card.move(EDGE_PX, EDGE_PX)
        self._card.raise_()
