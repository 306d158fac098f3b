"""The base map being made: one at a time, it goes on whatever panel is in view."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from collabmap.app import base_map_building as building
from collabmap.app.base_map_building import BaseMapBuild, Made, Unfinished, Wanted
from collabmap.app.words import _, format_number, ngettext
from collabmap.errors import Cancelled, CollabMapError

if TYPE_CHECKING:
    from collabmap.app.base_maps import BaseMapView
    from collabmap.basemap.control import Control
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.messages import Bar

LOOK_EVERY_MS = 200


class BaseMapWork(QObject):
    """progressed: a new step or state of the build.  ended: it is over, however.

    offered: `offer` is new: a build of before that can go on, or None.
    """

    progressed = Signal()
    ended = Signal()
    offered = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.build: BaseMapBuild | None = None
        self.offer: Unfinished | None = None
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._questions: list[Control] = []
        self._told: Bar | None = None
        window.project_changed.connect(self._look_for_interrupted)
        window.person_changed.connect(self._look_for_interrupted)

    @property
    def is_running(self) -> bool:
        return self.build is not None and not self.build.is_over

    # --- what a person asks -------------------------------------------------------------------

    def start(self, wanted: Wanted, out: Path, *, instead_of: str = "") -> None:
        """Make a base map; an interrupted build of the same goes on where it was."""
        if self.is_running:
            return
        self.offer = None
        self._take_word_back()
        self.build = build = BaseMapBuild(wanted, out, instead_of=instead_of)
        window = self._window
        window.tasks.write(lambda session: building.remember(session, build))
        window.tasks.beside(
            build.run,
            lambda made: self._on_made(build, made),
            lambda error: self._on_failed(build, error),
            owner=self,
        )
        self._timer.start()
        self._tell()

    def pause(self) -> None:
        if self.build is not None:
            self.build.pause()
            self._tell()

    def resume(self) -> None:
        if self.build is not None:
            self.build.resume()
            self._tell()

    def stop(self) -> None:
        """Give the build up; nothing is left of it."""
        if self.build is not None:
            self.build.stop()
            self._tell()

    def new_question(self) -> "Control":
        """Return what stops a question about the next build; the window stops it as it closes."""
        control = building.new_control()
        self._questions = [each for each in self._questions if not each.is_cancelled]
        self._questions.append(control)
        return control

    def keep(self) -> None:
        """Interrupt the build so that it can go on another day: the window closes."""
        for question in self._questions:
            question.cancel()
        if self.build is not None and self.is_running:
            self.build.keep()

    def leave(self) -> None:
        """Leave the project: what is being made is kept, and offered when it is opened again."""
        self.keep()
        self.build = self.offer = None
        self._take_word_back()
        self._timer.stop()
        self._tell()

    def clear(self) -> None:
        """The result was seen: the next one may be chosen."""
        if not self.is_running:
            self.build = None
            self._tell()

    # --- a build of before ----------------------------------------------------------------------

    def _look_for_interrupted(self, _changed: object) -> None:
        window = self._window
        if window.lanes is not None and window.is_coordinator and not self.is_running:
            window.tasks.write(
                building.interrupted, self._on_interrupted, owner=self, key="interrupted build"
            )

    def _on_interrupted(self, found: BaseMapBuild | None) -> None:
        if found is None or self.is_running:
            return
        self._window.tasks.beside(
            lambda: building.unfinished(found),
            self._on_offer,
            lambda _error: None,
            owner=self,
            key="unfinished build",
        )

    def _on_offer(self, offer: Unfinished | None) -> None:
        if not self.is_running:
            self.offer = offer
            self._tell()
            self.offered.emit()
            if offer is not None and not self._is_in_view():
                self._say_offer(offer)

    def _say_offer(self, offer: Unfinished) -> None:
        name = offer.wanted.name or offer.out.stem
        words = _("“{name}” was interrupted. What is painted is still there.").format(name=name)
        action = (_("See it"), self._window.commands.open_base_map)
        self._told = self._window.messages.info(_("A base map was begun"), words, action)

    def _take_word_back(self) -> None:
        told, self._told = self._told, None
        if told is not None and isValid(told):
            self._window.messages.close(told)

    def go_on(self) -> None:
        """Take up the build of before."""
        if (offer := self.offer) is not None:
            self.start(offer.wanted, offer.out, instead_of=offer.instead_of)

    def drop_offer(self) -> None:
        """Give the build of before up: what it had painted is thrown away."""
        offer, self.offer = self.offer, None
        self._take_word_back()
        self._window.tasks.write(building.forget)
        if offer is not None:
            self._window.tasks.beside(lambda: building.discard(offer.out))
        self._tell()
        self.offered.emit()

    # --- how it goes ----------------------------------------------------------------------------

    def share(self) -> float | None:
        """Return how much is painted, 0 to 1; None while that is not known."""
        if self.build is None or self.build.step.total <= 0:
            return None
        step = self.build.step
        return step.done / step.total if step.part == "painting" else None

    def _look(self) -> None:
        if self.build is None or self.build.is_over:
            self._timer.stop()
        self._tell()

    def _tell(self) -> None:
        self.follow_top_bar()
        self._window.sections.show_base_map()
        self.progressed.emit()

    def follow_top_bar(self) -> None:
        """Show in the top bar that something goes on, unless its own panel is in view."""
        if self._is_in_view():
            # There it is offered at length.
            self._take_word_back()
        is_behind = self.is_running and not self._is_in_view()
        name = _("Base map") if is_behind else ""
        self._window.top_bar.show_work(name, self.share() if is_behind else None)

    def _on_made(self, build: BaseMapBuild, made: Made) -> None:
        self._window.tasks.write(building.forget)
        self._end()
        if self._is_in_view():
            return
        count = made.report.tiles
        words = ngettext("{count} tile", "{count} tiles", count)
        self._window.messages.done(
            _("The base map is ready"),
            words.format(count=format_number(count)),
            (_("See it"), self._window.commands.open_base_map),
        )

    def _on_failed(self, build: BaseMapBuild, error: CollabMapError) -> None:
        if build.state != "kept":
            self._window.tasks.write(building.forget)
        self._end()
        if not isinstance(error, Cancelled):
            self._window.messages.show(error)

    def _end(self) -> None:
        self._timer.stop()
        self._tell()
        self.ended.emit()

    def _is_in_view(self) -> bool:
        return self._window.panel_host.current_name == "base_map_new"

    # --- what was made --------------------------------------------------------------------------

    def put_under_the_map(self) -> None:
        """Make what was built a base map of the project, and show it."""
        build, window = self.build, self._window
        if build is None or build.made is None:
            return
        path, title, instead_of = build.made.report.path, build.wanted.name, build.instead_of
        window.tasks.write(
            lambda session: building.adopt(session, path, title, instead_of), self._on_adopted
        )

    def _on_adopted(self, views: "tuple[BaseMapView, ...]") -> None:
        window = self._window
        window.show_base_maps(views, is_new=True)
        window.refresh_info(window.sections.follow)
        self.clear()
        if self._is_in_view():
            window.leave_panel()
        window.messages.done(
            _("The base map is under the map"), _("It goes along with every copy you hand out.")
        )
