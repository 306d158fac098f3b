"""Short moves of the view, so that the eye can follow where it goes."""

import math
from collections import deque

from PySide6.QtCore import QElapsedTimer, QObject, QPointF, QTimer, Signal

from collabmap.render.camera import Camera

# A map that was let go rolls out over this time.
COAST_MS = 400
# What a hand did longer ago says nothing about how it let go.
_RECENT_MS = 90
# A hand that has rested for so long has stopped the map itself.
_REST_MS = 50
# Pixels a millisecond: slower is no throw; faster would lose sight of where one was.
_SLOWEST, _FASTEST = 0.15, 4.0


class Throw:
    """How fast a hand moves the map, from where it was in the last moments."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, float, float]] = deque(maxlen=16)

    def begin(self, at_ms: int, point: QPointF) -> None:
        """Take hold of the map at a pixel."""
        self._seen.clear()
        self.move(at_ms, point)

    def move(self, at_ms: int, point: QPointF) -> None:
        self._seen.append((at_ms, point.x(), point.y()))

    def velocity(self, at_ms: int) -> tuple[float, float]:
        """Return (x, y) in pixels a millisecond for a hand that lets go; (0, 0) for a slow one."""
        recent = [each for each in self._seen if at_ms - each[0] <= _RECENT_MS]
        if len(recent) < 2 or at_ms - recent[-1][0] > _REST_MS:
            return 0.0, 0.0
        (start_ms, x, y), (end_ms, to_x, to_y) = recent[0], recent[-1]
        if end_ms <= start_ms:
            return 0.0, 0.0
        vx, vy = (to_x - x) / (end_ms - start_ms), (to_y - y) / (end_ms - start_ms)
        speed = math.hypot(vx, vy)
        if speed < _SLOWEST:
            return 0.0, 0.0
        share = min(1.0, _FASTEST / speed)
        return vx * share, vy * share


def coasted(camera: Camera, velocity: tuple[float, float]) -> Camera:
    """Return where a map comes to rest that was let go with a velocity in pixels a millisecond.

    A third of the way that it would go at that speed: a move of `Motion` begins three times as
    fast as it goes on average, so that the map leaves the hand at the hand's own speed.
    """
    return camera.moved(velocity[0] * COAST_MS / 3, velocity[1] * COAST_MS / 3)


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
