"""What the pages have in common on which one part of a theme is edited."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.theme import Category, Field, LinkType, Theme
from collabmap.domain.theme_checks import MAX_HELP, MAX_LABEL
from collabmap.domain.theme_editing import rebased
from collabmap.domain.theme_parts import Part
from collabmap.errors import Problem
from collabmap.ui import look
from collabmap.ui.fields.options import OptionButton
from collabmap.ui.preferences import application
from collabmap.ui.theme_words import place_of
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import Text

COLUMN_PX = 680
# Two names side by side need this much.
_PAIR_PX = 460
# Title and what can be done with the part, side by side.
_TITLE_PX = 220


class Page(QWidget):
    """A column that scrolls, between a head and a foot that stay."""

    def __init__(self) -> None:
        super().__init__()
        self.head, self.column, self.foot = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        inside = Tall()
        inside.setAutoFillBackground(False)
        self.column.setSpacing(look.px(14))
        self._middle = self._centred(self.column, inside)
        self.scroller = QScrollArea(widgetResizable=True)
        self.scroller.setProperty("plain", True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inside)
        self.scroller.viewport().setAutoFillBackground(False)
        head, self.foot_box = QWidget(), QWidget()
        self._centred(self.head, head)
        self._centred(self.foot, self.foot_box)
        self.head.setContentsMargins(20, 14, 20, 10)
        self.column.setContentsMargins(20, 0, 20, 20)
        self.foot.setContentsMargins(20, 10, 20, 16)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.scroller, 1)
        whole.addWidget(self.foot_box)
        self.foot_box.hide()
        application().focusChanged.connect(self._on_focus)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        # What has the keyboard is in view, once the layout has settled.
        inside = self.scroller.widget()
        if now is not None and inside is not None and inside.isAncestorOf(now):
            QTimer.singleShot(0, now, lambda: self.scroller.ensureWidgetVisible(now, 0, 24))

    def _centred(self, column: QVBoxLayout, inside: QWidget) -> QWidget:
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(look.px(COLUMN_PX))
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(middle, 1000)
        row.addStretch(1)
        return middle

    def add_card(self, title: str = "") -> QVBoxLayout:
        """Add a card with a heading, and return where its parts go."""
        card = Ground("card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.setSpacing(look.px(12))
        if title:
            layout.addWidget(Text(title, "heading", wrap=True))
        self.column.addWidget(card)
        return layout

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()


class Pair(QWidget):
    """Two fields side by side, or one below the other where there is little room."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.px(12))
        for part in parts:
            self._row.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        is_wide = self.width() >= look.px(_PAIR_PX)
        self._row.setDirection(way.LeftToRight if is_wide else way.TopToBottom)


class Words(LineField):
    """A property that is written on one line.  finished: the field is left, or Enter."""

    def __init__(self, name: str, placeholder: str = "") -> None:
        super().__init__(placeholder)
        self.name = name
        self.setMaxLength(MAX_HELP if name.startswith("help") else MAX_LABEL)

    def show_text(self, text: str) -> None:
        """Show another text; the cursor stays where it says the same."""
        if text.strip() != self.text().strip():
            self.setText(text)
            self.setCursorPosition(0)


class Answers(Flow):
    """Answers of which several may be given.  changed: by hand."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(gap=look.px(8))
        self.buttons: dict[Any, OptionButton] = {}

    def offer(self, answers: Sequence[tuple[Any, str]]) -> None:
        """Offer (value, words); what is offered already stays, and so does the keyboard."""
        if [(value, b.text()) for value, b in self.buttons.items()] == list(answers):
            return
        chosen = self.chosen()
        self.clear()
        self.buttons = {}
        for value, words in answers:
            button = OptionButton(words, is_box=True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(self.changed)
            self.buttons[value] = button
            self.add(button)
        self.choose(chosen)

    def chosen(self) -> tuple[Any, ...]:
        """Return the values that are given, in the order in which they are offered."""
        return tuple(value for value, button in self.buttons.items() if button.isChecked())

    def choose(self, values: Iterable[Any]) -> None:
        """Show which are given.  Not signalled."""
        given = list(values)
        for value, button in self.buttons.items():
            button.setChecked(value in given)


class PartPage(Page):
    """Edits `draft`, which may differ from what is saved until it is whole.

    drafted: the part as it stands now, with each key.  settled: what is typed is to be saved.
    moved: -1 up, 1 down.  hide_wanted: hide it, or show it again.  add_wanted: a new one is whole
    and is to be added.  left: back to where one came from.
    """

    drafted = Signal(object)
    settled = Signal()
    moved = Signal(int)
    hide_wanted = Signal()
    add_wanted = Signal()
    left = Signal()

    def __init__(self, add_words: str, *, has_back: bool = False) -> None:
        super().__init__()
        self.saved: Part | None = None
        self.draft: Part | None = None
        self.theme = Theme("")
        self._is_filling = False
        self._words: list[Words] = []
        self.places: dict[str, Labelled] = {}
        self._build_head(has_back)
        self.hidden = Text("", "muted", wrap=True)
        self.hidden.hide()
        self.column.addWidget(self.hidden)
        self.build()
        self.column.addStretch(1)
        self.add_button = Button(add_words, "primary", icon="plus-thick", height_px=48)
        self.add_button.clicked.connect(self.add_wanted)
        self.cancel = Button(_("Cancel"), "quiet", height_px=48)
        self.cancel.clicked.connect(self.left)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.add_button, 1)
        row.addWidget(self.cancel)
        self.foot.addLayout(row)

    def _build_head(self, has_back: bool) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.back = IconButton("arrow-left", _("Back"), side_px=40)
        self.back.clicked.connect(self.left)
        self.title = Text("", "title", wrap=True)
        row.addWidget(self.back)
        row.addWidget(self.title, 1)
        self.up = Button(_("Move up"), icon="arrow-up", height_px=40)
        self.down = Button(_("Move down"), icon="arrow-down", height_px=40)
        self.hide_button = Button(_("Hide"), icon="eye-off-outline", height_px=40)
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.hide_button.clicked.connect(self.hide_wanted)
        self.deeds = QWidget()
        deeds = QHBoxLayout(self.deeds)
        deeds.setContentsMargins(0, 0, 0, 0)
        deeds.setSpacing(8)
        for button in (self.up, self.down, self.hide_button):
            deeds.addWidget(button)
        self._head_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head_row.setSpacing(8)
        self._head_row.addLayout(row, 1)
        self._head_row.addWidget(self.deeds, 0, Qt.AlignmentFlag.AlignLeft)
        self.head.addLayout(self._head_row)
        # Only now: a widget without a parent that is shown opens a window of its own.
        self.back.setVisible(has_back)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= self.deeds.sizeHint().width() + look.px(_TITLE_PX)
        way = QBoxLayout.Direction
        self._head_row.setDirection(way.LeftToRight if is_wide else way.TopToBottom)

    # --- of each page --------------------------------------------------------------------

    @abstractmethod
    def build(self) -> None:
        """Build what is edited."""

    @abstractmethod
    def fill(self) -> None:
        """Show the draft in what `build` built."""

    def read(self) -> dict[str, Any]:
        """Return the properties that stand in what `build` built, beside the words."""
        return {}

    # --- building ------------------------------------------------------------------------

    def add_words(self, layout: QBoxLayout, name: str, labels: tuple[str, str]) -> Pair:
        """Add a property in French and English.  labels: over the two lines."""
        rows = []
        for code, label in zip(("fr", "en"), labels, strict=True):
            rows.append(self.words_row(f"{name}_{code}", label))
        self.places.setdefault(name, rows[0])
        pair = Pair(*rows)
        layout.addWidget(pair)
        return pair

    def words_row(self, name: str, label: str, hint: str = "") -> Labelled:
        """Return a line for one property."""
        line = Words(name)
        self._words.append(line)
        line.textEdited.connect(self.note)
        line.editingFinished.connect(self.settled)
        return Labelled(label, line, hint=hint)

    def line(self, name: str) -> Words:
        """Return the line of a property."""
        return next(line for line in self._words if line.name == name)

    # --- showing -------------------------------------------------------------------------

    def show_part(self, part: Part, theme: Theme, *, draft: Part | None = None) -> None:
        """Show a part as it is saved, or as it was typed and could not be saved yet."""
        self.saved, self.draft, self.theme = part, draft or part, theme
        self._follow(is_new=False)
        self.scroller.verticalScrollBar().setValue(0)

    def show_new(self, part: Part, theme: Theme) -> None:
        """Show a part that is to be added."""
        self.saved, self.draft, self.theme = None, part, theme
        self._follow(is_new=True)
        self.scroller.verticalScrollBar().setValue(0)

    def follow(self, part: Part | None, theme: Theme) -> None:
        """Take what is saved now; what is typed and not saved yet stays."""
        self.theme = theme
        if self.draft is not None and self.saved is not None and part is not None:
            self.draft = rebased(self.saved, self.draft, part)
            self.saved = part
        if self.draft is not None:
            self._follow(is_new=self.saved is None)

    def _follow(self, *, is_new: bool) -> None:
        draft = self.draft
        assert draft is not None
        self._is_filling = True
        for line in self._words:
            line.show_text(str(getattr(draft, line.name)))
        self.fill()
        self._is_filling = False
        self.foot_box.setVisible(is_new)
        self.deeds.setVisible(not is_new)
        is_hidden = draft.is_hidden
        self.hide_button.setText(_("Show again") if is_hidden else _("Hide"))
        self.hide_button.set_icon("eye-outline" if is_hidden else "eye-off-outline")
        self.hidden.setVisible(is_hidden)

    def say_order(self, *, is_first: bool, is_last: bool) -> None:
        """Offer to move it only where there is somewhere to go."""
        self.up.setEnabled(not is_first)
        self.down.setEnabled(not is_last)

    # --- what is typed -------------------------------------------------------------------

    def note(self) -> None:
        """Take what stands in the page into the draft."""
        if self._is_filling or self.draft is None:
            return
        words = {line.name: line.text().strip() for line in self._words}
        self.draft = _with(self.draft, {**words, **self.read()})
        self.say_problems(())
        self.drafted.emit(self.draft)

    def note_and_settle(self) -> None:
        """Take what was chosen, and save it: a choice is finished at once."""
        if not self._is_filling:
            self.note()
            self.settled.emit()

    def say_problems(self, problems: Iterable[Problem]) -> None:
        """Say beside each field what is wrong with it; none takes it away."""
        said: dict[str, str] = {}
        for problem in problems:
            where, words = place_of(problem)
            said.setdefault(where, words)
        for name, row in self.places.items():
            if row.error != said.get(name, ""):
                row.set_error(said.get(name, ""))

    def focus_first(self) -> None:
        """Give the keyboard to the first line."""
        self._words[0].setFocus(Qt.FocusReason.OtherFocusReason)


def _with(part: Part, values: dict[str, Any]) -> Part:
    changed: Category | Field | LinkType = replace(part, **values)
    return changed
