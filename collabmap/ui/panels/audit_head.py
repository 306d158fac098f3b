"""The head of the decisions: the figure of an evening, and what chooses among the decisions."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.audit import Found, Query
from collabmap.app.decision_words import decisions_word, figure_words, own_words, wait_words
from collabmap.app.history_words import sitting_words
from collabmap.app.words import _, format_number
from collabmap.domain.evenings import EVENING_BEGINS_H
from collabmap.review.decisions import Word
from collabmap.review.evening_figures import EveningFigures, Figures, MapFigures
from collabmap.ui import look
from collabmap.ui.panels.audit_lines import SIGNS
from collabmap.ui.place_words import sentence
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import ElidedText, Text

# More coordinators than these are found by their names.
_CHIPS = 4


def evening_title(told: EveningFigures) -> str:
    """Return 'Evening of November 27'."""
    day = told.day
    at = datetime(day.year, day.month, day.day, EVENING_BEGINS_H)
    words = sitting_words(at, is_evening=told.is_evening)
    return sentence(words)


class FigureHead(Ground):
    """Four numbers and the median wait, of one evening or of all.

    chosen: an EveningFigures, or None for all of them.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("sunken")
        self.told = MapFigures(Figures(), ())
        self.evening: EveningFigures | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(12), look.px(8), look.px(12), look.px(10))
        layout.setSpacing(look.px(4))
        self.which = Button("", "quiet", icon="calendar-month", height_px=36, is_flush=True)
        self.which.clicked.connect(self._choose)
        layout.addWidget(self.which, 0, Qt.AlignmentFlag.AlignLeft)
        self._whole = QWidget()
        grid = QGridLayout(self._whole)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.px(10))
        grid.setVerticalSpacing(0)
        self._numbers: list[tuple[Text, Text]] = []
        for column in range(4):
            number, words = Text("", "title"), Text("", "second")
            grid.addWidget(number, 0, column)
            grid.addWidget(words, 1, column)
            grid.setColumnStretch(column, 1)
            self._numbers.append((number, words))
        layout.addWidget(self._whole)
        self.wait = Text("", "muted", wrap=True)
        layout.addWidget(self.wait)
        self._line = ElidedText("", "muted")
        layout.addWidget(self._line)
        self._line.hide()

    def set_compact(self, is_compact: bool) -> None:
        """Say all of it in one line, where the list under it needs the room."""
        self._whole.setVisible(not is_compact)
        self.wait.setVisible(not is_compact)
        self._line.setVisible(is_compact)

    def show_figures(self, told: MapFigures) -> None:
        """Show other figures; the evening that was chosen stays so if it is still there."""
        self.told = told
        day = self.evening.day if self.evening is not None else None
        self.evening = next((each for each in told.evenings if each.day == day), None)
        self._say()

    def _say(self) -> None:
        evening = self.evening
        figures = evening.figures if evening is not None else self.told.total
        self.which.setText(evening_title(evening) if evening is not None else _("All evenings"))
        said = figure_words(figures)
        for (number, words), (count, what) in zip(self._numbers, said, strict=True):
            number.setText(count)
            words.setText(what)
        parts = [_("Median wait: {time}").format(time=wait_words(figures)), own_words(figures)]
        self.wait.setText(" · ".join(part for part in parts if part))
        heard = ", ".join(f"{count} {what}" for count, what in said)
        self._line.set_whole(f"{heard} · {self.wait.text()}")
        self.setAccessibleName(f"{self.which.text()}: {heard}. {self.wait.text()}")

    def _choose(self) -> None:
        """Offer the evenings."""
        popover = Popover(self.window(), _("Which evening?"), width_px=320)
        rows = [(_("All evenings"), None), *((evening_title(e), e) for e in self.told.evenings)]
        for words, evening in rows:
            count = evening.figures.contributed if evening is not None else 0
            row = MenuRow(words, right=format_number(count) if evening is not None else "")
            row.setCheckable(True)
            row.setChecked(evening == self.evening)
            row.clicked.connect(lambda _checked=False, each=evening: self.go_to(each))
            popover.add(row)
        popover.open_under(self.which)

    def go_to(self, evening: EveningFigures | None) -> None:
        """Show one evening, None for all."""
        self.evening = evening
        self._say()
        self.chosen.emit(evening)


class ChoiceChips(QWidget):
    """Chips by kind of decision and by coordinator.  chosen: what they choose is otherwise now."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words: frozenset[Word] = frozenset()
        self.people: frozenset[bytes] = frozenset()
        self.chips: list[Chip] = []
        self._shown: object = None
        self._flow = Flow(gap=look.px(6))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._flow)

    def follow(self, found: Found, query: Query) -> None:
        """Show what there is to choose from."""
        shown = (dict(found.words), dict(found.people), query.words, query.people)
        if shown == self._shown:
            return
        self._shown = shown
        focused = next((i for i, chip in enumerate(self.chips) if chip.hasFocus()), None)
        self._flow.clear()
        self.chips = []
        for word, (state, icon) in SIGNS.items():
            count = found.words.get(word, 0)
            if count or word in self.words:
                name, is_on = decisions_word(word), word in self.words
                self._add(name, count, state, is_on, self._word(word), icon)
        known = sorted(found.people.items(), key=lambda row: -row[1][1])
        if len(known) > 1 or self.people:
            for person, (name, count) in known[:_CHIPS]:
                name = name or _("somebody")
                self._add(name, count, "", person in self.people, self._person(person))
        self.setVisible(bool(self.chips))
        if focused is not None and focused < len(self.chips):
            self.chips[focused].setFocus()

    def _add(
        self,
        name: str,
        count: int,
        state: str,
        is_on: bool,
        run: Callable[[], object],
        icon: str = "",
    ) -> None:
        chip = Chip(f"{name} {format_number(count)}", name, state=state, icon=icon)
        chip.setCheckable(True)
        chip.setChecked(is_on)
        chip.clicked.connect(lambda _checked=False: run())
        self._flow.add(chip)
        self.chips.append(chip)

    def _word(self, word: Word) -> Callable[[], None]:
        def run() -> None:
            self.words ^= {word}
            self.chosen.emit()

        return run

    def _person(self, person: bytes) -> Callable[[], None]:
        def run() -> None:
            self.people ^= {person}
            self.chosen.emit()

        return run

    def clear(self) -> None:
        """Choose nothing in particular."""
        self.words, self.people = frozenset(), frozenset()
        self.chosen.emit()
