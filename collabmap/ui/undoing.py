"""What undo and redo would do now, in the words of their actions."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.app.deed_words import deed_words
from collabmap.app.words import _
from collabmap.ui.map.sketch_tool import SketchTool

if TYPE_CHECKING:
    from collabmap.app.undoing import UndoLabel
    from collabmap.ui.main_window import MainWindow

Labels = tuple["UndoLabel | None", "UndoLabel | None"]


class Undoing(QObject):
    """Asks after every deed, in the write lane: there the answer comes after what was just done."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._labels: Labels = (None, None)
        window.effects_arrived.connect(self._on_effect)
        window.person_changed.connect(self.look)
        window.project_changed.connect(self.look)
        window.map.tool_changed.connect(self.show)

    def look(self) -> None:
        """Ask what can be undone and done again."""
        if not self._window.can_write or self._window.lanes is None:
            self._on_words((None, None))
            return
        self._window.tasks.write(
            lambda session: session.undo_words(), self._on_words, key="undo words"
        )

    def show(self) -> None:
        """Put the words in the actions, which another language builds anew."""
        undo, redo = self._labels
        actions = self._window.actions_table
        if isinstance(self._window.map.tool, SketchTool):
            # Commands gives both to whoever draws, before any deed.
            actions.say_deed("undo", _("Step back"), is_idle=False)
            actions.say_deed("redo", _("Step forward"), is_idle=False)
            return
        for name, label, plain, words in (
            ("undo", undo, _("Undo"), _("Undo: {deed}")),
            ("redo", redo, _("Redo"), _("Redo: {deed}")),
        ):
            if label is None:
                actions.say_deed(name, plain, is_idle=True)
            else:
                deed = deed_words(label.kind, label.name)
                actions.say_deed(name, words.format(deed=deed), is_idle=False)

    def _on_effect(self) -> None:
        if self._labels[0] is None and self._window.can_write:
            # Whoever is quick presses the keys before the answer is there.
            self._window.actions_table.say_deed("undo", _("Undo"), is_idle=False)
        self.look()

    def _on_words(self, labels: Labels) -> None:
        self._labels = labels
        self.show()
