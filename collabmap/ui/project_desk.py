"""Open, make and close projects: the window shows first, the project opens in its write lane."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from collabmap.app.event_standing import Standing
from collabmap.app.lanes import Lanes
from collabmap.app.settings import BASEMAP_SUFFIX, DEFAULT_THEME
from collabmap.app.words import _, language
from collabmap.domain.consent import Consent
from collabmap.domain.feature import PersonView
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError, FolderNotWritable, ProjectDamaged, ProjectLocked
from collabmap.ui.kept_drafts import DRAFTS
from collabmap.ui.kept_edits import EDITS
from collabmap.ui.kept_words import WORDS
from collabmap.ui.outlines import OUTLINES
from collabmap.ui.panels.start import default_folder
from collabmap.ui.repairing import Repairing

if TYPE_CHECKING:
    from collabmap.app.exporting import ProjectInfo
    from collabmap.app.progress import CancelToken
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.tasks import ProgressCallback

KIT_SUFFIX = ".cmkit"


class Opened(NamedTuple):
    """What the window needs of a project that has just opened.

    recovery_code: the key on paper of a map just made, '' for all others.  kit_problems: why base
    maps of the kit it was opened from were left out.
    """

    info: "ProjectInfo"
    theme: Theme
    person: PersonView | None
    unsent: int
    drafts: dict[str, Any]
    edits: dict[str, Any]
    outlines: dict[str, Any]
    words: dict[str, str]
    recovery_code: str
    kit_problems: tuple[CollabMapError, ...] = ()
    consent: Consent = Consent()
    has_to_agree: bool = False
    event: Standing | None = None


class ProjectDesk(QObject):
    """One project at a time; a second request waits for nobody: it is refused while one runs."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._is_opening = False
        self._repairing = Repairing(window, lambda path: self.open(path, asks=False))

    # --- opening -------------------------------------------------------------------------

    def open(self, path: Path, *, read_only: bool = False, asks: bool = True) -> None:
        """Open a map or a kit; one that another window writes in is opened for looking.

        asks: a map on a stick or a network drive is offered to be copied to the computer first.
        """
        device, info = self._window.device, self._window.info
        if info is not None and not (info.read_only or read_only) and _is_one(path, info.path):
            # Opened once more it would find itself in the way.
            self._window.front.leave_start()
            self._window.follow_project()
            return
        if asks and not read_only and path.suffix.lower() != KIT_SUFFIX:
            self._window.at_start.before_opening(path, lambda: self.open(path, asks=False))
            return
        if path.suffix.lower() == KIT_SUFFIX:
            folder = default_folder()
            self._start(
                lambda session, progress, cancel: session.open_kit(
                    path, _made(folder), device, progress=progress, cancel=cancel
                ),
                name=_("Opening the copy"),
            )
            return

        def refused(error: CollabMapError) -> None:
            if isinstance(error, ProjectLocked) and not read_only:
                self._locked = error
                self.open(path, read_only=True, asks=False)
            elif isinstance(error, ProjectDamaged):
                self._repairing.offer(path, error)
            else:
                self._window.on_project_refused(error)

        if self._window.info is None:
            self._show_base_map(path)
        self._start(lambda session, *_: session.open(path, device, read_only=read_only), refused)

    def _show_base_map(self, path: Path) -> None:
        """Show the base map at once; what is on it comes when the project is open."""
        base_map = path.with_suffix(BASEMAP_SUFFIX)
        if path.is_file() and base_map.is_file():
            self._window.base_maps.show_file(base_map)

    def create(
        self,
        path: Path,
        name: str,
        person: str,
        basemap: Path | None,
        theme: str = DEFAULT_THEME,
    ) -> None:
        """Make a map and open it.  theme: name of one that comes with the program."""
        device = self._window.device

        def make(session: "type[Session]", *_: object) -> "Session":
            _made(path.parent)
            return session.create(path, device, name, person, basemap=basemap, theme=theme)

        self._start(make)

    def open_demo(self) -> None:
        """Make the demonstration if it is not there yet, and open it."""
        # Imported late: it brings the painter of base maps, which nothing else here needs.
        from collabmap.app.demo import prepare_demo

        device, words = self._window.device, language()
        folder = device.folder / "demo"
        self._window.tasks.long_aside(
            _("Preparing the demonstration"),
            lambda _progress, _cancel: prepare_demo(_made(folder), device, words),
            self.open,
            self._window.on_project_refused,
        )

    def _start(
        self,
        make: "Callable[[type[Session], ProgressCallback | None, CancelToken | None], Session]",
        refused: Callable[[CollabMapError], object] | None = None,
        *,
        name: str = "",
    ) -> None:
        """Run make(Session, progress, cancel) in lanes of its own, and show what it gives.

        name: of long work, which is then shown and can be stopped.
        """
        if self._is_opening:
            return
        self._is_opening = True

        def open_session(
            progress: "ProgressCallback | None", cancel: "CancelToken | None"
        ) -> "Session":
            # Imported in the write lane: 100 ms in which the window already shows its map.
            from collabmap.app.session import Session

            return make(Session, progress, cancel)

        def failed(error: CollabMapError) -> None:
            self._is_opening = False
            (refused or self._window.on_project_refused)(error)

        # Who saved something, or added photos, believes that they are in the map that is left.
        self._window.event_mode.turns.after(
            lambda: self._window.tasks.open(open_session, self._on_lanes, failed, name=name)
        )

    def _on_lanes(self, lanes: Lanes) -> None:
        self._is_opening = False
        # A file dropped on the window may come in the middle of a form.
        self._window.placing.give_up()
        self.close()
        self._window.tasks.attach(lanes)
        self._window.tasks.write(self._look, self._window.on_project_opened)

    def _look(self, session: "Session") -> Opened:
        """Subscribe to what changes, and return what the window shows first; in the write lane."""
        session.effects.subscribe(self._window.tell_effect)
        event = None if session.read_only else session.event()
        if event is not None:
            # After a power cut too: whoever sits there now says a name.
            session.end_turn()
        unsent = 0 if session.read_only else session.unsent()
        drafts = session.device.note(session.project.id, DRAFTS, {})
        edits = session.device.note(session.project.id, EDITS, {})
        outlines = session.device.note(session.project.id, OUTLINES, {})
        words = session.device.note(session.project.id, WORDS, {})
        code, session.recovery_code = session.recovery_code, ""
        return Opened(
            session.info(),
            session.theme,
            session.person,
            unsent,
            drafts,
            edits,
            outlines,
            words,
            code,
            session.kit_problems,
            session.consent(),
            session.has_to_agree(),
            event,
        )

    def take_locked(self) -> CollabMapError | None:
        """Return why the project was opened for looking only, once."""
        error, self._locked = self._locked, None
        return error

    _locked: CollabMapError | None = None

    # --- closing -------------------------------------------------------------------------

    def close(self) -> None:
        """Close the open project; its lanes finish what is under way first."""
        # What is saved as its line is left is left now, while it can still be written.
        if (line := QApplication.focusWidget()) is not None:
            line.clearFocus()
        self._window.base_map_work.leave()
        lanes = self._window.tasks.detach()
        if lanes is not None:
            self._window.marks.forget()
            lanes.close()


def _is_one(path: Path, other: Path) -> bool:
    return os.path.normcase(path.absolute()) == os.path.normcase(other.absolute())


def _made(folder: Path) -> Path:
    """Return the folder, made if it was not there.  Raises FolderNotWritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderNotWritable(folder=str(folder)) from error
    return folder
