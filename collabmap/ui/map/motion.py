"""Short moves of the view, so that the eye can follow where it goes."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from collabmap.render.camera import Camera


class Motion(QObject):
    """moved: Camera, each step of the way, the last one being the target itself.

    is_on: off where the system asks for no motion, and in tests.
    """

    moved = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_on = True
        self.target: Camera | None = None
        self._start: Camera | None = None
        self._duration_ms = 1
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=16)
        self._timer.timeout.connect(self._step)

    def go(self, start: Camera, target: Camera, duration_ms: int) -> None:
        """Move from one view to another; a move under way is taken over."""
        if not self.is_on or duration_ms <= 0:
            self.stop()
            self.moved.emit(target)
            return
        self._start, self.target, self._duration_ms = start, target, duration_ms
        self._clock.start()
        self._timer.start()

    def stop(self) -> None:
        """Stay where the view is now."""
        self._timer.stop()
        self.target = None

    def _step(self) -> None:
        if self.target is None or self._start is None:
            self._timer.stop()
            return
        share = min(1.0, self._clock.elapsed() / self._duration_ms)
        target = self.target
        if share >= 1.0:
            self.stop()
            self.moved.emit(target)
            return
        eased = 1 - (1 - share) ** 3
        self.moved.emit(self._start.between(target, eased))
