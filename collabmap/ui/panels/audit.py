"""What coordinators decided: the figure of the evening, all decisions, and a table of them."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from collabmap.app.audit import Decisions, Found, Query, Row, labels_of, write_decisions
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.effect import Effect
from collabmap.domain.evenings import bounds_of
from collabmap.domain.feature import ChangeId
from collabmap.review.evening_figures import EveningFigures, MapFigures
from collabmap.ui import files, look
from collabmap.ui.going import go_close
from collabmap.ui.panels.audit_head import ChoiceChips, FigureHead
from collabmap.ui.panels.audit_lines import DecisionLines
from collabmap.ui.panels.history import open_history
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.line_list import LongLineList
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Between two letters one is still typing.
_TYPING_MS = 120
# Lower than this, the list would show hardly a line under the figures.
_SHORT_PX = 560


class _Answer(NamedTuple):
    query: Query
    found: Found
    rows: list[Row]
    unfolded: frozenset[ChangeId]


class AuditPanel(Panel):
    """decisions: all there are, None until they are known.  answer: what is shown of them."""

    opens_places = True
    width_px = 400

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Decisions")
        self.decisions: Decisions | None = None
        self.answer: _Answer | None = None
        self._unfolded: frozenset[ChangeId] = frozenset()
        self._labels = labels_of(window.theme)
        self._day: date | None = None
        self.add_title(_("Decisions"), back=True)
        self.figures = FigureHead()
        self.figures.chosen.connect(self._on_evening)
        self.head.addWidget(self.figures)
        self.search = SearchField(_("Place, person, reason…"))
        self.head.addWidget(self.search)
        self.chips = ChoiceChips()
        self.chips.chosen.connect(self.look)
        self.head.addWidget(self.chips)
        self.count = Text("", "muted")
        self.head.addWidget(self.count)
        self.list = LongLineList(window.theme, _("Decisions"))
        self.list.opened.connect(self._on_opened)
        self.search.left_downwards.connect(self.list.setFocus)
        self.empty = Empty()
        self.empty.hide()
        self.body.setContentsMargins(8, 0, 8, 0)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty, 1)
        self._build_foot()
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self.look)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.list.selectionModel().currentChanged.connect(lambda *_rows: self._allow())
        window.effects_arrived.connect(self._on_effect)
        self._allow()

    def _build_foot(self) -> None:
        self.history = Button(_("History"), icon="history", height_px=44)
        self.history.clicked.connect(self._on_history)
        self.export = Button(_("Export as a table…"), icon="file-delimited-outline", height_px=44)
        self.export.clicked.connect(self.choose_file)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.history, 1)
        row.addWidget(self.export, 2)
        self.foot.addLayout(row)

    # --- reading -------------------------------------------------------------------------

    def entered(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Read the decisions and the figures again; what was read before is taken over."""
        if self.main.lanes is None:
            return
        before = self.decisions.book if self.decisions is not None else None
        labels = self._labels
        tasks = self.main.tasks
        tasks.read(
            lambda reader: Decisions(reader.decision_book(before), labels),
            self._on_decisions,
            owner=self,
            key="decisions",
        )
        tasks.read(
            lambda reader: reader.evening_figures(),
            self._on_figures,
            owner=self,
            key="figures",
        )

    def _on_effect(self, _effect: Effect) -> None:
        if self.isVisible():
            self.reload()

    def _on_decisions(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.look()

    def _on_figures(self, told: MapFigures) -> None:
        self.figures.show_figures(told)

    def _on_evening(self, evening: EveningFigures | None) -> None:
        self._day = evening.day if evening is not None else None
        self.look()

    # --- searching -----------------------------------------------------------------------

    def query(self) -> Query:
        """Return what is asked for now."""
        since, until = None, None
        if self._day is not None:
            since, until = (round(at.timestamp() * 1000) for at in bounds_of(self._day))
        return Query(self.search.text(), self.chips.people, self.chips.words, since, until)

    def look(self) -> None:
        """Find what answers to words, chips and evening; aside, for there may be many."""
        decisions, query, unfolded = self.decisions, self.query(), self._unfolded
        if decisions is None:
            return

        def find() -> _Answer:
            found = decisions.find(query)
            return _Answer(query, found, found.rows(unfolded), unfolded)

        self.main.tasks.run(find, self._on_found, owner=self, key="find-decisions")

    def _on_found(self, answer: _Answer) -> None:
        is_same_query = self.answer is not None and self.answer.query == answer.query
        rank = self.list.currentIndex().row() if is_same_query else -1
        height = self.list.verticalOffset() if is_same_query else 0
        self.answer = answer
        lines = DecisionLines(
            answer.rows, answer.unfolded, is_one_evening=answer.query.since_ms is not None
        )
        self.list.set_lines(lines, rank=rank)
        self.list.executeDelayedItemsLayout()
        self.list.verticalScrollBar().setValue(height)
        count = len(answer.found.decisions)
        words = ngettext("{count} decision", "{count} decisions", count)
        self.count.setText(words.format(count=format_number(count)))
        self.chips.follow(answer.found, answer.query)
        self._say_empty(is_empty=not count)
        self._allow()

    def _say_empty(self, *, is_empty: bool) -> None:
        if is_empty and self.list.hasFocus():
            self.search.setFocus()
        self.list.setVisible(not is_empty)
        self.empty.setVisible(is_empty)
        if is_empty and self.decisions is not None and self.decisions.book.decisions:
            show = ("close", _("Show all"), self.show_all)
            self.empty.say("magnify", _("No decision answers to this"), "", show)
        elif is_empty:
            hint = _("What is accepted, refused or asked will be listed here.")
            self.empty.say("history", _("Nothing was decided yet"), hint)

    def show_all(self) -> None:
        """Take words, chips and evening away."""
        self.search.clear()
        self.figures.go_to(None)
        self.chips.clear()
        self.search.setFocus()

    # --- a decision ----------------------------------------------------------------------

    @property
    def here(self) -> Row | None:
        """The line that has the keyboard, None for none."""
        rank = self.list.currentIndex().row()
        rows = self.answer.rows if self.answer is not None else []
        return rows[rank] if 0 <= rank < len(rows) else None

    def _allow(self) -> None:
        here = self.here
        self.history.setEnabled(here is not None and not here.size)
        has_any = self.answer is not None and bool(self.answer.found.decisions)
        self.export.setEnabled(has_any)

    def _on_opened(self, row: object) -> None:
        assert isinstance(row, Row)
        decision = row.decision
        if row.size and decision.bulk is not None:
            self._unfolded ^= {decision.bulk}
            self.look()
        elif decision.subject.is_there:
            self.main.map.select(decision.place)
            go_close(self.main, decision.place)
        else:
            # It is nowhere on the map: what became of it stands in its history.
            open_history(self.main, decision.place)

    def _on_history(self) -> None:
        if self.here is not None:
            open_history(self.main, self.here.decision.place)

    # --- the table -----------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask where the table is saved."""
        info = self.main.info
        assert info is not None
        stem = files.dated_stem(_("Decisions {map}").format(map=info.name), files.now_ms())
        path, _filter = QFileDialog.getSaveFileName(
            self,
            _("Export the decisions as a table"),
            str(files.documents() / f"{stem}.csv"),
            _("Table") + " (*.csv)",
        )
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write what was found as a table."""
        if self.answer is None:
            return
        decisions, theme = self.answer.found.decisions, self.main.theme
        path = path if path.suffix else path.with_suffix(".csv")
        self.main.tasks.long_aside(
            _("Writing the table"),
            lambda _progress, cancel: write_decisions(path, decisions, theme, cancel),
            lambda count: self._on_saved(path, count),
        )

    def _on_saved(self, path: Path, count: int) -> None:
        words = ngettext("{count} decision is saved", "{count} decisions are saved", count)
        self.main.messages.done(
            words.format(count=format_number(count)),
            path.name,
            (_("Open the folder"), lambda: files.show_folder(path)),
        )

    # --- as a panel ----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.search

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_short = self.height() < look.px(_SHORT_PX)
        self.figures.set_compact(is_short)
        # The chips say the same numbers.
        self.count.setVisible(not is_short)
