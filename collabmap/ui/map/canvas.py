"""The graphics view behind the map: one item that paints all layers in device coordinates."""

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsView, QStyleOptionGraphicsItem, QWidget

from collabmap.render.camera import Camera

pg.setConfigOptions(antialias=False, useOpenGL=False)


class MapViewBox(pg.ViewBox):
    """World = Web Mercator in the unit square, y down; the mouse is handled by the view."""

    def __init__(self) -> None:
        super().__init__(
            lockAspect=1.0,
            invertY=True,
            enableMouse=False,
            enableMenu=False,
            defaultPadding=0,
        )
        self.disableAutoRange()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_view(self, camera: Camera) -> None:
        """Show what a camera sees.

        Without updateMatrix the transform would change while the frame is painted, and pyqtgraph
        would paint every frame twice.
        """
        left, top, right, bottom = camera.world_box
        self.setRange(QRectF(left, top, right - left, bottom - top), padding=0)
        self.updateMatrix()


class MapLayerItem(pg.GraphicsObject):
    """Paints every layer.  paint_count: frames painted so far."""

    def __init__(self, paint_layers: Callable[[QPainter], None]) -> None:
        super().__init__()
        self._paint_layers = paint_layers
        self.paint_count = 0

    def boundingRect(self) -> QRectF:
        # The world and one more on each side: never outside the view, never changing.
        return QRectF(-1, -1, 3, 3)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        self.paint_count += 1
        painter.save()
        try:
            painter.resetTransform()
            self._paint_layers(painter)
        finally:
            painter.restore()


class Canvas(pg.GraphicsView):
    """A graphics view that shows one MapLayerItem and leaves mouse and keys to its subclass."""

    def __init__(self, paint_layers: Callable[[QPainter], None], parent: QWidget | None) -> None:
        super().__init__(parent, background=None)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The layers fill every pixel; without this Qt would clear the view before each frame.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.view_box = MapViewBox()
        self.setCentralItem(self.view_box)
        self.item = MapLayerItem(paint_layers)
        self.view_box.addItem(self.item, ignoreBounds=True)
