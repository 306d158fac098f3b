"""The first minute: at most four hints, each beside what to do next, gone once it is done."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.ui.panels.browse import BrowsePanel
from collabmap.ui.widgets.hint import Hint, Side

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.place_form import PlaceForm

# The note about a project: what of it each person has still to see.
_NOTE = "hints"


class Step(StrEnum):
    """What a newcomer does, in order."""

    ADD = "add"
    PLACE = "place"
    SAVE = "save"
    SEND = "send"


class _Due(NamedTuple):
    step: Step
    title: str
    words: str
    anchor: QWidget
    side: Side


class Hints(QObject):
    """begin() for somebody who is new; from then on it follows by itself what they do."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._left: set[Step] = set()
        # Counts up, so that what was kept of somebody comes too late for the next.
        self._turn = 0
        self._hint: Hint | None = None
        self._shown: Step | None = None
        # Once what has just changed has its place.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._look)
        for changed in (
            window.person_changed,
            window.unsent_changed,
            window.map.position_moved,
            window.mode_changed,
        ):
            changed.connect(self._soon)
        window.installEventFilter(self)

    # --- who it is for ---------------------------------------------------------------------

    def begin(self) -> None:
        """Guide the person in force, who has just begun."""
        self._turn += 1
        self._left = set(Step)
        self._keep()
        self._soon()

    def take(self, person: bytes | None) -> None:
        """Go on with what another person has still to see; nothing for who knows it all."""
        self._turn += 1
        self._left = set()
        turn, info = self._turn, self._window.info
        if person is None or info is None:
            self._soon()
            return
        device, project = self._window.device, bytes.fromhex(info.project_id_hex)
        self._window.tasks.run(
            lambda: device.note(project, _NOTE, {}).get(person.hex(), []),
            lambda kept: self._on_kept(turn, kept),
            owner=self,
            key="hints",
        )

    def _on_kept(self, turn: int, kept: list[str]) -> None:
        if turn == self._turn:
            self._left = {step for step in Step if step.value in kept}
            self._soon()

    def stop(self) -> None:
        """Show no more of it to this person."""
        self._left = set()
        self._keep()
        self._soon()

    def _keep(self) -> None:
        info, person = self._window.info, self._window.person
        if info is None or person is None:
            return
        device, project = self._window.device, bytes.fromhex(info.project_id_hex)
        left = [step.value for step in self._left]

        def keep() -> None:
            kept = device.note(project, _NOTE, {})
            device.set_note(project, _NOTE, {**kept, person.id.hex(): left})

        self._window.tasks.run(keep)

    @property
    def shown(self) -> Step | None:
        """Return the step whose hint is in view."""
        return self._shown

    @property
    def hint(self) -> Hint | None:
        return self._hint

    # --- following what is done --------------------------------------------------------------

    def follow(self) -> None:
        """Look again: another panel, or another state of the form."""
        self._soon()

    def _soon(self, *_told: object) -> None:
        self._timer.start()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self._shown:
            self._soon()
        return False

    def _look(self) -> None:
        window = self._window
        is_led = window.person is not None and window.lanes is not None
        # Event mode leads in two numbered sentences of its own.
        if not self._left or not is_led or window.event_mode.leads:
            self._take_away()
            return
        front = window.front
        if front.welcome or front.start or front.recovery:
            self._take_away()
            return
        form = window.placing.form
        due = self._in_form(form) if form is not None else self._on_map()
        if due is None or due.step not in self._left or not due.anchor.isVisible():
            self._take_away()
            return
        self._show(due)

    def _in_form(self, form: "PlaceForm") -> _Due | None:
        if form.place is not None:
            return None
        self._done(Step.ADD)
        if not form.has_place:
            if form.way != "point":
                return None
            title = _("Click on the map, where the place is")
            return _Due(Step.PLACE, title, "", self._window.map, "inside")
        self._done(Step.PLACE)
        values = form.values()
        # While the form asks whether it is one of those nearby, that question comes first.
        if not (values.category and values.name) or form.similar.rows:
            return None
        title, words = _("Save it"), _("You can change it later, or take it back.")
        return _Due(Step.SAVE, title, words, form.save, "right")

    def _on_map(self) -> _Due | None:
        window = self._window
        panel = window.panel_host.current
        if window.panel_host.current_name == "send":
            self._done(Step.SEND)
        if window.newest is not None:
            self._done(Step.ADD, Step.PLACE, Step.SAVE)
        if not isinstance(panel, BrowsePanel):
            return None
        if Step.ADD in self._left:
            title, words = _("Begin here"), _("Then show on the map where the place is.")
            return _Due(Step.ADD, title, words, panel.add, "right")
        if Step.SAVE not in self._left and window.unsent:
            title, words = _("Done for tonight?"), _("Send your places. Or add another one first.")
            return _Due(Step.SEND, title, words, panel.foot_row.button, "right")
        return None

    def _done(self, *steps: Step) -> None:
        if self._left & set(steps):
            self._left -= set(steps)
            self._keep()

    # --- showing -----------------------------------------------------------------------------

    def _show(self, due: _Due) -> None:
        if self._hint is None:
            self._hint = Hint(self._window)
            self._hint.closed.connect(self._on_closed)
        self._shown = due.step
        corner = due.anchor.mapTo(self._window, QPoint(0, 0))
        self._hint.say(due.title, due.words, QRect(corner, due.anchor.size()), due.side)

    def _take_away(self) -> None:
        self._shown = None
        if self._hint is not None:
            self._hint.hide()

    def _on_closed(self) -> None:
        if self._shown is not None:
            self._done(self._shown)
        self._soon()
