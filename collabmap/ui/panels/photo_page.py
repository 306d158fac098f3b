"""The photos of a place, one at a time and large, in the map's place."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_date, format_number
from collabmap.domain.feature import Photo
from collabmap.review.queue import ReviewItem
from collabmap.ui import look
from collabmap.ui.panels.place_photos import LARGE_PX, photo_words, picture_of
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.photo_view import STEP, PhotoView
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.widgets.panel import Panel


class PhotoPage(QWidget):
    """photos: of a place, the one shown is `photo`.  Left and right go from one to the next.

    closed: back to the map.  removed: the photo is to be taken away.
    """

    closed = Signal()
    removed = Signal(object)

    def __init__(
        self,
        window: "MainWindow",
        photos: Sequence[Photo],
        photo: Photo,
        may_remove: Callable[[Photo], bool],
    ) -> None:
        super().__init__()
        self._window = window
        self._may_remove = may_remove
        self.photos = tuple(photos)
        self.photo = photo
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(look.px(10))
        self.picture = PhotoView()
        layout.addWidget(self.picture, 1)
        self.words = Text("", "body", wrap=True)
        layout.addWidget(self.words)
        self.note = Text("", "muted", wrap=True)
        layout.addWidget(self.note)
        layout.addLayout(self._build_buttons())
        self.show_photo(photo)

    def _build_buttons(self) -> QHBoxLayout:
        row, around = QHBoxLayout(), Flow()
        row.setSpacing(8)
        self.close_button = Button(_("Back to the map"), icon="map")
        self.close_button.clicked.connect(self.closed)
        self.before = Button(_("Previous"), icon="chevron-left")
        self.before.clicked.connect(lambda: self.go(-1))
        self.after = Button(_("Next"), icon="chevron-right")
        self.after.clicked.connect(lambda: self.go(1))
        self.nearer = Button(_("Larger"), icon="magnify-plus-outline")
        self.nearer.clicked.connect(lambda: self.picture.zoom(STEP))
        self.whole = Button(_("Whole"), icon="fit-to-page-outline")
        self.whole.clicked.connect(self.picture.fit)
        # On two lines where the text is large, rather than with their words cut.
        for button in (self.close_button, self.before, self.after, self.nearer, self.whole):
            around.add(button)
        for button in (self.before, self.after):
            button.setVisible(len(self.photos) > 1)
        row.addWidget(around, 1)
        self.remove = Button(_("Take this photo away"), "danger", icon="delete-outline")
        self.remove.clicked.connect(lambda: self.removed.emit(self.photo))
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def go(self, step: int) -> None:
        """Show the next photo, or the one before."""
        at = next(i for i, each in enumerate(self.photos) if each.element == self.photo.element)
        if 0 <= at + step < len(self.photos):
            self.show_photo(self.photos[at + step])

    def show_photo(self, photo: Photo) -> None:
        """Show one of them: at once what came with the change, then the picture from the disk."""
        self.photo = photo
        at = next(i for i, each in enumerate(self.photos) if each.element == photo.element)
        self.picture.set_image(picture_of(photo.thumbnail, LARGE_PX))
        words = photo_words(photo, self._window.theme)
        self.setAccessibleName(words)
        self.picture.setAccessibleName(words)
        parts = [words, format_date(photo.at_ms)]
        if len(self.photos) > 1:
            counted = _("{number} of {count}")
            count = format_number(len(self.photos))
            parts.append(counted.format(number=format_number(at + 1), count=count))
        self.words.setText(" · ".join(parts))
        self.before.setEnabled(at > 0)
        self.after.setEnabled(at + 1 < len(self.photos))
        self.remove.setVisible(self._may_remove(photo))
        self.note.setText("")
        self.note.hide()
        if not photo.is_here:
            self._say_missing()
            return
        self._window.tasks.write(
            lambda session: session.photo_bytes(photo.blob),
            lambda data: self._on_bytes(photo, data),
            owner=self,
            key="photo",
        )

    def _on_bytes(self, photo: Photo, data: bytes | None) -> None:
        if data is None:
            self._say_missing()
            return
        self._window.tasks.beside(
            lambda: picture_of(data, LARGE_PX),
            lambda image: self._on_picture(photo, image),
            owner=self,
            key="picture",
        )

    def _on_picture(self, photo: Photo, image: QImage) -> None:
        if photo.element != self.photo.element:
            return
        if image.isNull():
            self._say_missing()
        else:
            self.picture.set_image(image, keeps=True)

    def _say_missing(self) -> None:
        self.note.setText(_("The picture itself is not here yet: it comes with a later exchange."))
        self.note.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.go(step)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()


def show_large(
    panel: "Panel",
    photos: Sequence[Photo],
    photo: Photo,
    may_remove: Callable[[Photo], bool] = lambda _photo: False,
) -> PhotoPage:
    """Show a photo in the map's place while a panel is there."""
    close_large(panel)
    page = PhotoPage(panel.main, photos, photo, may_remove)
    page.closed.connect(lambda: close_large(panel))
    panel.page = page
    panel.main.body.refresh()
    panel.main.body.show_tab("centre")
    page.picture.setFocus()
    return page


def show_in_review(panel: "Panel", item: object, photo: Photo) -> PhotoPage:
    """Show a photo of what is reviewed; the others of its place come after it."""
    photos = item.place.photos if isinstance(item, ReviewItem) else (photo,)
    return show_large(panel, photos, photo)


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
