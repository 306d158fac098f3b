"""Making a base map: which extract, where, how near; then painting it, and what came of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app import base_map_building as building
from collabmap.app.base_map_building import Wanted
from collabmap.app.words import _, format_number, language
from collabmap.errors import Cancelled, CollabMapError
from collabmap.ui import files, look
from collabmap.ui.panels.base_map_area import AreaPart, first_area
from collabmap.ui.panels.base_map_kept import kept
from collabmap.ui.panels.base_map_measuring import Measuring
from collabmap.ui.panels.base_map_running import DonePart, RunningPart
from collabmap.ui.panels.base_map_source import MorePart, SourcePart
from collabmap.ui.panels.base_map_zooms import ZoomsPart
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collabmap.basemap.communes import Commune
    from collabmap.basemap.control import Control
    from collabmap.basemap.extract_facts import ExtractFacts
    from collabmap.domain.territory import Territory
    from collabmap.ui.main_window import MainWindow

Step = Literal["offer", "choose", "running", "done"]

# After this a layout that has lost a part has its new height.
SETTLED_MS = 60


class Question(NamedTuple):
    """What must be answered before the build begins.  answers: (words, what it does)."""

    words: str
    answers: tuple[tuple[str, Callable[[], None]], ...]


class BaseMapPanel(Panel):
    """step: what is shown.  question: what is asked at the foot, None for nothing."""

    is_at_right = True
    width_px = 400

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Choices")
        self.step: Step = "choose"
        self.question: Question | None = None
        self.work = window.base_map_work
        self._reading: Control | None = None
        self._is_sure_of_many = False
        self.territory: Territory | None = None
        self.title = self.add_title(
            _("New base map"), back=window.sections.root() != "base_map_new"
        )
        self.source = SourcePart()
        self.source.chosen.connect(self.take_files)
        self.area = AreaPart(window)
        self.area.changed.connect(self._on_changed)
        self.area.folded.connect(self._on_folded)
        self.zooms = ZoomsPart()
        self.zooms.changed.connect(self._on_changed)
        self.more = MorePart()
        self.more.changed.connect(self._on_changed)
        self.running = RunningPart()
        self.done = DonePart()
        self.offer = Note("", title=_("A base map was begun"), icon="progress-clock")
        self._parts: dict[QWidget, tuple[Step, ...]] = {
            self.offer: ("offer",),
            self.source: ("choose",),
            self.area: ("choose",),
            self.zooms: ("choose",),
            self.more: ("choose",),
            self.running: ("running",),
            self.done: ("done",),
        }
        for part in self._parts:
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.measuring = Measuring(window, self.zooms)
        self._build_foot()
        self.work.progressed.connect(self._follow)
        self.work.ended.connect(self._on_ended)
        self.work.offered.connect(self._show_step)
        self._show_step()

    def _build_foot(self) -> None:
        self.note = Note("", icon="alert", colour="text")
        self.foot.addWidget(self.note)
        self.answers = QHBoxLayout()
        self.answers.setSpacing(8)
        self.foot.addLayout(self.answers)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.pause = Button(_("Pause"), icon="pause", height_px=48)
        self.pause.clicked.connect(self._on_pause)
        self.stop = Button(_("Stop"), icon="close", height_px=48)
        self.stop.clicked.connect(self.work.stop)
        self.other = Button("", height_px=48)
        self.other.clicked.connect(self._on_other)
        self.primary = Button("", "primary", height_px=52)
        self.primary.clicked.connect(self._on_primary)
        for button, stretch in ((self.pause, 1), (self.stop, 1)):
            row.addWidget(button, stretch)
        self.foot.addLayout(row)
        self.foot.addWidget(self.primary)
        self.foot.addWidget(self.other)

    # --- as a panel -------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        if self.step == "running":
            return self.pause
        return self.source.box if self.step == "choose" and not self.source.facts else self.primary

    def entered(self) -> None:
        self.work.follow_top_bar()
        # Places are not what one looks at here.
        self.main.map.set_faded(())
        self.area.enter_map()
        self._show_step()
        if self.step != "choose":
            self.area.show_whole()

    def left(self) -> None:
        self.measuring.cancel()
        self.area.leave_map()
        self.main.map.set_faded(None)

    def took_escape(self) -> bool:
        if self.question is not None:
            self._ask(None)
            return True
        return False

    def kept(self) -> Callable[[Panel], None]:
        return kept(self)

    def help_keys(self) -> list[tuple[str, str]]:
        return [
            (_("Arrows"), _("Move the area, on the map")),
            (_("Shift+arrows"), _("Make the area larger or smaller")),
        ]

    # --- what is shown ----------------------------------------------------------------------

    def _show_step(self) -> None:
        build = self.work.build
        if build is not None and build.made is not None:
            self.step = "done"
            self.done.show_made(build.made)
        elif self.work.is_running:
            self.step = "running"
        else:
            self.step = "offer" if self.work.offer is not None else "choose"
        shown = build if self.step in ("running", "done") else self.work.offer
        if shown is not None and self.step != "choose":
            self._show_area_of(shown.wanted)
        elif self.step == "choose" and not self.source.facts:
            self.area.set_area(None)
        self.area.set_locked(self.step != "choose")
        for part, steps in self._parts.items():
            has_file = bool(self.source.facts) or part is self.source
            part.setVisible(self.step in steps and (has_file or self.step != "choose"))
        self._ask(None)
        self._follow()
        self._show_foot()

    def _show_area_of(self, wanted: Wanted) -> None:
        """Show where a build is; a drawn area has the project's name only in its file."""
        info = self.main.info
        name = "" if info is not None and wanted.name == info.name else wanted.name
        if (wanted.area, name) != (self.area.area, self.area.name):
            self.area.set_area(wanted.area, wanted.outline, name)

    def _show_foot(self) -> None:
        running = self.step == "running"
        self.pause.setVisible(running)
        self.stop.setVisible(running)
        is_asking = self.question is not None
        self.primary.setVisible(not running and not is_asking)
        self.other.setVisible(self.step in ("offer", "done") and not is_asking)
        words, icon = self._primary_words()
        self.primary.setText(words)
        self.primary.set_icon(icon)
        is_ready = bool(self.source.facts) and self.area.area is not None
        self.primary.setEnabled(self.step != "choose" or not self.source.facts or is_ready)
        self.other.setText(
            _("Begin another one") if self.step == "offer" else _("Make another one")
        )

    def _primary_words(self) -> tuple[str, str]:
        if self.step == "offer" and self.work.offer is not None:
            words = _("Go on: {done} of {total}")
            done, total = self.work.offer.done, self.work.offer.total
            said = words.format(done=format_number(done), total=format_number(total))
            return said, "play"
        if self.step == "done":
            return _("Put it under the map"), "layers"
        if not self.source.facts:
            return _("Choose the extract"), "folder-open-outline"
        return _("Make this base map"), "layers-plus"

    def _follow(self) -> None:
        """Show how far the build is, or what could go on."""
        if self.step == "offer" and (offer := self.work.offer) is not None:
            self.offer.text.setText(
                _("“{name}” was interrupted. What is painted is still there.").format(
                    name=offer.wanted.name or offer.out.stem
                )
            )
        build = self.work.build
        if build is None or self.step != "running":
            return
        self.running.follow(build)
        is_paused = build.state == "paused"
        self.pause.setText(_("Go on") if is_paused else _("Pause"))
        self.pause.set_icon("play" if is_paused else "pause")

    def _ask(self, question: Question | None) -> None:
        """Ask something at the foot, instead of the filled button; None asks nothing."""
        self.question = question
        while item := self.answers.takeAt(0):
            if button := item.widget():
                button.hide()
                button.deleteLater()
        self.note.setVisible(question is not None)
        if question is not None:
            self.note.text.setText(question.words)
            for words, run in question.answers:
                button = Button(words, height_px=44)
                button.clicked.connect(run)
                self.answers.addWidget(button, 1)
        self._show_foot()
        if (first := self.answers.itemAt(0)) is not None and (button := first.widget()):
            button.setFocus()

    def take_territory(self, territory: "Territory") -> None:
        """Make the base map of this, as far as the extract has it."""
        self.territory = territory
        self.area.set_area(territory.box, None, territory.name)

    # --- the extract ------------------------------------------------------------------------

    def take_files(self, paths: Sequence[Path]) -> None:
        """Look at extracts that were chosen or dropped, and go on with them."""
        if self.work.is_running or not paths:
            return
        self.source.show_reading(paths)
        chosen = tuple(paths)
        self.main.tasks.beside(
            lambda: [building.facts_of(path) for path in chosen],
            self._on_facts,
            self._on_bad_file,
            owner=self,
            key="extract facts",
        )

    def _on_bad_file(self, error: CollabMapError) -> None:
        self.source.show_facts(self.source.facts)
        self.main.messages.show(error)

    def _on_facts(self, facts: "list[ExtractFacts]") -> None:
        self.source.show_facts(facts)
        if self.work.offer is not None:
            self.work.drop_offer()
        self.read_places()
        boxes = [each.bbox for each in facts]
        if not self.area.holds(self.territory, boxes):
            self.area.set_area(first_area(boxes, self.main.map))
        self.refresh()
        self.primary.setFocus()

    def refresh(self) -> None:
        """Show what is chosen now, and measure it."""
        self._show_step()
        self._on_changed()

    def read_places(self) -> None:
        """Look for the places that the extracts name."""
        self.area.show_places(None)
        sources, words = tuple(each.path for each in self.source.facts), language()
        if self._reading is not None:
            self._reading.cancel()
        self._reading = reading = self.work.new_question()
        self.main.tasks.beside(
            lambda: building.places_of(sources, words, reading),
            self._on_places,
            lambda error: None if isinstance(error, Cancelled) else self._on_places([]),
            owner=self,
            key="extract places",
        )

    def _on_places(self, places: "list[Commune]") -> None:
        self.area.show_places(places)

    # --- what it would take -----------------------------------------------------------------

    def wanted(self) -> Wanted:
        """Return what is chosen now."""
        name = self.area.name or (self.main.info.name if self.main.info else "")
        return Wanted(
            tuple(each.path for each in self.source.facts),
            self.area.area,
            self.area.outline,
            self.zooms.zooms,
            self.more.style_name,
            self.more.scale,
            self.more.fmt,
            self.more.names_in,
            name,
        )

    def _on_folded(self) -> None:
        # The page has become shorter under the eyes: back to where the hand is.
        where = self.area.ways["place"]
        QTimer.singleShot(
            SETTLED_MS, self, lambda: self.scroller.ensureWidgetVisible(where, 0, look.px(80))
        )

    def _on_changed(self) -> None:
        """Count anew at once, and measure once the hand is still."""
        self.measuring.cancel()
        self._is_sure_of_many = False
        if self.question is not None:
            self._ask(None)
        if self.area.area is not None and self.source.facts and self.main.info is not None:
            self.measuring.ask(self.wanted(), self.main.info.path)
        self._show_foot()

    # --- making it --------------------------------------------------------------------------

    def _on_primary(self) -> None:
        if self.step == "offer":
            self.work.go_on()
            self._show_step()
            self.pause.setFocus()
        elif self.step == "done":
            self.work.put_under_the_map()
        elif not self.source.facts:
            self.source.choose()
        else:
            self.make()

    def _on_other(self) -> None:
        if self.step == "offer":
            self.work.drop_offer()
        else:
            self.work.clear()
            self._on_changed()
        self._show_step()
        self.source.box.setFocus()

    def make(self) -> None:
        """Begin, after asking what must be asked."""
        if self.zooms.total > building.MANY_TILES and not self._is_sure_of_many:
            self._ask_about_many()
            return
        info = self.main.info
        if info is None:
            return
        wanted, project = self.wanted(), info.path
        self.primary.setEnabled(False)

        place = self.area.name

        def look() -> tuple[Path, bool]:
            out = building.default_out(project, place)
            return out, out.exists()

        self.main.tasks.beside(
            look, lambda found: self._on_out(wanted, *found), self._on_bad_out, owner=self
        )

    def _on_bad_out(self, error: CollabMapError) -> None:
        self._show_foot()
        self.main.messages.show(error)

    def _ask_about_many(self) -> None:
        words = _("That is {count} tiles: many hours, and a file too large for a stick.")
        self._ask(
            Question(
                words.format(count=format_number(self.zooms.total)),
                (
                    (_("Choose fewer"), lambda: self._ask(None)),
                    (_("Make them all"), self._make_many),
                ),
            )
        )

    def _make_many(self) -> None:
        self._is_sure_of_many = True
        self._ask(None)
        self.make()

    def _on_out(self, wanted: Wanted, out: Path, is_there: bool) -> None:
        if not is_there:
            self._begin(wanted, out)
            return
        self._ask(
            Question(
                _("“{name}” is there already.").format(name=out.name),
                (
                    (_("Keep both"), lambda: self._begin_beside(wanted, out)),
                    (_("Replace it"), lambda: self._begin_beside(wanted, out, out.name)),
                ),
            )
        )

    def _begin_beside(self, wanted: Wanted, out: Path, instead_of: str = "") -> None:
        """Build under a free name: what is to be replaced stays until the new one is whole."""
        self.main.tasks.beside(
            lambda: files.free_path(out),
            lambda free: self._begin(wanted, free, instead_of),
            owner=self,
        )

    def _begin(self, wanted: Wanted, out: Path, instead_of: str = "") -> None:
        self.measuring.cancel()
        self.work.start(wanted, out, instead_of=instead_of)
        self._show_step()
        self.pause.setFocus()

    def _on_pause(self) -> None:
        build = self.work.build
        if build is not None and build.state == "paused":
            self.work.resume()
        else:
            self.work.pause()

    def _on_ended(self) -> None:
        if not isValid(self):
            return
        build = self.work.build
        if build is not None and build.made is None:
            self.work.build = None
        self._show_step()
        if self.isVisible() and (first := self.first_focus()) is not None:
            first.setFocus()
        if self.step == "choose" and self.source.facts:
            self._on_changed()
