"""The photos of a place: small ones in a row, one large in the map's place."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, language
from collabmap.domain.feature import Photo
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.tip import plain_tip

SMALL_PX = 96
LARGE_PX = 1600


def picture_of(data: bytes, side_px: int) -> QImage:
    """Return a picture, or an empty one where the bytes hold none."""
    # Imported late: a card without photos must not wait for it.
    from collabmap.render.photo import decode

    try:
        return decode(data, side_px)
    except CollabMapError:
        return QImage()


def photo_words(photo: Photo, theme: Theme) -> str:
    """Return what is asked for, what is to be seen and by whom, e.g. 'The old well · Aïcha'."""
    author = photo.author_name or _("somebody")
    field = theme.field(photo.field)
    said = list(filter(None, [field.label(language()) if field else "", photo.text]))
    return " · ".join([*said, author]) if said else _("Photo by {name}").format(name=author)


class Thumbnail(QAbstractButton):
    """A small photo that opens large."""

    def __init__(self, photo: Photo, theme: Theme) -> None:
        super().__init__()
        self.photo = photo
        self._image = picture_of(photo.thumbnail, SMALL_PX * 2)
        words = photo_words(photo, theme)
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(SMALL_PX), look.px(SMALL_PX * 3 // 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.fillPath(shape, QColor(tokens.sunken))
        painter.save()
        painter.setClipPath(shape)
        if self._image.isNull():
            side = look.px(24)
            centre = box.center()
            icon = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
            paint_icon(painter, "image-off-outline", icon, tokens.muted)
        else:
            painter.drawImage(_covering(self._image, box), self._image)
        painter.restore()
        has_focus = self.hasFocus()
        edge = tokens.focus if has_focus else tokens.line
        painter.setPen(QPen(QColor(edge), 3 if has_focus else tokens.edge_px))
        painter.drawPath(shape)
        painter.end()


def _covering(image: QImage, box: QRectF) -> QRectF:
    """Return where a picture is drawn to cover a box."""
    scale = max(box.width() / image.width(), box.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    return QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)


class Photos(QWidget):
    """The small photos of a place.  opened: a Photo."""

    opened = Signal(object)

    def __init__(self, photos: tuple[Photo, ...], theme: Theme) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        row = Flow(gap=look.px(8))
        self.thumbnails = [Thumbnail(photo, theme) for photo in photos]
        for thumbnail in self.thumbnails:
            thumbnail.clicked.connect(
                lambda _checked=False, photo=thumbnail.photo: self.opened.emit(photo)
            )
            row.add(thumbnail)
        layout.addWidget(row)
