"""What is said when a map opens: a clock that is wrong, a copy that was made, a map on a stick."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from collabmap.app.words import _, ngettext
from collabmap.domain.effect import Effect
from collabmap.errors import CollabMapError, FileExists
from collabmap.store.drives import Drive, drive_of
from collabmap.ui.messages import Bar
from collabmap.ui.panels.start import default_folder

if TYPE_CHECKING:
    from collabmap.app.rekeying import SetAside
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

MAX_NAMES = 3


class Noticed(NamedTuple):
    """clock: what is wrong with it.  aside: what was not signed in a copy, None for nothing."""

    clock: CollabMapError | None
    aside: "SetAside | None"


class AtStart(QObject):
    """look() says what there is to say about the map that has opened; all as message bars."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._bar: Bar | None = None
        self._copied: Path | None = None
        self.find_drive: Callable[[Path], Drive] = drive_of
        window.effects_arrived.connect(self._on_effect)
        window.person_changed.connect(self._on_person)

    # --- a map on a stick or a network drive ---------------------------------------------

    def before_opening(self, path: Path, go_on: Callable[[], object]) -> None:
        """Offer to copy a map that lies on a stick or a network drive; else go_on()."""
        self._window.tasks.run(
            lambda: self.find_drive(path),
            lambda drive: go_on() if drive is Drive.OWN else self._offer(path, drive, go_on),
            lambda _error: go_on(),
            owner=self,
        )

    def _offer(self, path: Path, drive: Drive, go_on: Callable[[], object]) -> None:
        front = self._window.front
        if self._window.info is None and front.start is None:
            front.go_to_start()
        if front.start is not None:
            front.start.set_busy("")
        if drive is Drive.NETWORK:
            title = _("“{name}” lies on a network drive").format(name=path.stem)
        else:
            title = _("“{name}” lies on a stick").format(name=path.stem)
        self._window.messages.warn(
            title,
            _("A map is safer, and faster, on this computer. The one there stays as it is."),
            (_("Copy to this computer"), lambda: self._copy(path)),
            (_("Open it there"), go_on),
        )

    def _copy(self, path: Path) -> None:
        # Imported late: only here is a map copied whole.
        from collabmap.app.copying import copy_to_computer

        window, folder = self._window, default_folder()

        def copy() -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            return copy_to_computer(path, folder, window.device)

        window.tasks.long_aside(
            _("Copying the map to this computer"),
            lambda _progress, _cancel: copy(),
            self._on_copied,
            lambda error: self._on_not_copied(error, path, folder),
        )

    def _on_copied(self, path: Path) -> None:
        self._copied = path
        self._window.desk.open(path, asks=False)

    def _on_not_copied(self, error: CollabMapError, path: Path, folder: Path) -> None:
        here = folder / path.name
        if isinstance(error, FileExists):
            self._window.messages.show(
                error,
                (_("Open the one on this computer"), lambda: self._window.desk.open(here)),
                kind="warning",
            )
        else:
            self._window.messages.show(error)

    # --- the map that has opened ------------------------------------------------------------

    def look(self) -> None:
        """Ask what there is to say; nothing of it stops anybody."""
        if self._window.info is not None and not self._window.info.read_only:
            self._window.tasks.write(_notice, self._on_noticed, owner=self, key="at-start")

    def _on_noticed(self, noticed: Noticed) -> None:
        copied, self._copied = self._copied, None
        if copied is not None:
            self._window.messages.done(_("The map is on this computer now"), str(copied.parent))
        if noticed.clock is not None:
            self._window.messages.show(noticed.clock, kind="warning")
        self._say_aside(noticed.aside)

    def _on_person(self, person: object) -> None:
        # Adding what was put aside takes somebody who adds it.
        if person is not None and self._window.lanes is not None:
            self._look_aside()

    def _on_effect(self, effect: Effect) -> None:
        # A backup that was put back shows itself when a merge brings what was written since.
        if effect.meta:
            self._look_aside()

    def _look_aside(self) -> None:
        if self._window.info is not None and not self._window.info.read_only:
            self._window.tasks.write(
                lambda session: session.set_aside(), self._say_aside, owner=self, key="set-aside"
            )

    def _say_aside(self, aside: "SetAside | None") -> None:
        window = self._window
        if aside is None or not aside.changes or window.person is None:
            return
        window.messages.close(self._bar)
        title = ngettext(
            "This map was copied: {count} change was not signed yet",
            "This map was copied: {count} changes were not signed yet",
            aside.changes,
        ).format(count=aside.changes)
        self._bar = window.messages.say(
            "warning",
            title,
            _aside_hint(aside),
            (_("Add them here"), self._adopt),
            (_("Leave them out"), self._drop),
        )

    def _adopt(self) -> None:
        self._window.tasks.write(
            lambda session: session.adopt_set_aside(),
            lambda count: self._window.messages.done(
                ngettext(
                    "{count} change was added again", "{count} changes were added again", count
                ).format(count=count),
                _("They are signed by this computer now."),
            ),
        )

    def _drop(self) -> None:
        self._window.tasks.write(
            lambda session: session.drop_set_aside(),
            lambda _done: self._window.messages.info(
                _("They were left out"), _("The other copy may still have them.")
            ),
        )


def _notice(session: "Session") -> Noticed:
    if session.is_unsure:
        # A large map from elsewhere: it is on the screen by now, and is drawn anew behind it.
        session.rebuild()
    aside = session.set_aside()
    return Noticed(session.clock_warning(), aside if aside.changes else None)


def _aside_hint(aside: "SetAside") -> str:
    names = ", ".join(_("“{name}”").format(name=name) for name in aside.names[:MAX_NAMES])
    words = _("Does the other computer still have them? Then leave them out here.")
    if not names:
        return words
    end = "…" if len(aside.names) > MAX_NAMES else "."
    return f"{names}{end} {words}"
