"""Changing the shapes of places: opens the panel, saves, and keeps what is left unfinished."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from collabmap.app.words import _
from collabmap.domain.feature import PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.domain.splitting import split
from collabmap.errors import CollabMapError
from collabmap.ui.kept_outline import KeptOutline
from collabmap.ui.panels.outline_panel import OutlinePanel
from collabmap.ui.shapes_here import bounds_of

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# The note about a project under which this device keeps what was left unfinished.
OUTLINES = "outlines"


class Outlines(QObject):
    """One shape at a time; what somebody leaves unfinished is kept for them, place by place."""

    def __init__(self, window: "MainWindow", add_anew: Callable[[KeptOutline], None]) -> None:
        """add_anew: begins a new place with a shape whose own place is gone."""
        super().__init__(window)
        self._window = window
        self._add_anew = add_anew
        self._panel: OutlinePanel | None = None
        # By person, then by place, the latest last.
        self._kept: dict[bytes, dict[bytes, KeptOutline]] = {}
        window.person_changed.connect(self._offer)

    # --- opening -------------------------------------------------------------------------

    def edit(self, place: PlaceView) -> None:
        """Change the shape of a place, or go on where this person left it."""
        kept = self._own().get(place.id)
        if kept is not None:
            self._open(kept.view_of(place), kept.sketch)
            self._window.messages.info(
                _("You had begun to change this outline"),
                _("Go on, or start from the one on the map."),
                (_("Start again"), lambda: self._start_again(place)),
            )
            return
        try:
            sketch = Sketch.from_wkb(place.geometry_wkb)
        except CollabMapError as error:
            self._window.messages.show(error)
            return
        self._open(place, sketch)

    def _open(self, place: PlaceView, sketch: Sketch) -> None:
        self.leave()
        panel = self._panel = OutlinePanel(self._window, place, sketch)
        panel.pad.settled.connect(self._keep_open)
        panel.save_wanted.connect(self._save)
        panel.given_up.connect(self._give_up)
        panel.left_open.connect(self.leave)
        panel.cut_drawn.connect(self._cut)
        self._window.panel_host.show_panel("outline", panel)
        # In a narrow window the map, not the panel that is new: that is where it is changed.
        self._window.body.show_tab("centre")
        box, seen = bounds_of(sketch), self._window.map.bbox()
        if not (seen.contains(box.west, box.south) and seen.contains(box.east, box.north)):
            self._window.map.fit(box)

    def _start_again(self, place: PlaceView) -> None:
        self._forget(place.id)
        self.close()
        self.edit(place)

    # --- saving --------------------------------------------------------------------------

    def _save(self) -> None:
        panel = self._panel
        assert panel is not None
        place = panel.place
        # Of a broken outline what is shown is kept by saving it, and so put right.
        if not place.care and panel.pad.sketch == Sketch.from_wkb(place.geometry_wkb):
            self._forget(place.id)
            self.close()
            return
        try:
            wkb = panel.pad.sketch.wkb()
        except CollabMapError as error:
            self._on_refused(panel, error)
            return
        self._window.tasks.write(
            lambda session: session.edit(place, {"geometry_wkb": wkb}),
            lambda _effect: self._on_saved(
                panel, place, _("The outline of “{name}” is changed").format(name=place.name)
            ),
            lambda error: self._on_refused(panel, error),
        )

    def _cut(self, line: tuple[LngLat, ...]) -> None:
        panel = self._panel
        assert panel is not None
        place = panel.place
        try:
            parts = split(panel.pad.sketch.geometry(), line)
        except CollabMapError as error:
            self._window.messages.show(error)
            return
        self._window.tasks.write(
            lambda session: session.split(place, parts),
            lambda _ids: self._on_saved(
                panel,
                place,
                _("“{name}” is cut in {count}").format(name=place.name, count=len(parts)),
            ),
            lambda error: self._on_refused(panel, error),
        )

    def _on_saved(self, panel: OutlinePanel, place: PlaceView, words: str) -> None:
        self._forget(place.id)
        if self._panel is panel:
            self.close()
        self._window.messages.done(
            words, self._window.what_follows(place), (_("Undo"), self._window.commands.undo)
        )

    def _on_refused(self, panel: OutlinePanel, error: CollabMapError) -> None:
        if self._panel is panel:
            panel.save.setEnabled(True)
        self._window.messages.show(error)

    # --- leaving -------------------------------------------------------------------------

    def _give_up(self) -> None:
        panel = self._panel
        assert panel is not None
        kept = self._forget(panel.place.id)
        self.close()
        if kept is not None:
            self._window.messages.info(
                _("The outline of “{name}” is as it was").format(name=kept.name),
                "",
                (_("Go on changing it"), lambda: self._go_on(kept)),
            )

    def leave(self) -> None:
        """Close the panel; what was changed is kept for the person who changed it."""
        self.close()

    def close(self) -> None:
        panel, self._panel = self._panel, None
        if panel is None:
            return
        host = self._window.panel_host
        if host.current is panel:
            host.back()

    def suspend(self) -> Callable[[], None] | None:
        """Close the panel before the words are built again; return what opens it as it was."""
        panel = self._panel
        if panel is None:
            return None
        place, sketch = panel.place, panel.pad.sketch
        self.close()
        return lambda: self._open(place, sketch)

    # --- what is kept --------------------------------------------------------------------

    def _own(self) -> dict[bytes, KeptOutline]:
        person = self._window.person
        return self._kept.get(person.id, {}) if person is not None else {}

    def _keep_open(self) -> None:
        panel, person = self._panel, self._window.person
        if panel is not None and person is not None:
            own = self._kept.setdefault(person.id, {})
            own.pop(panel.place.id, None)
            own[panel.place.id] = KeptOutline.of(panel.place, panel.pad.sketch)
            self._keep()

    def _forget(self, place: bytes) -> KeptOutline | None:
        """Keep what was begun of a place no longer; return it, None if nothing was."""
        kept = self._own().pop(place, None)
        if kept is not None:
            self._keep()
        return kept

    def _keep(self) -> None:
        """Keep it on this device: it outlives the window."""
        device, info = self._window.device, self._window.info
        if info is not None:
            project = bytes.fromhex(info.project_id_hex)
            plain = {
                person.hex(): [kept.to_plain() for kept in own.values()]
                for person, own in self._kept.items()
            }
            self._window.tasks.run(lambda: device.set_note(project, OUTLINES, plain))

    def take_kept(self, kept: dict[str, Any]) -> None:
        """Take what this device kept of the project that has opened."""
        self.close()
        self._kept = {
            bytes.fromhex(person): {
                outline.place: outline for outline in map(KeptOutline.from_plain, own)
            }
            for person, own in kept.items()
        }

    def _offer(self) -> None:
        """Tell who has come what they left last; the rest waits on each place."""
        kept = next(reversed(self._own().values()), None)
        if kept is None or self._panel is not None or not self._window.can_write:
            return
        self._window.messages.info(
            _("You had begun to change the outline of “{name}”").format(name=kept.name),
            _("Go on, or leave it as it is on the map."),
            (_("Go on"), lambda: self._go_on(kept)),
            (_("Leave it"), lambda: self._forget(kept.place)),
        )

    def _go_on(self, kept: KeptOutline) -> None:
        def found(place: PlaceView | None) -> None:
            if place is None:
                self._forget(kept.place)
                self._add_anew(kept)
                return
            window = self._window
            if window.mode != "contribute":
                window.go_to_mode("contribute")
            window.placing.give_up()
            self._open(kept.view_of(place), kept.sketch)
            self._keep_open()

        self._window.tasks.read(lambda reader: reader.place(kept.place), found)
