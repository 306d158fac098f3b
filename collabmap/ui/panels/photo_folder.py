"""A folder of photos: where they belong is shown first, then they are added all at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from collabmap.app.photo_folder import Folder, Plan, Stop, plan, read_folder
from collabmap.app.words import _, format_date, format_number, format_time, language, ngettext
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.domain.photo_placing import Way
from collabmap.domain.track import Track
from collabmap.domain.written_numbers import converted, read_number
from collabmap.errors import CollabMapError
from collabmap.ui.photo_taking import Errand, Outcome, PhotoTaking
from collabmap.ui.photos_here import say_refused
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.progress import ProgressLine
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick
from collabmap.ui.widgets.tiles import TileGrid

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# A clock that is off by more was never set: its photos say nothing of when.
MOST_MINUTES = 24 * 60


class PhotoFolderPanel(Panel):
    """folder: what was read, None before.  found: where it would go, None before that is known."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Photos")
        self.folder: Folder | None = None
        self.found: Plan | None = None
        self.walk: Track | None = None
        # By how much the camera's clock was ahead of the walk's.
        self.ahead_s = 0.0
        self.taking: PhotoTaking | None = None
        self.add_title(_("A folder of photos"), back=True)
        self.head.addWidget(
            Text(
                _("They find their places by where or when they were taken. Neither is kept."),
                "muted",
                wrap=True,
            )
        )
        self._build_pick()
        self._build_found()
        self.body.addStretch(1)
        self._build_foot()
        self._show()

    # --- building -------------------------------------------------------------------------

    def _build_pick(self) -> None:
        self.pick = WayCard(
            "folder-image", _("Choose a folder of photos"), _("From a phone, a camera or a stick")
        )
        self.pick.clicked.connect(self.choose_folder)
        self.body.addWidget(self.pick)

    def _build_found(self) -> None:
        self.result = QWidget()
        column = QVBoxLayout(self.result)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        self.counted = Text("", "heading", wrap=True)
        column.addWidget(self.counted)
        self.note = Note("")
        column.addWidget(self.note)
        self.walk_card = WayCard(
            "map-marker-path", _("A recorded walk"), _("Where you were when (.gpx)")
        )
        self.walk_card.clicked.connect(self.choose_walk)
        column.addWidget(self.walk_card)
        # A camera that knows nothing of summer time is an hour off.
        self.ahead = LineField("0")
        self.ahead.editingFinished.connect(self._on_ahead)
        self.clock = Labelled(
            _("Minutes by which the camera’s clock was ahead"),
            self.ahead,
            hint=_("Write −60 if it was an hour behind."),
        )
        column.addWidget(self.clock)
        self.list = LineList(self.main.theme, _("Where the photos belong"), grows=True)
        self.list.opened.connect(self._on_line)
        column.addWidget(self.list)
        self.makes_new = Tick(_("Also add new places where there is none"))
        self.makes_new.toggled.connect(lambda _is_on: self._show())
        column.addWidget(self.makes_new)
        self.tiles = TileGrid(self.main.theme, checkable=True)
        self.tiles.picked.connect(lambda _category: self._show())
        self.category = Labelled(_("What are the new places?"), self.tiles, required=True)
        column.addWidget(self.category)
        self.body.addWidget(self.result)

    def _build_foot(self) -> None:
        self.bar = ProgressLine()
        self.foot.addWidget(self.bar)
        self.progress_words = Text("", "muted", wrap=True)
        self.foot.addWidget(self.progress_words)
        self.stop = Button(_("Stop"), icon="stop", height_px=52)
        self.stop.clicked.connect(self._on_stop)
        self.foot.addWidget(self.stop)
        self.add = Button("", "primary", icon="camera-plus", height_px=52)
        self.add.clicked.connect(self._on_add)
        self.foot.addWidget(self.add)

    def first_focus(self) -> QWidget | None:
        return self.pick if self.found is None else self.add

    # --- reading --------------------------------------------------------------------------

    def choose_folder(self) -> None:
        """Ask for a folder."""
        if path := QFileDialog.getExistingDirectory(self, _("Choose a folder of photos")):
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Read a folder, and say where its photos belong."""
        self.found = self.folder = None
        self.pick.setEnabled(False)
        self.pick.set_words(path.name or str(path), _("It is being read…"))
        self.main.tasks.long_aside(
            _("Reading the photos"),
            lambda progress, cancel: read_folder(path, progress, cancel),
            self._on_folder,
            self._on_unreadable,
            owner=self,
        )
        self._show()

    def _on_folder(self, folder: Folder) -> None:
        self.folder = folder
        self.pick.setEnabled(True)
        self.pick.set_words(folder.path.name or str(folder.path), _("Choose another folder"))
        self._plan()

    def _on_unreadable(self, error: CollabMapError) -> None:
        self.pick.setEnabled(True)
        self.pick.set_words(_("Choose a folder of photos"), _("From a phone, a camera or a stick"))
        self.main.messages.show(error)
        self._show()

    def choose_walk(self) -> None:
        """Ask for a walk, for the photos that say only when they were taken."""
        path, _filter = QFileDialog.getOpenFileName(
            self, _("The file of a walk"), "", _("Walks") + " (*.gpx *.GPX)"
        )
        if path:
            self.take_walk(Path(path))

    def take_walk(self, path: Path) -> None:
        """Read a walk, and find the places of the photos by it."""
        # Imported late: few folders need one.
        from collabmap.app.walks import read_walks

        self.main.tasks.run(
            lambda: read_walks(path).tracks[0],
            lambda track: self._on_walk(path, track),
            owner=self,
            key="walk",
        )

    def _on_walk(self, path: Path, track: Track) -> None:
        self.walk = track
        self.walk_card.set_words(path.name, _("Choose another walk"))
        self._plan()

    def _on_ahead(self) -> None:
        """Find the places by another clock."""
        read = read_number(self.ahead.text() or "0", language())
        minutes = converted(*read, "min") if read is not None else None
        if minutes is None or abs(minutes) > MOST_MINUTES:
            self.clock.set_error(_("Give a number of minutes, such as 60 or −5."))
            return
        self.clock.set_error("")
        if minutes * 60 != self.ahead_s:
            self.ahead_s = minutes * 60.0
            self._plan()

    def _plan(self) -> None:
        folder, walk, ahead_s = self.folder, self.walk, self.ahead_s
        if folder is not None:
            self.main.tasks.read(
                lambda reader: plan(reader, folder, walk, ahead_s),
                self._on_plan,
                owner=self,
                key="plan",
            )

    def _on_plan(self, found: Plan) -> None:
        is_first = self.found is None
        self.found = found
        self.list.set_lines(list(self._lines(found)))
        if is_first:
            self.makes_new.setChecked(all(stop.place is None for stop in found.stops))
        self._show()
        if found.stops and is_first:
            self.add.setFocus()

    # --- showing --------------------------------------------------------------------------

    def _lines(self, found: Plan) -> Sequence[Line]:
        there = [stop for stop in found.stops if stop.place is not None]
        new = [stop for stop in found.stops if stop.place is None]
        lines: list[Line] = []
        if there:
            lines.append(Line(_("To places of the map"), is_head=True))
            lines += [
                Line(
                    stop.name or _("(removed)"),
                    self._second(stop),
                    _photos(len(stop.photos)),
                    key=stop.position,
                    category=stop.category,
                )
                for stop in there
            ]
        if new:
            lines.append(Line(_("Where there is no place yet"), is_head=True))
            lines += [
                Line(
                    _name_of(stop),
                    self._second(stop),
                    _photos(len(stop.photos)),
                    key=stop.position,
                    icon="map-marker-plus",
                    state="new",
                )
                for stop in new
            ]
        if found.unplaced:
            lines.append(Line(_("Nothing says where"), is_head=True))
            lines.append(
                Line(
                    _photos(len(found.unplaced)),
                    ngettext(
                        "Drop it on the card of its place.",
                        "Drop them on the card of their place.",
                        len(found.unplaced),
                    ),
                    icon="map-marker-question-outline",
                )
            )
        return lines

    def _second(self, stop: Stop) -> str:
        parts = []
        if stop.place is not None:
            metres = format_number(round(stop.distance_m))
            parts.append(_("{metres} m away").format(metres=metres))
        if stop.ways == {Way.WALK}:
            parts.append(_("by the walk"))
        elif Way.NEIGHBOURS in stop.ways:
            parts.append(_("by the photos before and after"))
        return " · ".join(parts)

    def _on_line(self, key: object) -> None:
        if isinstance(key, LngLat):
            self.main.map.fly_to(key.lng, key.lat, max(self.main.map.zoom(), 17))
            self.main.map.show_pin(key, "", movable=False)

    def _show(self) -> None:
        found, is_busy = self.found, self.taking is not None
        self.result.setVisible(found is not None)
        self.result.setEnabled(not is_busy)
        self.pick.setVisible(not is_busy)
        for part in (self.bar, self.progress_words, self.stop):
            part.setVisible(is_busy)
        self.add.setVisible(found is not None and not is_busy)
        if found is None:
            return
        self.counted.setText(_photos(len(found.folder.photos)))
        self._say_problems(found)
        self.walk_card.setVisible(self.walk is not None or bool(found.unplaced))
        self.clock.setVisible(self.walk is not None)
        has_new = any(stop.place is None for stop in found.stops)
        self.makes_new.setVisible(has_new)
        self.category.setVisible(has_new and self.makes_new.isChecked())
        count = sum(len(stop.photos) for stop in self._wanted())
        self.add.setEnabled(bool(count))
        words = ngettext("Add {count} photo", "Add {count} photos", count)
        self.add.setText(words.format(count=format_number(count)))

    def _say_problems(self, found: Plan) -> None:
        said = []
        if found.folder.unread:
            words = ngettext(
                "{count} file is not a photo, or is damaged: {names}. It is left out.",
                "{count} files are not photos, or are damaged: {names}. They are left out.",
                len(found.folder.unread),
            )
            names = [path.name for path, _error in found.folder.unread]
            shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            said.append(words.format(count=format_number(len(names)), names=shown))
        if not found.folder.is_all:
            said.append(_("There are more: the rest can come from a second folder."))
        self.note.text.setText(" ".join(said))
        self.note.setVisible(bool(said))

    def _wanted(self) -> list[Stop]:
        """Return the stops that would be added."""
        if self.found is None:
            return []
        with_new = self.makes_new.isChecked()
        return [stop for stop in self.found.stops if stop.place is not None or with_new]

    # --- adding ---------------------------------------------------------------------------

    def _on_add(self) -> None:
        wanted = self._wanted()
        category = self.tiles.chosen()
        if any(stop.place is None for stop in wanted) and not category:
            self.category.set_error(_("Choose what it is, above."))
            self.tiles.tiles[0].setFocus()
            return
        self.category.set_error("")
        errands = [_errand(stop, category) for stop in wanted]
        self.taking = PhotoTaking(self.main, errands, self._on_done)
        self.taking.progressed.connect(self._on_progress)
        self.stop.setEnabled(True)
        self._show()
        self.stop.setFocus()
        self.taking.start()

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.set_share(done / total if total else None)
        words = _("{done} photos of {total}")
        self.progress_words.setText(
            words.format(done=format_number(done), total=format_number(total))
        )

    def _on_stop(self) -> None:
        if self.taking is not None:
            self.stop.setEnabled(False)
            self.taking.stop()

    def _on_done(self, outcome: Outcome) -> None:
        self.taking = None
        window = self.main
        if outcome.count:
            title = ngettext("{count} photo is added", "{count} photos are added", outcome.count)
            hint = _("Made smaller, and without where and when they were taken.")
            if outcome.is_stopped:
                hint = _("It was stopped: the others are still in their folder.")
            window.messages.done(
                title.format(count=format_number(outcome.count)),
                hint,
                (_("Undo"), window.commands.undo),
            )
        say_refused(window, outcome)
        if window.panel_host.current is self:
            if outcome.count and not outcome.is_stopped:
                window.panel_host.back()
            else:
                self._show()
                self._plan()

    def left(self) -> None:
        self.main.map.stop_placing()


def _errand(stop: Stop, category: str) -> Errand:
    photos = [photo.path for photo in stop.photos]
    if stop.place is not None:
        return Errand(stop.place, photos)
    at = stop.position
    return Errand(PlaceDraft(_name_of(stop), category, at.lng, at.lat), photos)


def _name_of(stop: Stop) -> str:
    """Return what a new place is called until somebody gives it a name."""
    taken = stop.photos[0].facts.taken_ms
    if taken is None:
        return _("Photo {name}").format(name=stop.photos[0].path.stem)
    words = _("Photos of {day}, {time}") if len(stop.photos) > 1 else _("Photo of {day}, {time}")
    return words.format(day=format_date(taken), time=format_time(taken))


def _photos(count: int) -> str:
    words = ngettext("{count} photo", "{count} photos", count)
    return words.format(count=format_number(count))
