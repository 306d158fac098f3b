"""What the panels of drawing show: the ways to draw, what was measured, and what is wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.shape_words import PROBLEM_WORDS
from collabmap.app.words import _
from collabmap.domain.sketch import Sketch
from collabmap.domain.sketch_problems import ProblemKind
from collabmap.domain.theme import Drawn
from collabmap.errors import CollabMapError
from collabmap.ui.panels.form_values import Way
from collabmap.ui.sketch_words import told_words
from collabmap.ui.widgets.announcing import announce
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class WayChoice(QWidget):
    """chosen: a Way.  Two columns of buttons, of which one is pressed."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("What do you draw?"))
        ways: Sequence[tuple[Way, str, str]] = (
            ("point", _("A point"), "vector-point"),
            ("line", _("A path"), "vector-polyline"),
            ("zone", _("A zone"), "vector-polygon"),
            ("freehand", _("By hand"), "draw"),
        )
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(8)
        self._group = QButtonGroup(self)
        self.buttons: dict[Way, Button] = {}
        for number, (way, words, icon) in enumerate(ways):
            button = Button(words, icon=icon)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, way=way: self.chosen.emit(way))
            self._group.addButton(button)
            self.grid.addWidget(button, number // 2, number % 2)
            self.buttons[way] = button
        self.choose("point")

    def allow(self, drawn: Sequence[Drawn]) -> None:
        """Offer only some ways; a lone one is not offered, it is said elsewhere what to do."""
        ways = ways_of(drawn)
        for way, button in self.buttons.items():
            button.setVisible(way in ways and len(ways) > 1)

    def choose(self, way: Way) -> None:
        """Show which one is chosen.  Not signalled."""
        self.buttons[way].setChecked(True)


def ways_of(drawn: Sequence[Drawn]) -> tuple[Way, ...]:
    """Return the ways to draw what may be drawn as these, the first as it is offered first."""
    ways: Sequence[tuple[Way, Drawn]] = (
        ("point", "point"), ("line", "line"), ("zone", "zone"), ("freehand", "line"),
    )  # fmt: skip
    return tuple(way for way, kind in ways if kind in drawn)


class Measured(Text):
    """How long or large a sketch is; a screen reader hears it, politely, at each vertex."""

    def __init__(self) -> None:
        super().__init__("", "heading", wrap=True)

    def say(self, sketch: Sketch, *, is_sound: bool = True) -> None:
        """Say what was drawn so far; nothing while nothing was.  is_sound: see sketch_words."""
        words = told_words(sketch, is_sound=is_sound) if sketch.vertex_count else ""
        if words == self.text():
            return
        self.setText(words)
        self.setVisible(bool(words))
        if words:
            announce(self, words)


def say_too_few(window: "MainWindow") -> None:
    """Say why a drawing cannot end here."""
    window.messages.info(_("Not finished yet"), _(PROBLEM_WORDS[ProblemKind.TOO_FEW]))


class Mending(NamedTuple):
    """What is wrong with a sketch.  mended: it put right, None where that cannot be done."""

    words: str
    mended: Sketch | None


def mending_of(sketch: Sketch) -> Mending | None:
    """Return what is wrong with a finished sketch, None if nothing is."""
    problems = sketch.problems()
    if not problems:
        return None
    words = _(PROBLEM_WORDS[problems[0].kind])
    try:
        return Mending(words, sketch.mended().sketch)
    except CollabMapError:
        return Mending(words, None)


class MendNote(Ground):
    """What is wrong with a shape, and the choice: as it was put right, or by one's own hand.

    kept: the sketch as put right was taken.  refused: the person corrects it.
    """

    kept = Signal(object)
    refused = Signal()

    def __init__(self) -> None:
        super().__init__("sunken")
        self.mending: Mending | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Icon("alert", "danger", side_px=20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Text("", "strong", wrap=True)
        self.text = Text("", "muted", wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row.addLayout(words, 1)
        layout.addLayout(row)
        self.keep = Button(_("Keep the mended zone"), icon="check-bold")
        self.keep.clicked.connect(self._on_keep)
        self.correct = Button(_("Correct it myself"), icon="vector-polyline-edit")
        self.correct.clicked.connect(self._on_correct)
        layout.addWidget(self.keep)
        layout.addWidget(self.correct)
        self.hide()

    @property
    def shown(self) -> Sketch | None:
        """The mended zone that the map should show, None while there is none to choose."""
        is_offered = self.mending is not None and not self.correct.isHidden()
        return self.mending.mended if self.mending is not None and is_offered else None

    def look(self, sketch: Sketch | None) -> None:
        """Say what is wrong with a sketch, and offer it put right; hide if nothing is."""
        self.mending = mending_of(sketch) if sketch is not None else None
        self.setVisible(self.mending is not None)
        if self.mending is None:
            return
        can_mend = self.mending.mended is not None
        self.title.setText(self.mending.words)
        self.text.setText(
            _("Here is the zone as it was mended.")
            if can_mend
            else _("It cannot be kept like this. Move its points, or draw it again.")
        )
        self.keep.setVisible(can_mend)
        self.correct.setVisible(can_mend)
        words = f"{self.title.text()} {self.text.text()}"
        for button in (self.keep, self.correct):
            button.setAccessibleDescription(words)

    def _on_keep(self) -> None:
        if self.mending is not None and self.mending.mended is not None:
            self.kept.emit(self.mending.mended)

    def _on_correct(self) -> None:
        self.text.setText(_("Pull its points until it no longer crosses itself."))
        self.correct.hide()
        self.refused.emit()
