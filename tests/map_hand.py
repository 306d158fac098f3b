"""A hand on the map: real events of mouse and keys, given to its viewport."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from collabmap.domain.sketch import Sketch
from collabmap.ui.map.view import MapView

LEFT = Qt.MouseButton.LeftButton
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


class MapHand:
    def __init__(self, view: MapView) -> None:
        self.view = view

    def click(self, *points: tuple[int, int], button: Qt.MouseButton = LEFT) -> None:
        for x, y in points:
            QTest.mouseClick(self.view.viewport(), button, pos=QPoint(x, y))

    def double_click(self, x: int, y: int) -> None:
        QTest.mouseDClick(self.view.viewport(), LEFT, pos=QPoint(x, y))

    def move(self, x: int, y: int, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        """Move the pointer with no button down."""
        none, point = Qt.MouseButton.NoButton, QPointF(x, y)
        event = QMouseEvent(QEvent.Type.MouseMove, point, point, none, none, modifiers)
        QApplication.sendEvent(self.view.viewport(), event)

    def pull(self, *points: tuple[int, int]) -> None:
        """Press at the first point and move over the others."""
        viewport = self.view.viewport()
        QTest.mousePress(viewport, LEFT, pos=QPoint(*points[0]))
        for x, y in points[1:]:
            QTest.mouseMove(viewport, QPoint(x, y))

    def let_go(self, x: int, y: int) -> None:
        QTest.mouseRelease(self.view.viewport(), LEFT, pos=QPoint(x, y))

    def drag(self, *points: tuple[int, int]) -> None:
        """Press at the first point, move over the others, let go at the last."""
        self.pull(*points)
        self.let_go(*points[-1])

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        QTest.keyClick(self.view, key, modifiers)

    def pixels(self, sketch: Sketch) -> list[tuple[int, int]]:
        """Return where the vertices of a sketch are on the screen."""
        found = (self.view.camera.pixel_of(position) for _vertex, position in sketch.vertices())
        return [(round(x), round(y)) for x, y in found]
