"""What stands before the map: the start page, the welcome that asks who is here, and the sheet with
the key on paper of a map just made.
"""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from collabmap.app import evening
from collabmap.app.consenting import lines_of
from collabmap.app.words import _
from collabmap.domain.consent import Consent
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PersonView
from collabmap.ui.panels.recovery import RecoverySheet, print_sheet
from collabmap.ui.panels.start import StartPage
from collabmap.ui.panels.welcome import WelcomePage

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class _Kept(NamedTuple):
    """What was before the map when the words are built again."""

    start: bool
    typed: str | None
    asked_anew: str
    recovery: str


class Front(QObject):
    """start, welcome, recovery: the pages, None while they are not shown."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.start: StartPage | None = None
        self.welcome: WelcomePage | None = None
        self.recovery: RecoverySheet | None = None
        # What people agree to on the open map, and whether who is here has to do so once more.
        self.consent = Consent()
        self._asks_anew = False
        window.effects_arrived.connect(self._on_effect)

    # --- start ---------------------------------------------------------------------------

    def go_to_start(self, *, demo: bool = False) -> None:
        """Show the first page: new map, open, recent; demo: and open the demonstration."""
        window = self._window
        self.leave_start()
        self.hide_welcome()
        window.placing.give_up()
        page = StartPage(window.tasks, can_go_back=window.info is not None)
        page.open_wanted.connect(window.desk.open)
        page.create_wanted.connect(window.desk.create)
        page.demo_wanted.connect(window.desk.open_demo)
        page.back_wanted.connect(self._on_back_to_map)
        page.language_wanted.connect(window.preferences.set_language)
        page.larger_wanted.connect(lambda: window.preferences.larger_text(wrap=True))
        # Aside: a stick that is gone must not hold the window up.
        window.tasks.run(window.device.recent, page.set_recent, owner=page)
        self.start = page
        window.pages.addWidget(page)
        window.pages.setCurrentWidget(page)
        window.follow_project()
        page.new.setFocus()
        if demo:
            page.try_demo()

    def leave_start(self) -> None:
        """Show the map in place of the start page."""
        page, self.start = self.start, None
        if page is not None:
            self._window.pages.removeWidget(page)
            page.hide()
            page.deleteLater()
        self._window.pages.setCurrentWidget(self._window.body)

    def _on_back_to_map(self) -> None:
        self.leave_start()
        self._window.follow_project()

    # --- welcome -------------------------------------------------------------------------

    def show_welcome(self, *, again: bool = False, asked_anew: str = "") -> None:
        """Ask who is here, over the map.  again: somebody is in force already.

        asked_anew: the name of who is here, to be asked whether they agree to words that are new.
        """
        window = self._window
        self.hide_welcome()
        if window.info is None:
            return
        window.placing.give_up()
        window.panel_host.back_to_root()
        is_coordinator = window.info.role == "coordinator"
        second = _("You coordinate this map") if is_coordinator else "CollabMap"
        lines = lines_of(self.consent)
        page: WelcomePage
        if window.event_mode.is_on:
            page = window.event_mode.who_page(lines, asked_anew)
        else:
            page = WelcomePage(window.info.name, second, lines, again=again, asked_anew=asked_anew)
        if asked_anew and window.person is not None and window.person.consent:
            # What they once chose stays theirs to change.
            page.show_name.setChecked(True)
        page.setParent(window)
        page.started.connect(self._on_started)
        page.only_looking.connect(self.hide_welcome)
        page.language_wanted.connect(window.preferences.set_language)
        page.larger_wanted.connect(lambda: window.preferences.larger_text(wrap=True))
        page.set_counts(window.counts)
        window.counts_changed.connect(page.set_counts)
        self.welcome = page
        window.body.set_bare(True)
        window.body.setEnabled(False)
        window.follow_project()
        self.place()
        page.show()
        page.raise_()
        (page.start if asked_anew else page.name).setFocus()

    def hide_welcome(self) -> None:
        """Show the map and its panel again."""
        page, self.welcome = self.welcome, None
        if page is None:
            return
        page.hide()
        page.deleteLater()
        self._window.body.setEnabled(True)
        self._window.body.set_bare(False)
        self._window.follow_project()
        self._window.fit_again()
        self._window.focus_panel()

    def place(self) -> None:
        """Cover the window with the welcome, or with the key on paper."""
        for page in (self.welcome, self.recovery):
            if page is not None:
                page.setGeometry(self._window.rect())

    # --- the key on paper ------------------------------------------------------------------

    def show_recovery(self, code: str) -> None:
        """Show the key on paper of the open map, once: it is kept nowhere."""
        window = self._window
        assert window.info is not None
        page = RecoverySheet(window.info.name, code)
        page.setParent(window)
        page.written.connect(self._on_paper)
        page.print_wanted.connect(self._print_recovery)
        page.language_wanted.connect(window.preferences.set_language)
        page.larger_wanted.connect(lambda: window.preferences.larger_text(wrap=True))
        self.recovery = page
        window.body.set_bare(True)
        window.body.setEnabled(False)
        window.follow_project()
        self.place()
        page.show()
        page.raise_()
        page.print_button.setFocus()

    def hide_recovery(self) -> None:
        """It is on paper: show the map, and forget the key."""
        page, self.recovery = self.recovery, None
        if page is None:
            return
        page.hide()
        page.deleteLater()
        self._window.body.setEnabled(True)
        self._window.body.set_bare(False)
        self._window.follow_project()
        self._window.fit_again()
        self._window.focus_panel()

    def _on_paper(self) -> None:
        """Somebody has it on paper: this computer remembers that, and not the key."""
        self._window.tasks.write(evening.note_on_paper, lambda _none: None)
        self.hide_recovery()

    def _print_recovery(self) -> None:
        # Imported late: it asks the system for its printers.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        page, info = self.recovery, self._window.info
        if page is None or info is None:
            return
        printer = QPrinter()
        if QPrintDialog(printer, page).exec():
            print_sheet(printer, info.name, page.code)

    # --- people --------------------------------------------------------------------------

    def _on_started(self, name: str, consent: bool) -> None:
        page = self.welcome
        assert page is not None
        if page.asked_anew:
            self._window.tasks.write(
                lambda session: session.agree(shows_name=consent),
                lambda _effect: self.hide_welcome(),
                page.refuse,
                owner=page,
            )
            return

        def begin() -> None:
            if self.welcome is page:
                self._window.tasks.write(
                    lambda session: session.begin_person(name, consent),
                    self._on_begun,
                    page.refuse,
                    owner=page,
                )

        # Photos that are on their way are of who brought them.
        self._window.event_mode.turns.after(begin)

    def _on_begun(self, person: PersonView) -> None:
        self.set_person(person)
        self._window.hints.begin()

    def switch_person(self, person: bytes) -> None:
        """Give the turn to somebody who was here before; an open form is kept as a draft."""
        tasks = self._window.tasks

        def switch() -> None:
            tasks.write(lambda session: session.switch_person(person), self.set_person)
            # They may have agreed before the words became others.
            self._look_at_consent()

        self._window.event_mode.turns.after(switch)

    def set_person(self, person: PersonView) -> None:
        """Show whose turn it is."""
        window = self._window
        window.placing.give_up()
        # What they offer is to go on with, or to undo, what somebody else did.
        window.messages.clear_passing()
        window.person = person
        window.newest = None
        window.map.set_person(person.id)
        self.hide_welcome()
        window.follow_project()
        window.person_changed.emit(person)
        window.hints.take(person.id)
        window.focus_panel()

    # --- what people agree to ------------------------------------------------------------

    def take_consent(self, consent: Consent, *, has_to_agree: bool) -> None:
        """Take what people agree to on the open map; ask who is here once it is another."""
        self.consent, self._asks_anew = consent, has_to_agree
        self._ask_anew()

    def follow(self) -> None:
        """Look again: another panel is shown."""
        self._ask_anew()
        self._window.hints.follow()

    def _ask_anew(self) -> None:
        """Ask who is here to read the words once more, if they are new and nothing is under way."""
        window = self._window
        is_free = self.welcome is None and self.recovery is None and self.start is None
        if self._asks_anew and is_free and window.placing.form is None and window.person:
            self._asks_anew = False
            self.show_welcome(again=True, asked_anew=window.person.name)

    def _on_effect(self, effect: Effect) -> None:
        if effect.meta and self._window.info is not None:
            self._look_at_consent()

    def _look_at_consent(self) -> None:
        self._window.tasks.write(
            lambda session: (session.consent(), session.has_to_agree()),
            lambda found: self.take_consent(found[0], has_to_agree=found[1]),
            owner=self,
            key="consent",
        )

    # --- building the words again --------------------------------------------------------

    def suspend(self) -> _Kept:
        """Take the pages away before their words are built again."""
        kept = _Kept(
            self.start is not None,
            self.welcome.name.text() if self.welcome else None,
            self.welcome.asked_anew if self.welcome else "",
            self.recovery.code if self.recovery else "",
        )
        self.hide_welcome()
        self.hide_recovery()
        self.leave_start()
        return kept

    def resume(self, kept: _Kept) -> None:
        """Show again what suspend() took away."""
        if kept.recovery:
            self.show_recovery(kept.recovery)
        elif kept.typed is not None:
            self.show_welcome(again=self._window.person is not None, asked_anew=kept.asked_anew)
            assert self.welcome is not None
            self.welcome.name.setText(kept.typed)
        elif kept.start:
            self.go_to_start()
