"""What others paint on the map, and the tools that take the pointer and the keys."""

from typing import Literal, NamedTuple, Protocol

from PySide6.QtCore import QPointF
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from collabmap.render.camera import Camera
from collabmap.render.tokens import Tokens

# "ground": over the base map, under the marks.  "above": over the marks, under the pin.
Stratum = Literal["ground", "above"]


class Frame(NamedTuple):
    """What is being painted.  tokens: the colours of what lies on the base map.

    text_scale: of all text sizes.  dpr: device pixels a logical pixel.
    """

    camera: Camera
    tokens: Tokens
    text_scale: float
    dpr: float


class MapLayer(Protocol):
    """Painted in every frame, in logical pixels of the view; the painter is put back after it."""

    def paint(self, painter: QPainter, frame: Frame) -> None: ...


class CountedLayer(Protocol):
    """Stands for the marks while they are not shown: the pointer asks it first."""

    def hover(self, point: QPointF | None) -> bool:
        """Light up what is under a pixel, None for nothing; tells whether something is."""

    def click(self, point: QPointF) -> bool:
        """Do what a click means; tells whether it meant something."""


class MapTool:
    """Asked before the map itself; each returns whether the event was its own.

    Painted above the pin.
    """

    def press(self, event: QMouseEvent) -> bool:
        return False

    def move(self, event: QMouseEvent) -> bool:
        return False

    def release(self, event: QMouseEvent) -> bool:
        return False

    def double_click(self, event: QMouseEvent) -> bool:
        return False

    def click(self, point: QPointF) -> bool:
        """Take a click that was no drag: the map has looked at press and release itself."""
        return False

    def hover(self, point: QPointF) -> bool:
        """Take the pointer that has no button down."""
        return False

    def press_key(self, event: QKeyEvent) -> bool:
        return False

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint what is being drawn, in logical pixels of the view."""

    def put_away(self) -> None:
        """Another tool, or none, has taken its place."""
