"""Ready for the evening? A checklist: each line says what is so, and has one thing to do."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app import evening, map_cover, readiness
from collabmap.app.evening import Evening
from collabmap.app.map_cover import MapCover, Question
from collabmap.app.progress import CancelToken
from collabmap.app.readiness import Line, Readiness
from collabmap.app.readiness_words import percent_words, says, state_words, title
from collabmap.app.words import N_, _, explain
from collabmap.errors import CollabMapError
from collabmap.ui import look
from collabmap.ui.event.card import EventCard
from collabmap.ui.panels.evening_parts import Head, KitCard, PaperForm, PlanForm, ReadyCard
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.ready_line import Checklist, ReadyLine
from collabmap.ui.widgets.tall import Tall

if TYPE_CHECKING:
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

SIDE_PX, LIST_PX, SIDE_BY_SIDE_PX = 310, 760, 860
# Several effects in a row, as of a merge, are looked at once.
SOON_MS = 250

_OPEN = N_("Open it")
# action -> what its button says while the line is done, and while it is not.
_ACTIONS = {
    "make_base_map": (_OPEN, N_("Make one")),
    "base_map": (_OPEN, N_("Look at it")),
    "check_base_map": (_OPEN, N_("Check it")),
    "places": (_OPEN, N_("Look at them")),
    "categories": (_OPEN, N_("Choose them")),
    "check_paper": (N_("Check again"), N_("Check it")),
    "people": (_OPEN, N_("Look at them")),
    "review": (_OPEN, N_("Review")),
    "give_back": (_OPEN, N_("Give the map back")),
    "look_again": (N_("Look again"), N_("Look again")),
    "hand_out": (_OPEN, N_("Make the copy")),
}


class EveningPage(QWidget):
    """Head, checklist and cards; the cards go under the list where the page is narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.head = Head()
        self.checklist = Checklist()
        self.ready = ReadyCard()
        self.kit = KitCard()
        self.event_card = EventCard()
        self.form_box = QVBoxLayout()
        inside = Tall()
        inside.setAutoFillBackground(False)
        self._whole = QVBoxLayout(inside)
        self._whole.setSpacing(look.px(14))
        self._whole.addWidget(self.head)
        self._whole.addLayout(self.form_box)
        side = QWidget()
        side_layout = QVBoxLayout(side)
        side_layout.setContentsMargins(0, 0, 0, 0)
        side_layout.setSpacing(look.px(14))
        for card in (self.ready, self.kit, self.event_card):
            side_layout.addWidget(card)
        side_layout.addStretch(1)
        self._side = side
        listed = QVBoxLayout()
        listed.addWidget(self.checklist)
        listed.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addLayout(listed, 1)
        self._columns.addWidget(side)
        self._whole.addLayout(self._columns)
        self._whole.addStretch(1)
        self.scroll_area = QScrollArea(widgetResizable=True)
        self.scroll_area.setProperty("plain", True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setWidget(inside)
        self.scroll_area.viewport().setAutoFillBackground(False)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.scroll_area)
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= look.px(SIDE_BY_SIDE_PX)
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        side, top = (32, 26) if is_wide else (16, 16)
        room = max(0, self.width() - look.px(LIST_PX + SIDE_PX + 20) - 2 * side)
        self._whole.setContentsMargins(side, top, side + (room if is_wide else 0), 14)
        self._columns.setSpacing(look.px(20 if is_wide else 14))
        self._side.setMinimumWidth(look.px(SIDE_PX) if is_wide else 0)
        self._side.setMaximumWidth(look.px(SIDE_PX) if is_wide else 16_777_215)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()


class EveningPanel(Panel):
    """lines: by code, those in sight.  ready: what was found last, None before that."""

    width_px = 0

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAccessibleName(_("The evening"))
        self.lines: dict[str, ReadyLine] = {}
        self.ready: Readiness | None = None
        self.form: PlanForm | None = None
        self.paper: PaperForm | None = None
        self._checking = False
        self._measuring: tuple[Question, CancelToken] | None = None
        self._measured: Question | None = None
        self.view = EveningPage()
        self.page = self.view
        self.view.head.change_wanted.connect(self.ask_plan)
        self.view.head.guide_wanted.connect(lambda: window.open_panel("guide"))
        self.view.event_card.wanted.connect(window.actions_table["event"].trigger)
        self.view.kit.copy_wanted.connect(window.actions_table["hand_out"].trigger)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.reload)
        # Methods, not closures: the connections must end with the panel.
        window.effects_arrived.connect(self._on_changed)
        window.person_changed.connect(self._on_changed)
        window.tasks.detached.connect(self._stop_measuring)
        window.base_map_work.progressed.connect(self._on_work)
        window.base_map_work.ended.connect(self._soon.start)
        window.base_maps.changed.connect(self._soon.start)
        self.view.head.show_plan(Evening())
        self.view.kit.show_kit(None)

    # --- looking -----------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        """The next thing to do, once it is known."""
        found = self._next_button()
        return found if found is not None else self.view.head.change

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        super()._on_focus(old, now)
        area = self.view.scroll_area
        inside = area.widget()
        if now is not None and inside is not None and inside.isAncestorOf(now):
            # Once the layout has settled: a form that has just appeared has no place yet.
            QTimer.singleShot(0, now, lambda: area.ensureWidgetVisible(now, 0, look.px(80)))

    def entered(self) -> None:
        self.reload()

    def left(self) -> None:
        self._stop_measuring()

    def _on_changed(self, _what: object) -> None:
        if self.main.panel_host.current is self:
            self._soon.start()

    def reload(self) -> None:
        """Look again at everything."""
        if self.main.lanes is not None and self.main.info is not None:
            self.main.tasks.write(readiness.look, self._on_ready, owner=self, key="readiness")

    def _on_ready(self, ready: Readiness) -> None:
        is_first = self.ready is None
        focus = self.main.focusWidget()
        had_focus = focus is not None and self.view.isAncestorOf(focus)
        self.ready = ready
        self.view.head.show_plan(ready.plan)
        self.view.kit.show_kit(ready.kit)
        self._show_ready()
        words = percent_words(ready)
        self.main.sections.show_state("evening", "done" if ready.is_ready else "", words)
        self.main.sections.note_base_map(ready.lines[0])
        if ready.to_measure is not None:
            self._measure(ready.to_measure)
        found = self._next_button()
        # Also where the button that had the keyboard has gone with what there was to do.
        is_lost = focus is not None and not (isValid(focus) and focus.isVisibleTo(self.view))
        if found is not None and had_focus and (is_first or is_lost):
            found.setFocus()

    def _show_ready(self) -> None:
        """Show what is known, and what this window itself does for it just now."""
        if self.ready is None:
            return
        ready = self._with_work(self.ready)
        self.view.ready.show_ready(ready)
        self._show_lines(ready)
        self._mark_next()

    def _with_work(self, ready: Readiness) -> Readiness:
        """Return it with the base map under way, while it is made or compared."""
        work = self.main.base_map_work
        if not (work.is_running or self._checking):
            return ready
        share = work.share()
        percent = "" if share is None else int(100 * share)
        under_way = Line(
            "base_map",
            "running",
            "making" if work.is_running else "comparing",
            "make_base_map" if work.is_running else "",
            {"percent": percent},
        )
        lines = (under_way if line.code == "base_map" else line for line in ready.lines)
        return ready._replace(lines=tuple(lines))

    def _on_work(self) -> None:
        if self.main.panel_host.current is self:
            self._show_ready()

    def _show_lines(self, ready: Readiness) -> None:
        codes = [line.code for line in ready.lines]
        if list(self.lines) != codes:
            for row in self.lines.values():
                self.view.checklist.remove(row)
            self.lines, self.paper = {}, None
            for line in ready.lines:
                self.lines[line.code] = row = ReadyLine(title(line))
                row.wanted.connect(lambda code=line.code: self._on_wanted(code))
                self.view.checklist.add(row)
                QWidget.setTabOrder(row.button, self.view.kit.button)
        for line in ready.lines:
            self._show_line(line)

    def _show_line(self, line: Line) -> None:
        row = self.lines[line.code]
        advice = explain(line.problem)[1] if line.problem is not None else ""
        row.show_line(line.state, state_words(line), says(line), self._action_words(line), advice)

    def _action_words(self, line: Line) -> str:
        if line.action not in _ACTIONS or self._deed(line) is None:
            return ""
        done, undone = _ACTIONS[line.action]
        if line.state == "running":
            return _("Follow")
        if line.code == "invitation" and line.state == "look":
            return _("Make it again")
        return _(done if line.state == "done" else undone)

    # --- the next thing to do ----------------------------------------------------------------

    def _next_code(self) -> str:
        """Return the line whose button is filled; none while something is being written."""
        if self.ready is None or self.form is not None or self.paper is not None:
            return ""
        for state in ("todo", "look"):
            for code, row in self.lines.items():
                if row.state == state and row.button.text():
                    return code
        return ""

    def _mark_next(self) -> None:
        code = self._next_code()
        for each, row in self.lines.items():
            row.set_next(each == code)

    def _next_button(self) -> QWidget | None:
        row = self.lines.get(self._next_code())
        return row.button if row is not None else None

    def _on_wanted(self, code: str) -> None:
        if self.ready is None:
            return
        lines = {line.code: line for line in self._with_work(self.ready).lines}
        deed = self._deed(lines[code]) if code in lines else None
        if deed is not None:
            deed()

    def _deed(self, line: Line) -> Callable[[], object] | None:
        """Return what the button of a line does, None where this program has no such place."""
        window = self.main
        deeds: dict[str, Callable[[], object]] = {
            "make_base_map": window.commands.open_base_map,
            "base_map": lambda: window.sections.go_to("base_map"),
            "check_base_map": self._check_base_map,
            "places": lambda: window.go_to_mode("contribute"),
            "categories": lambda: window.sections.go_to("categories"),
            "check_paper": self.ask_paper,
            "people": lambda: window.sections.go_to("people"),
            "review": lambda: window.go_to_mode("review"),
            "give_back": window.actions_table["give_back"].trigger,
            "look_again": self.reload,
            "hand_out": window.actions_table["hand_out"].trigger,
        }
        return deeds.get(line.action)

    # --- the base map ------------------------------------------------------------------------

    def _measure(self, asked: Question) -> None:
        """Look for the tiles aside, and remember the answer."""
        if self._measuring is not None and self._measuring[0] == asked:
            return
        if self._measured == asked:
            # The answer could not be kept on this computer: asked again it would not be either.
            return
        self._stop_measuring()
        token = CancelToken()
        self._measuring = asked, token
        window = self.main

        def remembered(session: "Session", found: MapCover) -> Readiness:
            map_cover.remember(session, asked, found)
            return readiness.look(session)

        def done(found: MapCover) -> None:
            self._measuring, self._measured = None, asked
            window.tasks.write(
                lambda session: remembered(session, found),
                self._on_ready,
                owner=self,
                key="readiness",
            )

        window.tasks.beside(
            lambda: map_cover.measure(asked, lambda _done: token.check()), done, owner=self
        )

    def _stop_measuring(self) -> None:
        if self._measuring is not None:
            self._measuring[1].cancel()
            self._measuring = None

    def _check_base_map(self) -> None:
        """Compare the base maps with their prints."""

        def over(_result: object) -> None:
            if isValid(self):
                self._checking = False
                self.reload()

        def failed(error: CollabMapError) -> None:
            over(None)
            self.main.messages.show(error)

        self._checking = True
        self._show_ready()
        self.main.tasks.long(
            _("Checking the base maps"),
            lambda session, progress, cancel: session.check_base_maps(
                progress=progress, cancel=cancel
            ),
            over,
            failed,
        )

    # --- when and where ----------------------------------------------------------------------

    def ask_plan(self) -> None:
        """Ask when and where the evening is, above the list."""
        if self.form is not None:
            self.form.day.setFocus()
            return
        self._close_paper()
        plan = self.ready.plan if self.ready is not None else Evening()
        self.form = PlanForm(self.main.words, plan, datetime.datetime.now().astimezone().date())
        self.form.saved.connect(self._on_plan)
        self.form.left.connect(self.close_plan)
        self.view.form_box.addWidget(self.form)
        self.view.head.change.setEnabled(False)
        self._mark_next()
        self.form.day.setFocus()

    def close_plan(self) -> None:
        form, self.form = self.form, None
        if form is None:
            return
        self.view.head.change.setEnabled(True)
        self.view.head.change.setFocus()
        form.discard()
        self._mark_next()

    def _on_plan(self, plan: Evening) -> None:
        def keep(session: "Session") -> Readiness:
            evening.set_evening(session, plan)
            return readiness.look(session)

        def done(ready: Readiness) -> None:
            self.close_plan()
            self._on_ready(ready)

        self.main.tasks.write(keep, done, owner=self)

    # --- the key on paper --------------------------------------------------------------------

    def ask_paper(self) -> None:
        """Ask for the key on paper, under its line."""
        row = self.lines.get("paper")
        if row is None or self.paper is not None:
            return
        self.close_plan()
        self.paper = PaperForm()
        self.paper.wanted.connect(self._on_paper)
        self.paper.left.connect(self._close_paper)
        row.show_below(self.paper)
        row.button.setEnabled(False)
        self._mark_next()
        self.paper.field.setFocus()

    def _close_paper(self) -> None:
        row, paper, self.paper = self.lines.get("paper"), self.paper, None
        if row is None or paper is None:
            return
        row.button.setEnabled(True)
        row.button.setFocus()
        row.show_below(None)
        self._mark_next()

    def _on_paper(self, text: str) -> None:
        def check(session: "Session") -> Readiness:
            evening.check_paper(session, text)
            return readiness.look(session)

        def done(ready: Readiness) -> None:
            self._close_paper()
            self._on_ready(ready)
            self.main.messages.done(_("The paper is right"), _("It opens this map again."))

        def failed(error: CollabMapError) -> None:
            if isValid(self) and self.paper is not None:
                self.paper.refuse(error)

        self.main.tasks.write(check, done, failed, owner=self)

    def took_escape(self) -> bool:
        if self.paper is not None:
            self._close_paper()
            return True
        if self.form is not None:
            self.close_plan()
            return True
        return False
