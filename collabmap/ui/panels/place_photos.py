"""The photos of a place: small ones in a row, one large in the map's place."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, format_date
from collabmap.domain.feature import Photo
from collabmap.errors import CollabMapError, PhotoUnreadable
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.widgets.panel import Panel

SMALL_PX = 96
LARGE_PX = 1600
# A file that is larger than this is no photo of a place; it is not even read.
MAX_FILE_BYTES = 60_000_000


def picture_of(data: bytes, side_px: int) -> QImage:
    """Return a picture, or an empty one where the bytes hold none."""
    # Imported late: a card without photos must not wait for it.
    from collabmap.render.photo import decode

    try:
        return decode(data, side_px)
    except CollabMapError:
        return QImage()


def photo_words(photo: Photo) -> str:
    """Return what is to be seen and by whom, e.g. 'The old well · Aïcha'."""
    author = photo.author_name or _("somebody")
    return f"{photo.text} · {author}" if photo.text else _("Photo by {name}").format(name=author)


class Thumbnail(QAbstractButton):
    """A small photo that opens large."""

    def __init__(self, photo: Photo) -> None:
        super().__init__()
        self.photo = photo
        self._image = picture_of(photo.thumbnail, SMALL_PX * 2)
        words = photo_words(photo)
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

    def __init__(self, photos: tuple[Photo, ...]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        row = Flow(gap=look.px(8))
        self.thumbnails = [Thumbnail(photo) for photo in photos]
        for thumbnail in self.thumbnails:
            thumbnail.clicked.connect(
                lambda _checked=False, photo=thumbnail.photo: self.opened.emit(photo)
            )
            row.add(thumbnail)
        layout.addWidget(row)


class _Picture(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        scale = min(box.width() / self.image.width(), box.height() / self.image.height())
        width, height = self.image.width() * scale, self.image.height() * scale
        where = QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)
        painter.drawImage(where, self.image)
        painter.end()


class PhotoPage(QWidget):
    """One photo, large.  closed: back to the map.  removed: the photo is to be taken away."""

    closed = Signal()
    removed = Signal(object)

    def __init__(self, window: "MainWindow", photo: Photo, *, may_remove: bool) -> None:
        super().__init__()
        self.photo = photo
        self.setAccessibleName(photo_words(photo))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(look.px(10))
        self.picture = _Picture()
        # What is there at once, until the picture itself has come from the disk.
        self.picture.image = picture_of(photo.thumbnail, LARGE_PX)
        self.picture.setAccessibleName(photo_words(photo))
        layout.addWidget(self.picture, 1)
        self.words = Text(f"{photo_words(photo)} · {format_date(photo.at_ms)}", "body", wrap=True)
        layout.addWidget(self.words)
        self.note = Text("", "muted", wrap=True)
        layout.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.close_button = Button(_("Back to the map"), icon="map")
        self.close_button.clicked.connect(self.closed)
        row.addWidget(self.close_button)
        if may_remove:
            self.remove = Button(_("Take this photo away"), "danger", icon="delete-outline")
            self.remove.clicked.connect(lambda: self.removed.emit(photo))
            row.addWidget(self.remove)
        row.addStretch(1)
        layout.addLayout(row)
        if photo.is_here:
            window.tasks.write(
                lambda session: session.photo_bytes(photo.blob), self._on_bytes, owner=self
            )
        else:
            self._say_missing()

    def _on_bytes(self, data: bytes | None) -> None:
        image = picture_of(data, LARGE_PX) if data is not None else QImage()
        if image.isNull():
            self._say_missing()
            return
        self.picture.image = image
        self.picture.update()

    def _say_missing(self) -> None:
        self.note.setText(_("The picture itself is not here yet: it comes with a later exchange."))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()


def show_large(panel: "Panel", photo: Photo, *, may_remove: bool = False) -> PhotoPage:
    """Show a photo in the map's place while a panel is there."""
    close_large(panel)
    page = PhotoPage(panel.main, photo, may_remove=may_remove)
    page.closed.connect(lambda: close_large(panel))
    panel.page = page
    panel.main.body.refresh()
    panel.main.body.show_tab("centre")
    page.close_button.setFocus()
    return page


def close_large(panel: "Panel") -> bool:
    """Show the map again; False if no photo was in its place."""
    page = panel.page
    if not isinstance(page, PhotoPage):
        return False
    had_focus = page.isAncestorOf(QApplication.focusWidget() or panel)
    panel.page = None
    panel.main.body.refresh()
    page.hide()
    page.deleteLater()
    if had_focus and (first := panel.first_focus()) is not None:
        first.setFocus()
    return True


def read_photo(path: Path) -> bytes:
    """Return a file's bytes.  Raises PhotoUnreadable; not on the GUI thread."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise PhotoUnreadable
        return path.read_bytes()
    except OSError as error:
        raise PhotoUnreadable from error
