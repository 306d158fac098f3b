"""Event mode: the whole screen, one person after another, and a code to leave it.

What it keeps closed is kept closed below (app/event_standing.py); here is what the room sees.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.event_mode import Figures
from collabmap.app.event_standing import Standing
from collabmap.app.words import _, language
from collabmap.domain.consent import Promise
from collabmap.domain.feature import PersonView
from collabmap.domain.geo import LngLat
from collabmap.render.symbology import SIZE, SIZE_EVENT
from collabmap.ui import look
from collabmap.ui.event.banner import Banner
from collabmap.ui.event.cover import Cover, Page
from collabmap.ui.event.footer import Footer
from collabmap.ui.event.header import Header
from collabmap.ui.event.pages import CodePage, StartPage, StillTherePage
from collabmap.ui.event.palette import EventPanel
from collabmap.ui.event.turns import Turns
from collabmap.ui.event.watch import Watch
from collabmap.ui.event.who import WhoPage
from collabmap.ui.preferences import application
from collabmap.ui.rebuilding import rebuild

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# What can be done by keys while people come and go.
_ACTIONS = frozenset(
    {
        "undo",
        "redo",
        "escape",
        "saved",
        "larger_text",
        "smaller_text",
        "next_region",
        "previous_region",
        "event",
        "quit",
    }
)
_COVERED = frozenset({"escape"})
FIGURES_EVERY_MS = 20_000


class EventMode(QObject):
    """is_on: the window is in event mode.  cover: where a page lies over everything.

    header, footer, banner: None while it is off.  fill_screen: how the window takes the screen.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._standing: Standing | None = None
        self.header: Header | None = None
        self.footer: Footer | None = None
        self.banner: Banner | None = None
        self.cover = Cover(window)
        self.turns = Turns(window)
        self.fill_screen: Callable[[], object] = window.showFullScreen
        # What each person finds: where the map looks, the language and the size of the words.
        self._view: tuple[LngLat, float] | None = None
        self._words = "", 1.0
        self._state = Qt.WindowState.WindowNoState
        self.watch = Watch(self)
        self.watch.paused.connect(self._ask_still_there)
        self.watch.holding.connect(self._on_holding)
        self.watch.held.connect(self.ask_code)
        self._clock = QTimer(self, interval=FIGURES_EVERY_MS)
        self._clock.timeout.connect(self._look)
        window.effects_arrived.connect(self._look)
        window.person_changed.connect(self._on_person)

    @property
    def is_on(self) -> bool:
        return self._standing is not None

    def root(self) -> str:
        """Return the first panel while it is on, '' else."""
        return "event" if self.is_on else ""

    def actions(self) -> frozenset[str] | None:
        """Return what may be done now, None for all that is allowed otherwise."""
        if self.cover.page is not None:
            return _COVERED
        return _ACTIONS if self.is_on else None

    @property
    def leads(self) -> bool:
        """Whether it leads people by itself, or something lies over all: no other hint shows."""
        return self.is_on or self.cover.page is not None

    def follow(self, *, is_free: bool) -> None:
        """Show head and foot, unless a page of the window stands before the map."""
        for part in (self.header, self.footer):
            if part is not None:
                part.setVisible(is_free)
        self._window.hints.follow()

    def parts(self) -> list[QWidget]:
        """Return the parts of the window that F6 goes to, beside the usual ones."""
        return [part for part in (self.header, self.footer) if part is not None]

    # --- entering ----------------------------------------------------------------------------

    def toggle(self) -> None:
        """Ask for a code to begin with, or for the one that leaves it."""
        info, front = self._window.info, self._window.front
        if self.is_on:
            self.ask_code()
        elif info is not None and info.read_only:
            self._window.say_read_only()
        elif info is not None and front.start is None and front.recovery is None:
            self.ask_start()

    def ask_start(self) -> None:
        """Ask for the code."""
        self._window.placing.give_up()
        page = StartPage()
        page.left_page.connect(self._uncover)
        page.begin_wanted.connect(lambda code, back: self._on_begin_wanted(page, code, back))
        self._show(page)

    def _on_begin_wanted(self, page: StartPage, code: str, comes_back: bool) -> None:
        def begin_event() -> None:
            self._window.tasks.write(
                lambda session: session.begin_event(code, comes_back=comes_back),
                self._on_begun,
                page.refuse,
                owner=page,
            )

        # Photos that are on their way are of who brought them.
        self.turns.after(begin_event)

    def _on_begun(self, standing: Standing) -> None:
        self._uncover()
        self._window.front.hide_welcome()
        self._view = self._window.map.centre(), self._window.map.zoom()
        self.take(standing)
        self._forget_person()
        self._window.refresh_info()
        self._window.front.show_welcome()

    def take(self, standing: Standing | None) -> None:
        """Follow the map that is open: event mode outlives the window."""
        was_on, self._standing = self.is_on, standing
        if was_on != self.is_on:
            self._dress()

    def _dress(self) -> None:
        """Put on the sizes and the parts of event mode, or take them off again."""
        window = self._window
        window.mode = "contribute"
        window.map_menu.is_off = self.is_on
        look.set_event(application(), is_on=self.is_on)
        window.map.set_mark_size(SIZE_EVENT if self.is_on else SIZE)
        rebuild(window)
        self._words = language(), window.preferences.text_scale
        if self.is_on:
            self._state = window.windowState()
            self.fill_screen()
            self.watch.begin()
            self._clock.start()
        else:
            self.watch.end()
            self._clock.stop()
            if window.isFullScreen():
                window.setWindowState(self._state & ~Qt.WindowState.WindowFullScreen)
        window.follow_project()

    def build(self) -> None:
        """Build what holds words, with the rest of the window."""
        for old in (self.header, self.footer, self.banner):
            if old is not None and isValid(old):
                old.hide()
                old.deleteLater()
        self.header = self.footer = self.banner = None
        if not self.is_on:
            return
        window = self._window
        self.header = Header()
        self.header.next_wanted.connect(self.next_person)
        self.header.show_person(window.person)
        layout = window.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, self.header)
        self.footer = Footer(window)
        window.body.put_below(self.footer)
        self.banner = Banner(window.map)
        self._look()

    # --- people ------------------------------------------------------------------------------

    def who_page(self, lines: Sequence[Promise], asked_anew: str) -> WhoPage:
        """Return the welcome of event mode."""
        page = WhoPage(lines, asked_anew=asked_anew)
        page.name_given.connect(lambda name: self.turns.after(lambda: self._on_name(page, name)))
        page.came_back.connect(
            lambda id: self.turns.after(lambda: self._window.front.switch_person(id))
        )
        return page

    def _on_name(self, page: WhoPage, name: str) -> None:
        if name == _("Anonymous"):
            # All who give no name share one, and are not one another.
            page.take_namesakes(name, ())
            return
        self._window.tasks.write(
            lambda session: session.namesakes(name),
            lambda found: page.take_namesakes(name, found),
            page.refuse,
            owner=page,
        )

    def ask_name(self) -> None:
        """Ask who is here."""
        self._window.front.show_welcome()

    def next_person(self) -> None:
        """End a turn: what was begun is kept for who began it, and the next one says a name."""
        window = self._window
        self._uncover()
        # Keeps the draft, while it is still theirs.
        window.placing.give_up()
        self.turns.end()
        self._forget_person()
        chosen, scale = self._words
        if language() != chosen:
            window.preferences.set_language(chosen)
        window.preferences.set_text_scale(scale)
        self._recentre()
        window.front.show_welcome()

    def _forget_person(self) -> None:
        """Show nothing any more of whose turn it was."""
        window = self._window
        window.panel_host.back_to_root()
        window.messages.clear()
        window.map.select(None)
        window.person = window.newest = None
        window.map.set_person(None)
        window.map.stop_placing()
        window.follow_project()
        window.person_changed.emit(None)
        window.hints.take(None)

    def _recentre(self) -> None:
        if self._view is None:
            self._view = self._window.map.centre(), self._window.map.zoom()
        (lng, lat), zoom = self._view
        self._window.map.fly_to(lng, lat, zoom)

    def _on_person(self, person: PersonView | None) -> None:
        if self.header is None:
            return
        self.header.show_person(person)
        is_awaited = self._standing is not None and self._standing.comes_back
        self.watch.await_pause(is_awaited and person is not None)
        if self.footer is not None:
            self.footer.undo.setVisible(person is not None)

    def open_street(self) -> None:
        """Look for a street; what is being written is kept."""
        if self._window.panel_host.current_name != "event_street":
            self._window.placing.give_up()
            self._window.panel_host.back_to_root()
            self._window.open_panel("event_street")
            self._window.body.show_tab("panel")

    def say(self, words: str) -> None:
        """Show a sentence over the map, '' for none."""
        if self.banner is not None:
            self.banner.say(words)

    def _look(self, _effect: object = None) -> None:
        """Ask for the numbers of the evening."""
        if self.header is not None and self._window.lanes is not None:
            self._window.tasks.write(
                lambda session: session.event_figures(), self._on_figures, owner=self, key="event"
            )

    def _on_figures(self, figures: Figures) -> None:
        if self.header is not None:
            self.header.show_figures(figures)

    # --- a pause -----------------------------------------------------------------------------

    def _ask_still_there(self) -> None:
        person = self._window.person
        if person is None or self.cover.page is not None:
            return
        page = StillTherePage(person.name)
        page.stays.connect(self._on_stays)
        page.next_wanted.connect(self.next_person)
        page.nobody.connect(self.next_person)
        self._show(page)

    def _on_stays(self) -> None:
        self._uncover()
        self.watch.await_pause(True)

    # --- the way out -------------------------------------------------------------------------

    def _on_holding(self, is_down: bool) -> None:
        if self.cover.page is None:
            self.say(_("Keep holding Escape to leave event mode…") if is_down else "")
            if not is_down:
                self._say_next()

    def _say_next(self) -> None:
        panel = self._window.panel_host.current
        if isinstance(panel, EventPanel):
            panel.say_next()

    def ask_code(self, *, quits: bool = False) -> None:
        """Ask for the code of the evening.  quits: to close the program with it."""
        if not self.is_on or isinstance(self.cover.page, CodePage):
            return
        self._uncover()
        self.watch.await_pause(False)
        page = CodePage(quits=quits)
        page.left.connect(self._on_not_left)
        page.given.connect(lambda code: self._on_code(page, code, quits=quits))
        self._show(page)

    def _on_not_left(self) -> None:
        self._uncover()
        self._on_person(self._window.person)

    def _on_code(self, page: CodePage, code: str, *, quits: bool) -> None:
        def leave() -> None:
            if self.cover.page is page:
                self._window.tasks.write(
                    lambda session: session.leave_event(code),
                    lambda person: self._on_left(person, quits=quits),
                    page.refuse,
                    owner=page,
                )

        self.turns.when_written(leave)

    def _on_left(self, person: PersonView | None, *, quits: bool) -> None:
        window = self._window
        # Keeps the draft, while it is still theirs.
        window.placing.give_up()
        self._uncover()
        window.front.hide_welcome()
        self._forget_person()
        self.take(None)
        if quits:
            window.close()
            return
        window.refresh_info()
        if person is not None:
            window.front.set_person(person)
        else:
            window.front.show_welcome()

    def stays_open(self) -> bool:
        """Whether the window may not close yet: the code is asked for first."""
        self.ask_code(quits=True)
        return self.is_on

    def took_escape(self) -> bool:
        """Close what lies over everything, where that may be closed; False: there is nothing."""
        page = self.cover.page
        if isinstance(page, CodePage):
            self._on_not_left()
        elif isinstance(page, StartPage):
            self._uncover()
        return page is not None

    # --- what lies over everything -------------------------------------------------------------

    def _show(self, page: Page) -> None:
        self.cover.lay(page)
        self._window.follow_project()

    def _uncover(self) -> None:
        if self.cover.take_away():
            self._window.follow_project()
