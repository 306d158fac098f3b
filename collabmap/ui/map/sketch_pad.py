"""A sketch under somebody's hands, and the way back through its steps."""

from collections import deque

from PySide6.QtCore import QObject, Signal

from collabmap.domain.sketch import Sketch

# Each step of a large outline holds its own vertices.
MOST_STEPS = 300


class SketchPad(QObject):
    """changed: the sketch is another, also while a vertex is held.  settled: a step is done."""

    changed = Signal()
    settled = Signal()

    def __init__(self, sketch: Sketch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sketch = sketch
        self._before: deque[Sketch] = deque(maxlen=MOST_STEPS)
        self._after: list[Sketch] = []
        self._held: Sketch | None = None

    @property
    def sketch(self) -> Sketch:
        return self._sketch

    def take(self, sketch: Sketch) -> None:
        """Do one step; one that changes nothing is none."""
        self.hold(sketch)
        self.let_go()

    def hold(self, sketch: Sketch) -> None:
        """Show a sketch while a hand still moves it: a step once it lets go."""
        if self._held is None:
            self._held = self._sketch
        self._sketch = sketch
        self.changed.emit()

    def let_go(self) -> None:
        """End the step that hold() began."""
        before, self._held = self._held, None
        if before is not None and before != self._sketch:
            self._before.append(before)
            self._after.clear()
            self.settled.emit()

    # --- back and forth ------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def undo(self) -> None:
        """Take the last step back, if there is one."""
        if self._before:
            self._after.append(self._sketch)
            self._show(self._before.pop())

    def go_back_to(self, sketch: Sketch) -> None:
        """Take the last step back if it led away from a sketch; else going there is a step."""
        if self._before and self._before[-1] == sketch:
            self.undo()
        else:
            self.take(sketch)

    def redo(self) -> None:
        """Do again what undo() took back, if nothing was done since."""
        if self._after:
            self._before.append(self._sketch)
            self._show(self._after.pop())

    def _show(self, sketch: Sketch) -> None:
        self._held = None
        self._sketch = sketch
        self.changed.emit()
        self.settled.emit()
