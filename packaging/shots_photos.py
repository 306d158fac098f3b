"""Pictures of a folder of photos that find their places, and of photos looked at closely."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.domain.feature import PlaceView


def bringing_photos(camera: "Camera", folder: Path, album: Path) -> None:
    """From the folder to the places, and from one photo to the next.  album: made here."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from collabmap.ui.panels.photo_folder import PhotoFolderPanel
    from collabmap.ui.panels.photo_page import PhotoPage
    from collabmap.ui.panels.place_card import PlaceCard

    window = camera.window
    window.go_to_mode("contribute")
    camera.settle()
    window.commands.open_photo_folder()
    panel = camera.shown(PhotoFolderPanel)
    camera.take(folder, "280-a-folder-of-photos")
    place = _a_place(camera)
    _write(album, place)
    panel.take(album)
    camera.until(lambda: panel.found is not None)
    camera.take(folder, "281-where-they-belong")
    panel.take_walk(_write_walk(album.parent / "walk.gpx", place))
    camera.until(lambda: not panel.clock.isHidden())
    panel.ahead.setText("60")
    panel.ahead.editingFinished.emit()
    camera.settle()
    camera.take(folder, "287-a-walk-and-its-clock")
    panel.makes_new.setChecked(True)
    panel.tiles.tiles[0].click()
    bar = panel.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    camera.take(folder, "282-new-places-too")
    panel.add.click()
    camera.until(lambda: panel.taking is None)
    camera.take(folder, "283-photos-added")
    window.messages.clear()
    window.commands.open_place(place.id)
    card = camera.shown(PlaceCard)
    camera.until(lambda: card.place is not None and len(card.place.photos) > 1)
    camera.take(folder, "284-photos-on-the-card")
    assert card.place is not None
    card.show_photo(card.place.photos[0])
    camera.settle()
    page = card.page
    assert isinstance(page, PhotoPage)
    QTest.keyClick(page.picture, Qt.Key.Key_Right)
    camera.settle()
    camera.take(folder, "285-a-photo-large")
    page.picture.zoom(3.0)
    camera.take(folder, "286-a-photo-near")
    window.commands.step_back()
    window.commands.clear_selection()


def _a_place(camera: "Camera") -> "PlaceView":
    found: list[PlaceView] = []

    def read(session: object) -> "PlaceView":
        rows, _count = session.reader.places(limit=20)  # type: ignore[attr-defined]
        view = session.reader.place(rows[0].id)  # type: ignore[attr-defined]
        assert view is not None
        return view  # type: ignore[no-any-return]

    camera.window.tasks.write(read, found.append)
    camera.until(lambda: bool(found))
    return found[0]


def _write(album: Path, place: "PlaceView") -> None:
    """Write photos as a phone does: three here, two elsewhere, one of nowhere, one that is none."""
    from PIL import Image, ImageDraw

    album.mkdir(parents=True)
    spots = [(0.0, 0.0)] * 3 + [(-0.0031, 0.0044)] * 2 + [None]
    for number, spot in enumerate(spots):
        image = Image.linear_gradient("L").resize((1200, 900)).convert("RGB")
        tint = Image.new("RGB", image.size, (90, 140 + 15 * number, 200 - 20 * number))
        image = Image.blend(image, tint, 0.6)
        pen = ImageDraw.Draw(image)
        pen.ellipse((420, 300 - 20 * number, 780, 660), fill=(70, 110, 60))
        pen.rectangle((570, 600, 630, 800), fill=(110, 80, 50))
        exif = Image.Exif()
        exif[0x8769] = {0x9003: f"2026:03:12 18:{10 + number}:00"} if spot else {}
        if spot is not None:
            where = (place.lng + spot[0], place.lat + spot[1])
            exif[0x8825] = {1: "N", 2: _degrees(where[1]), 3: "E", 4: _degrees(where[0])}
        image.save(album / f"IMG_{2041 + number}.jpg", exif=exif)
    (album / "IMG_2050.jpg").write_text("not a picture")


def _write_walk(path: Path, place: "PlaceView") -> Path:
    """Write a walk past the place, a step a minute."""
    steps = "".join(
        f'<trkpt lat="{place.lat + 0.0002 * i}" lon="{place.lng}">'
        f"<time>2026-03-12T17:{10 + i}:00Z</time></trkpt>"
        for i in range(12)
    )
    path.write_text(f"<gpx><trk><trkseg>{steps}</trkseg></trk></gpx>")
    return path


def _degrees(value: float) -> tuple[int, int, float]:
    seconds = abs(value) * 3600
    return int(seconds // 3600), int(seconds % 3600 // 60), round(seconds % 60, 4)
