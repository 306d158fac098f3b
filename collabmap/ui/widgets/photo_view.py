"""A photo to look at closely: fitted, or as near as one likes, by wheel, drag, click and keys."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _
from collabmap.ui import look

# Nearer than four screen pixels for a dot, or twice the whole, there is nothing more to see.
MAX_SCALE = 4.0
STEP = 1.5
NOTCH = 120
_ARROWS = {Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class PhotoView(QWidget):
    """image: what is shown; `set_image` fits it again.  Double click: as large as it is, or fitted.

    Plus, minus and 0 zoom and fit; up and down move it while it is larger than the view.
    """

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self._scale = 0.0
        self._middle = QPointF()
        self._pressed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleDescription(_("Plus and minus zoom, 0 shows it whole."))

    def set_image(self, image: QImage, *, keeps: bool = False) -> None:
        """Show a picture.  keeps: it is the same one, sharper."""
        if keeps and not self.image.isNull() and self._scale:
            ratio = image.width() / self.image.width()
            self._scale /= ratio
            self._middle *= ratio
        else:
            self._scale = 0.0
        self.image = image
        self.update()

    @property
    def is_fitted(self) -> bool:
        return not self._scale

    @property
    def scale(self) -> float:
        """Return how many pixels of this widget one dot of the picture takes."""
        return self._scale or self._fitting

    @property
    def _fitting(self) -> float:
        if self.image.isNull():
            return 1.0
        width, height = self.width() / self.image.width(), self.height() / self.image.height()
        return max(1e-3, min(width, height))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Come nearer or go away; what is at a point stays there, else what is in the middle."""
        if self.image.isNull():
            return
        at = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        before, middle = self.scale, self._shown_middle()
        scale = min(max(MAX_SCALE, 2 * self._fitting), before * factor)
        if scale <= self._fitting:
            self.fit()
            return
        away = at - QPointF(self.width() / 2, self.height() / 2)
        self._middle = middle + away / before - away / scale
        self._scale = scale
        self._keep_inside()

    def fit(self) -> None:
        """Show the whole picture."""
        self._scale = 0.0
        self.update()

    def _shown_middle(self) -> QPointF:
        if self.is_fitted:
            return QPointF(self.image.width() / 2, self.image.height() / 2)
        return QPointF(self._middle)

    def _keep_inside(self) -> None:
        wide, high = self.width() / self._scale / 2, self.height() / self._scale / 2
        self._middle = QPointF(
            _between(self._middle.x(), wide, self.image.width()),
            _between(self._middle.y(), high, self.image.height()),
        )
        self.update()

    # --- hands and keys ---------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(STEP ** (event.angleDelta().y() / NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or self.is_fitted:
            return
        self._middle -= (event.position() - self._pressed) / self._scale
        self._pressed = event.position()
        self._keep_inside()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.is_fitted:
            self.zoom(max(STEP, 1.0 / self.scale), event.position())
        else:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if event.text() == "+" or event.key() == Qt.Key.Key_Plus:
            self.zoom(STEP)
        elif event.text() == "-" or event.key() == Qt.Key.Key_Minus:
            self.zoom(1 / STEP)
        elif event.key() == Qt.Key.Key_0 or event.text() == "à":
            self.fit()
        elif arrow is not None and not self.is_fitted:
            self._middle -= QPointF(*arrow) * look.px(60) / self._scale
            self._keep_inside()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale, middle = self.scale, self._shown_middle()
        corner = QPointF(self.width() / 2, self.height() / 2) - middle * scale
        size = self.image.size()
        where = QRectF(corner.x(), corner.y(), size.width() * scale, size.height() * scale)
        painter.drawImage(where, self.image)
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(look.tokens().focus)
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()


def _between(value: float, half: float, whole: int) -> float:
    """Keep the view inside the picture, or the picture in the middle where it is smaller."""
    return whole / 2 if 2 * half >= whole else min(max(value, half), whole - half)
