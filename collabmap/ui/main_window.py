"""The one window: its regions, the panels that fill them, and what its actions do.

What panels may use: `tasks`, `messages`, `map`, `filter`, `base_maps`, `body`, `panel_host`,
`actions_table`, `device`, `info` (ProjectInfo, None while no map is open), `person` (PersonView,
None while nobody has said a name), `theme`, and the signals below.
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.effect import Effect
from collabmap.domain.feature import Counts, FeatureState, PersonView, PlaceView
from collabmap.domain.geo import Bbox
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError, ProjectReadOnly
from collabmap.ui import look
from collabmap.ui.actions import Actions
from collabmap.ui.at_start import AtStart
from collabmap.ui.base_map_work import BaseMapWork
from collabmap.ui.base_maps import BaseMaps
from collabmap.ui.body import Body
from collabmap.ui.closing import may_close
from collabmap.ui.commands import Commands
from collabmap.ui.counting import Counting
from collabmap.ui.dropping import Dropping
from collabmap.ui.duplicate_search import DuplicateSearch
from collabmap.ui.event.mode import EventMode
from collabmap.ui.filtering import FilterState
from collabmap.ui.front import Front
from collabmap.ui.hiding import Hiding
from collabmap.ui.hints import Hints
from collabmap.ui.kept_words import KeptWords
from collabmap.ui.map.context_menu import MapMenu
from collabmap.ui.map.legend import MapLegend
from collabmap.ui.map.no_base_map import NoBaseMap
from collabmap.ui.map.view import MapView
from collabmap.ui.map_comfort import MapComfort
from collabmap.ui.map_entries import MapEntries
from collabmap.ui.map_links import MapLinks
from collabmap.ui.map_marks import MapMarks
from collabmap.ui.map_reading import MapReading
from collabmap.ui.map_shapes import MapShapes
from collabmap.ui.merges import Merges
from collabmap.ui.messages import MessageAction, Messages
from collabmap.ui.panel_table import PANELS, ROOTS
from collabmap.ui.pasting import Pasting
from collabmap.ui.place_tagging import PlaceTagging
from collabmap.ui.placing import Placing
from collabmap.ui.posting import post
from collabmap.ui.preferences import Preferences
from collabmap.ui.project_desk import Opened, ProjectDesk
from collabmap.ui.regions import Regions
from collabmap.ui.sections import Sections
from collabmap.ui.tasks import LongTask, Tasks
from collabmap.ui.theme_here import ThemeHere
from collabmap.ui.undoing import Undoing
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.panel_host import PanelHost
from collabmap.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from collabmap.app.base_maps import BaseMapView
    from collabmap.app.exporting import ProjectInfo
    from collabmap.app.lanes import Lanes
    from collabmap.store.device import Device


class MainWindow(QWidget):
    """person_changed: PersonView or None.  effects_arrived: an Effect, on the GUI thread.

    project_changed: ProjectInfo or None.  mode_changed: 'contribute', 'review' or 'prepare'.
    counts_changed: Counts.  unsent_changed: places that this computer has not sent.
    theme_changed: the Theme of the open map as it is now.
    """

    person_changed = Signal(object)
    effects_arrived = Signal(object)
    project_changed = Signal(object)
    mode_changed = Signal(str)
    counts_changed = Signal(object)
    unsent_changed = Signal(int)
    theme_changed = Signal(object)

    def __init__(self, device: "Device", theme: Theme) -> None:
        super().__init__()
        self.device = device
        self.theme = theme
        self.info: ProjectInfo | None = None
        self.person: PersonView | None = None
        self.counts = Counts(0, 0, 0, 0)
        self.unsent = 0
        self.newest: bytes | None = None
        self.mode = "contribute"
        self._wants_fit = False
        self._extent: Bbox | None = None
        self.setWindowTitle("CollabMap")
        self.setMinimumSize(480, 420)

        self._post = post()
        self.tasks = Tasks(self)
        self.map = MapView(self)
        self.map.set_theme(theme)
        self.map.set_tokens(look.tokens().name)
        self.base_maps = BaseMaps(self)
        self.preferences = Preferences(self, device)
        self.marks = MapMarks(self)
        self.shapes = MapShapes(self)
        self.filter = FilterState(self)
        self.desk = ProjectDesk(self)
        self.placing = Placing(self)
        self.words = KeptWords(self)
        self.regions = Regions(self)
        self.front = Front(self)
        self.commands = Commands(self)
        self.dropping = Dropping(self)
        self.pasting = Pasting(self)
        self.hiding = Hiding(self)
        self.map_menu = MapMenu(self, self.map)
        self.map_entries = MapEntries(self)
        self.map_comfort = MapComfort(self)
        self.merges = Merges(self)
        self.at_start = AtStart(self)
        self.sections = Sections(self, PANELS)
        self.base_map_work = BaseMapWork(self)
        self.place_tagging = PlaceTagging(self)
        self.counting = Counting(self)
        self.duplicates = DuplicateSearch(self)
        self.duplicates.found.connect(self.counting.refresh)
        self.reading = MapReading(self)
        self.links = MapLinks(self)
        self.undoing = Undoing(self)
        self.hints = Hints(self)
        self.theme_here = ThemeHere(self)
        self.event_mode = EventMode(self)
        self.build()
        self.base_maps.changed.connect(self._say_no_base_map)
        self.tasks.failed.connect(self._on_failed)
        self.tasks.long_started.connect(self._on_long)
        self.marks.located.connect(self._on_places_located)
        self.map.mark_clicked.connect(self.commands.open_place)
        self.map.empty_clicked.connect(self.commands.clear_selection)
        self.map.tiles_failed.connect(self._on_failed)
        look.signals().changed.connect(self._on_look)

    # --- regions -------------------------------------------------------------------------

    def build(self) -> None:
        """Build everything that holds words; the map is kept when the language changes."""
        self.actions_table = Actions(self)
        self.top_bar = TopBar(self)
        self.messages = Messages(self)
        self.panel_host = PanelHost(self.tasks)
        self.no_base_map = NoBaseMap(self.map, self.actions_table["base_map"])
        self.legend = MapLegend(self)
        self.panel_host.changed.connect(self._on_panel)
        self.body = Body(self.panel_host, self.map, self.sections.build())
        self.pages = QStackedWidget()
        self.pages.addWidget(self.body)
        layout = self.layout()
        if layout is None:
            layout = QVBoxLayout(self)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        for part in (self.top_bar, self.messages.widget, self.pages):
            layout.addWidget(part)
        self.follow_project()
        self.undoing.show()
        self.base_map_work.follow_top_bar()
        self.event_mode.build()

    # --- panels --------------------------------------------------------------------------

    def open_panel(self, name: str) -> Panel:
        """Build the panel of that name and show it; Escape or its arrow comes back."""
        panel = self.build_panel(name)
        self.panel_host.show_panel(name, panel)
        return panel

    def build_panel(self, name: str) -> Panel:
        module, _colon, class_name = PANELS[name].partition(":")
        panel_class: type[Panel] = getattr(importlib.import_module(module), class_name)
        return panel_class(self)

    def go_to_mode(self, mode: str) -> None:
        """Show 'contribute', 'review' or 'prepare'."""
        self.placing.give_up()
        self.map.select(None)
        self.mode = mode
        root = self.event_mode.root() or ROOTS.get(mode) or self.sections.root()
        self.panel_host.show_root(root, self.build_panel(root))
        self.follow_project()
        self.sections.follow()
        self.mode_changed.emit(mode)

    def leave_panel(self) -> None:
        """Go back to the panel before; from the first one of a mode, to the map of all."""
        if len(self.panel_host.names) > 1:
            self.panel_host.back()
        else:
            self.go_to_mode("contribute")

    def focus_panel(self) -> None:
        """Put the keyboard on the first thing of the panel."""
        if (panel := self.panel_host.current) and (first := panel.first_focus()):
            first.setFocus()

    @property
    def lanes(self) -> "Lanes | None":
        return self.tasks.lanes

    # --- who may do what -----------------------------------------------------------------

    @property
    def can_write(self) -> bool:
        """Whether somebody here may add and change places in the open map."""
        return self.info is not None and not self.info.read_only and self.person is not None

    @property
    def is_coordinator(self) -> bool:
        return self.can_write and self.info is not None and self.info.role == "coordinator"

    def is_suggestion(self, place: PlaceView) -> bool:
        """Whether what this person changes of a place waits for a coordinator."""
        if self.is_coordinator:
            return False
        is_own = self.person is not None and place.author == self.person.id
        return not (is_own and place.state is FeatureState.PENDING)

    def what_follows(self, place: PlaceView) -> str:
        """Return what becomes of a change to a place, in words."""
        if self.is_coordinator:
            return ""
        if self.is_suggestion(place):
            return _("Your changes are suggestions: a coordinator decides.")
        return _("Kept on this computer until you send it.")

    def follow_project(self) -> None:
        """Show in the top bar and the actions what is open, and who may do what."""
        has_project = self.info is not None
        front = self.front
        is_free = front.welcome is None and front.start is None and front.recovery is None
        self.top_bar.setVisible(is_free and not self.event_mode.is_on)
        self.top_bar.follow(
            self.info.name if self.info else "",
            self.person,
            is_coordinator=self.is_coordinator,
            mode=self.mode,
        )
        self.top_bar.set_pending(self.counts.to_review)
        self.actions_table.allow(
            project=has_project and is_free,
            person=self.can_write and is_free,
            coordinator=self.is_coordinator and is_free,
            only=self.event_mode.actions(),
        )
        self.event_mode.follow(is_free=is_free)

    # --- the project ---------------------------------------------------------------------

    def on_project_opened(self, opened: Opened) -> None:
        """Show a project that has opened in its lanes."""
        self.info, self.theme, self.person = opened.info, opened.theme, opened.person
        self.newest, self.mode, self.unsent = None, "contribute", opened.unsent
        self.placing.take_drafts(opened.drafts)
        self.placing.edits.take(opened.edits)
        self.placing.outlines.take_kept(opened.outlines)
        self.words.take(opened.words)
        self.messages.clear()
        self.setWindowTitle(f"{self.info.name} — CollabMap")
        self.map.set_theme(self.theme)
        self.map.set_person(self.person.id if self.person else None)
        self.show_base_maps(self.info.base_maps)
        self._wants_fit = True
        self.marks.load()
        self.front.leave_start()
        self.event_mode.take(opened.event)
        self.go_to_mode("contribute")
        self.counting.refresh()
        self.front.take_consent(opened.consent, has_to_agree=opened.has_to_agree)
        if (locked := self.desk.take_locked()) is not None:
            self.messages.show(locked, kind="warning")
        elif self.info.read_only:
            self.say_read_only()
        elif self.person is None:
            self.front.show_welcome()
        for problem in opened.kit_problems:
            self.messages.show(problem, kind="warning")
        if opened.recovery_code:
            self.front.show_recovery(opened.recovery_code)
        self.person_changed.emit(self.person)
        self.unsent_changed.emit(self.unsent)
        self.project_changed.emit(self.info)
        self.at_start.look()
        if self.front.welcome is None and self.front.recovery is None:
            self.focus_panel()

    def show_base_maps(self, maps: "Iterable[BaseMapView]", *, is_new: bool = False) -> None:
        """Put base maps under the marks, bottom to top.  is_new: see BaseMaps.show."""
        self.base_maps.show(maps, is_new=is_new)
        if self.info is not None:
            shown = (view.path for view in self.base_maps.views if view.is_shown)
            lowest = next(shown, None)
            self.info = replace(self.info, base_maps=self.base_maps.views, basemap=lowest)
            self.sections.follow()

    def _on_panel(self, _name: str, _panel: Panel) -> None:
        self.front.follow()
        self.reading.follow()
        self._say_no_base_map()
        self.base_map_work.follow_top_bar()

    def _say_no_base_map(self) -> None:
        self.no_base_map.follow(
            # Whoever reviews needs the map whole, and decides about places, not about maps.
            is_wanted=self.info is not None
            and not self.base_maps.is_any_shown
            and self.mode != "review"
            and not self.event_mode.is_on,
            may_add=self.can_write,
            may_make=self.is_coordinator and self.panel_host.current_name != "base_map_new",
        )

    def on_project_refused(
        self, error: CollabMapError, *actions: MessageAction, hint: str = ""
    ) -> None:
        """Say why a map did not open; what was open stays open.  hint: see Messages.show."""
        if self.info is None:
            self.show_base_maps(())
            if self.front.start is None:
                self.front.go_to_start()
        is_in_form = self.front.start is not None and self.front.start.refuse(error)
        if actions or not is_in_form:
            self.messages.show(error, *actions, hint=hint)

    def say_read_only(self) -> None:
        """Say that this map is open for looking only."""
        assert self.info is not None
        self.messages.show(ProjectReadOnly(name=self.info.name), kind="warning")

    def _on_places_located(self, extent: Bbox | None) -> None:
        self.map.set_home(extent)
        if self._wants_fit and extent is not None:
            self._extent = extent
            self.map.fit(extent)
        elif self._wants_fit:
            self.map.show_territory()
        if self._wants_fit:
            # What was looked at before belongs to another map.
            self.map.history.clear()
        self._wants_fit = False

    def fit_again(self) -> None:
        """Show all places once the map has its own size: behind the first welcome it is larger."""
        extent, self._extent = self._extent, None
        if extent is not None:
            self.map.fit(extent)

    # --- what changes --------------------------------------------------------------------

    def tell_effect(self, effect: Effect) -> None:
        """Take an Effect in the thread that wrote, and bring it to this one."""
        self._post.send(self, self._on_effect, effect)

    def _on_effect(self, effect: Effect) -> None:
        if self.lanes is None or self.info is None:
            return
        self.marks.follow(effect)
        self.counting.refresh()
        if effect.meta or effect.people:
            self.tasks.write(lambda session: session.info(), self._on_info, key="info")
        self.effects_arrived.emit(effect)

    def on_unsent(self, count: int) -> None:
        """Show how many places wait on this computer."""
        self.unsent = count
        self.top_bar.saved.set_text(_("Saved"))
        self.unsent_changed.emit(count)

    def refresh_info(self, then: Callable[[], object] | None = None) -> None:
        """Look again what this computer may do, and only then go on."""

        def known(info: "ProjectInfo") -> None:
            self._on_info(info)
            if then is not None:
                then()

        self.tasks.write(lambda session: session.info(), known)

    def _on_info(self, info: "ProjectInfo") -> None:
        before, self.info = self.info, info
        if before is not None and before.base_maps != info.base_maps:
            self.show_base_maps(info.base_maps)
        self.follow_project()

    def _on_failed(self, error: CollabMapError) -> None:
        self.messages.show(error)

    def _on_long(self, task: LongTask) -> None:
        self.panel_host.follow(task)

    def _on_look(self) -> None:
        self.map.set_tokens(look.tokens().name)

    # --- the window itself ---------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.front.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what is under way and close the project; ask first while a copy runs."""
        if not may_close(self):
            event.ignore()
            return
        self.placing.give_up()
        self.map.close()
        self.base_map_work.keep()
        self.desk.close()
        self.tasks.close()
        super().closeEvent(event)
