"""I walked here: what a phone or a watch recorded, seen on the map before it is added."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QVBoxLayout, QWidget

from collabmap.app.walks import (
    HIDDEN_M,
    Walks,
    WalkView,
    read_walks,
    walk_sentences,
    walk_view,
    walk_words,
)
from collabmap.app.words import _, explain, format_number
from collabmap.errors import CollabMapError
from collabmap.ui import files
from collabmap.ui.map.sketch_item import SketchItem
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice import Choice
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Metres around both ends that are not shown; 0 shows all.
HIDDEN = (HIDDEN_M, 3 * HIDDEN_M, 0)


class WalkPanel(Panel):
    """walks: those of the file, None before one was read.  walk: as it would be added, or None."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Walk")
        self.walks: Walks | None = None
        self.walk: WalkView | None = None
        self._shown: SketchItem | None = None
        self.add_title(_("I walked here"), back=True)
        intro = _("What a phone or a watch recorded becomes a path on the map.")
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self._build_pick()
        self._build_walk()
        self.body.addStretch(1)
        self.use = Button(_("Use this path"), "primary", icon="arrow-right", height_px=52)
        self.use.clicked.connect(self._on_use)
        self.foot.addWidget(self.use)
        self._show()

    # --- building -------------------------------------------------------------------------

    def _build_pick(self) -> None:
        self.pick = WayCard(
            "map-marker-path", _("The file of a walk"), _("From a phone or a watch (.gpx)")
        )
        self.pick.clicked.connect(self.choose_file)
        self.body.addWidget(self.pick)
        self.drop = Text(_("Or drop it on this window."), "muted", wrap=True)
        self.body.addWidget(self.drop)

    def _build_walk(self) -> None:
        self.found = QWidget()
        column = QVBoxLayout(self.found)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(2)
        self.which_words = Text(_("Which walk?"), "label")
        column.addWidget(self.which_words)
        self.which: list[Choice] = []
        self._which_group = QButtonGroup(self)
        self._which_group.idToggled.connect(self._on_choice)
        self._which_column = QVBoxLayout()
        self._which_column.setSpacing(0)
        column.addLayout(self._which_column)
        self.measured = Text("", "heading", wrap=True)
        column.addWidget(self.measured)
        column.addSpacing(8)
        column.addWidget(Text(_("Its beginning and its end"), "label"))
        why = _("They may show where you live.")
        column.addWidget(Text(why, "muted", wrap=True))
        self.ends: dict[int, Choice] = {}
        self._ends_group = QButtonGroup(self)
        for metres in HIDDEN:
            words = _("Show the whole walk")
            if metres:
                words = _("Hide {metres} m around both").format(metres=format_number(metres))
            choice = self.ends[metres] = Choice(words)
            self._ends_group.addButton(choice, metres)
            column.addWidget(choice)
        self.ends[HIDDEN_M].setChecked(True)
        self._ends_group.idToggled.connect(self._on_choice)
        column.addSpacing(8)
        self.note = Note("")
        column.addWidget(self.note)
        self.body.addWidget(self.found)

    def first_focus(self) -> QWidget | None:
        return self.pick if self.walks is None else self.use

    # --- reading --------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file."""
        path, _filter = QFileDialog.getOpenFileName(
            self, _("The file of a walk"), str(files.documents()), _("Walks") + " (*.gpx *.GPX)"
        )
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Read a file and show the longest walk it holds."""
        self.pick.setEnabled(False)
        self.pick.set_words(path.name, _("It is being read…"))
        self.main.tasks.run(
            lambda: read_walks(path),
            lambda walks: self._on_read(path, walks),
            self._on_unreadable,
            owner=self,
            key="walks",
        )

    def _on_read(self, path: Path, walks: Walks) -> None:
        self.walks = walks
        self.pick.setEnabled(True)
        self.pick.set_words(path.name, _("Choose another file"))
        for choice in self.which:
            self._which_group.removeButton(choice)
            choice.hide()
            choice.deleteLater()
        self.which = []
        is_choice = len(walks.whole) > 1
        self.which_words.setVisible(is_choice)
        for number, whole in enumerate(walks.whole if is_choice else ()):
            words = " · ".join(part for part in (whole.name, walk_words(whole)) if part)
            choice = Choice(words)
            choice.setToolTip(plain_tip(words))
            self.which.append(choice)
            self._which_group.addButton(choice, number)
            self._which_column.addWidget(choice)
        if self.which:
            self.which[0].setChecked(True)
        else:
            self._look()

    def _on_unreadable(self, error: CollabMapError) -> None:
        self.pick.setEnabled(True)
        self.pick.set_words(_("The file of a walk"), _("From a phone or a watch (.gpx)"))
        self.walks = self.walk = None
        self.main.messages.show(error)
        self._show()

    def _on_choice(self, _id: int, is_on: bool) -> None:
        if is_on:
            self._look()

    def _look(self) -> None:
        """Make the walk as it was chosen, aside."""
        if self.walks is None:
            return
        track = self.walks.tracks[max(0, self._which_group.checkedId())]
        hidden_m = self._ends_group.checkedId()
        self.main.tasks.run(
            lambda: walk_view(track, hidden_m),
            self._on_walk,
            self._on_too_short,
            owner=self,
            key="walk",
        )

    def _on_walk(self, walk: WalkView) -> None:
        is_first = self.walk is None
        self.walk = walk
        assert self.walks is not None
        self._say(" ".join(walk_sentences(walk, self.walks)))
        self._show()
        self.main.map.fit(walk.bbox)
        if is_first:
            self.use.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_too_short(self, error: CollabMapError) -> None:
        self.walk = None
        self._say(" ".join(explain(error)))
        self._show()

    def _say(self, words: str) -> None:
        self.note.text.setText(words)
        self.note.setVisible(bool(words))

    # --- the map --------------------------------------------------------------------------

    def entered(self) -> None:
        self._show()

    def left(self) -> None:
        self._take_away()

    def _show(self) -> None:
        """Show the walk in the panel and on the map."""
        walk = self.walk
        self.drop.setVisible(self.walks is None)
        self.found.setVisible(self.walks is not None)
        self.use.setEnabled(walk is not None)
        self.measured.setText(walk_words(walk) if walk is not None else "")
        self.measured.setVisible(walk is not None)
        self._take_away()
        if walk is not None:
            self._shown = SketchItem(self.main.map)
            self._shown.shown.sketch = walk.sketch
            self._shown.shown.has_handles = False
            self._shown.refresh()

    def _take_away(self) -> None:
        shown, self._shown = self._shown, None
        if shown is not None:
            shown.discard()

    def _on_use(self) -> None:
        walk, window = self.walk, self.main
        if walk is not None:
            window.panel_host.back()
            window.placing.add_shape(walk.wkb, walk.name)
