"""Keep the arcs on the map equal to the links of the project: all where they are wanted."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent

from collabmap.app.link_words import kinds_words
from collabmap.domain.effect import Effect
from collabmap.ui.map.arc_layer import ArcLayer

if TYPE_CHECKING:
    from collections.abc import Callable

    from collabmap.app.reader import Reader
    from collabmap.errors import CollabMapError
    from collabmap.render.arcs import Arcs
    from collabmap.ui.main_window import MainWindow

# A merge tells of many places one after the other: they are read again once.
AFTER_MS = 120
_SHOWN = "shows-links"


class MapLinks(QObject):
    """changed: all links are shown, or no longer; or there are others.  layer: the arcs.

    count: how many arcs there are, None while that is not known.
    """

    changed = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.count: int | None = None
        self._of: bytes | None = None
        self.layer = ArcLayer(window.map, self._ask, self._words_of)
        window.map.add_layer(self.layer, "ground")
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self._read)
        window.project_changed.connect(self._on_project)
        window.effects_arrived.connect(self._on_effect)
        window.map.selected_changed.connect(self._on_selected)
        window.map.viewport().installEventFilter(self)
        device = window.device
        window.tasks.run(lambda: bool(device.get(_SHOWN, False)), self._on_kept, owner=self)

    @property
    def is_shown(self) -> bool:
        """Whether all links are shown, not only those of the selected place."""
        return self.layer.is_shown

    def show_all(self, is_shown: bool) -> None:
        """Show all links or only those of the selected place; kept for this computer."""
        device = self._window.device
        self._window.tasks.run(lambda: device.set(_SHOWN, is_shown))
        self._on_kept(is_shown)

    def _on_kept(self, is_shown: bool) -> None:
        self.layer.set_shown(is_shown)
        self._soon.start()
        self.changed.emit()

    # --- reading -----------------------------------------------------------------------------

    def _on_project(self, _info: object) -> None:
        # Imported late: a window that opens does without numpy's counterpart of links.
        from collabmap.render.arcs import NO_ARCS

        self._of, self.count = None, None
        self.layer.set_own(NO_ARCS)
        self.layer.set_all(NO_ARCS)
        self._soon.start()

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None or effect.features:
            self._soon.start()

    def _on_selected(self, feature: bytes | None) -> None:
        if feature == self._of:
            return
        from collabmap.render.arcs import NO_ARCS

        self._of = feature
        # Never those of another place, however long the answer takes.
        self.layer.set_own(NO_ARCS)
        self._read_own()

    def _read(self) -> None:
        self._read_own()
        if self.is_shown and self._window.lanes is not None:
            self._window.tasks.read(_all, self._on_all, owner=self, key="arcs", is_quiet=True)

    def _read_own(self) -> None:
        feature = self._of
        if feature is not None and self._window.lanes is not None:
            self._window.tasks.read(
                lambda reader: (feature, _arcs(reader, feature)),
                self._on_own,
                owner=self,
                key="arcs-own",
                is_quiet=True,
            )

    def _on_all(self, arcs: "Arcs") -> None:
        self.count = len(arcs)
        self.layer.set_all(arcs)
        self.changed.emit()

    def _on_own(self, answer: "tuple[bytes, Arcs]") -> None:
        feature, arcs = answer
        if feature == self._of:
            self.layer.set_own(arcs)

    def _words_of(self, types: tuple[str, ...]) -> str:
        return kinds_words(self._window.theme, types)

    def _ask(
        self,
        work: "Callable[[], Any]",
        done: "Callable[[Any], object]",
        failed: "Callable[[], object]",
    ) -> None:
        def told(_error: "CollabMapError") -> None:
            failed()

        # In a read lane, as lines and zones are painted: what runs beside may take minutes.
        if self._window.lanes is None:
            failed()
            return
        self._window.tasks.read(lambda _reader: work(), done, told, owner=self, is_quiet=True)

    # --- pointing ----------------------------------------------------------------------------

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Light the arc under the pointer up where no mark lies; the event goes on."""
        if event.type() is QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            is_free = event.buttons() == Qt.MouseButton.NoButton
            view = self._window.map
            is_free = is_free and view.hovered is None and view.hit_at(event.position()) is None
            self.layer.hover(event.position() if is_free else None)
        elif event.type() is QEvent.Type.Leave:
            self.layer.hover(None)
        return False


def _all(reader: "Reader") -> "Arcs":
    return _arcs(reader, None)


def _arcs(reader: "Reader", of: bytes | None) -> "Arcs":
    from collabmap.render.arcs import arcs_of

    return arcs_of(reader.link_graph(of))
