"""What we did: the numbers of an evening, its charts, and the evening once more on the map."""

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from collabmap.app import evening
from collabmap.app.evening import Evening
from collabmap.app.results import (
    Results,
    category_rows,
    few_bars,
    results_of,
    time_rows,
)
from collabmap.app.words import _, format_number
from collabmap.review.evening_figures import EveningFigures, MapFigures
from collabmap.ui.panels.audit_head import evening_title
from collabmap.ui.panels.results_parts import ChartCard, FourNumbers, ResultsHead, ResultsPage
from collabmap.ui.panels.results_replay import ReplayBox
from collabmap.ui.panels.results_saving import ResultsSaving
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.category_bars import CategoryBars
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.time_bars import TimeBars

if TYPE_CHECKING:
    from collabmap.review.evening_story import EveningStory
    from collabmap.ui.main_window import MainWindow

# Several effects in a row, as of a merge, are looked at once.
SOON_MS = 800


class ResultsPanel(Panel):
    """told: the evenings there were.  evening: the one shown, None before it is known."""

    width_px = 0

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAccessibleName(_("What we did"))
        self.told: MapFigures | None = None
        self.evening: EveningFigures | None = None
        self.story: EveningStory | None = None
        self.results: Results | None = None
        self._plan = Evening()
        self._day: date | None = None
        self.publish = Button.of(
            window.actions_table["export"], "primary", height_px=42, text=_("Publish")
        )
        self.head_of_page = ResultsHead(self.publish)
        self.head_of_page.which.clicked.connect(self._choose)
        self.numbers = FourNumbers()
        self.replay = ReplayBox(window)
        self.bars = CategoryBars(window.theme)
        self.times = TimeBars()
        self.categories = ChartCard(_("By category"), _("Category"), self.bars)
        self.through = ChartCard(
            _("Through the evening"), _("From"), self.times, _("places per 5 min")
        )
        charts = (self.categories, self.through)
        self.view = ResultsPage(self.head_of_page, self.numbers, self.replay, charts)
        self.page = self.view
        self.saving = ResultsSaving(self)
        self.replay.moved.connect(self.times.set_cursor_ms)
        self.times.picked.connect(self.replay.go_to)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.reload)
        # Methods, not closures: the connections must end with the panel.
        window.effects_arrived.connect(self._on_changed)
        window.base_maps.changed.connect(self.replay.follow_base_maps)
        window.tasks.detached.connect(self.replay.close_map)

    # --- reading -----------------------------------------------------------------------------

    def entered(self) -> None:
        self.replay.open_map()
        self.reload()

    def left(self) -> None:
        self.replay.close_map()

    def _on_changed(self, _what: object) -> None:
        if self.main.panel_host.current is self:
            self._soon.start()

    def reload(self) -> None:
        """Read which evenings there were, and the one that is shown."""
        if self.main.lanes is None or self.main.info is None:
            return
        tasks = self.main.tasks
        tasks.write(evening.evening, self._on_plan, owner=self, key="evening-plan")
        tasks.read(
            lambda reader: reader.evening_figures(), self._on_figures, owner=self, key="results"
        )

    def _on_plan(self, plan: Evening) -> None:
        self._plan = plan
        self._show_head()

    def _on_figures(self, told: MapFigures) -> None:
        self.told = told
        day = self._day or self._plan.date
        found = next((each for each in told.evenings if each.day == day), None)
        self.go_to(found or next(iter(told.evenings), None))

    def go_to(self, which: EveningFigures | None) -> None:
        """Show an evening, None where there is none."""
        self.evening = which
        self._show_head()
        if which is None:
            self.view.show_any(False)
            return
        self._day = day = which.day
        self.main.tasks.read(
            lambda reader: reader.evening_story(day), self._on_story, owner=self, key="story"
        )

    def _on_story(self, story: "EveningStory") -> None:
        if self.evening is None or story.day != self.evening.day:
            return
        is_same = self.story is not None and self.story.day == story.day
        theme = self.main.theme
        self.story = story
        self.results = found = results_of(story, self.evening.figures, theme)
        self.view.show_any(True)
        self.numbers.show_results(found)
        self.bars.show_rows(theme, few_bars(found.by_category))
        self.categories.table.show_rows(category_rows(found, theme))
        first, last = self.span
        self.times.show_counts(story.replay.bars(first, last).tolist(), first, last)
        self.through.table.show_rows(time_rows(story, first, last))
        if self.main.panel_host.current is self:
            self.replay.show_replay(story.replay, self.span, keeps=is_same)

    @property
    def span(self) -> tuple[int, int]:
        """From when until when the replay goes, milliseconds since 1970."""
        assert self.story is not None
        return self.story.replay.span(*self._planned(self.story.day))

    def _planned(self, day: date) -> tuple[int | None, int | None]:
        """Return when the evening begins and ends as it was planned, None for what is not known."""
        if self._plan.date != day:
            return None, None
        return self._plan.begins_ms, self._plan.ends_ms

    # --- the head ----------------------------------------------------------------------------

    def _show_head(self) -> None:
        head, which = self.head_of_page, self.evening
        head.which.setVisible(which is not None)
        head.allow(which is not None)
        where = self._plan.where if which is not None and self._plan.date == which.day else ""
        head.where.setText(where)
        if which is not None:
            head.which.setText(evening_title(which))

    def _choose(self) -> None:
        """Offer the evenings."""
        popover = Popover(self.window(), _("Which evening?"), width_px=340)
        for each in self.told.evenings if self.told is not None else ():
            count = each.figures.contributed + each.figures.own
            row = MenuRow(evening_title(each), right=format_number(count))
            row.setCheckable(True)
            row.setChecked(self.evening is not None and each.day == self.evening.day)
            row.clicked.connect(lambda _checked=False, which=each: self.go_to(which))
            popover.add(row)
        popover.open_under(self.head_of_page.which)

    # --- as a panel --------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.replay.play

    def help_keys(self) -> list[tuple[str, str]]:
        return [
            (_("Space"), _("play and pause")),
            ("← →", _("one minute back, one on")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.replay.keyPressEvent(event)
