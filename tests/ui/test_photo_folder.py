"""Photos that come from anywhere: pasted, dropped, chosen, or a whole folder of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow
from pictures import encoded, photo, telling
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from collabmap.formats.photo_facts import read_facts
from collabmap.ui.panels.photo_folder import PhotoFolderPanel
from collabmap.ui.panels.photo_page import PhotoPage
from collabmap.ui.photos_here import add_to

FOUNTAIN = "Fontaine des Moulins"


@pytest.fixture
def album(tmp_path: Path, camille: AtTheWindow) -> Path:
    """A folder: two at a place that is there, one by time, one elsewhere, one of nowhere."""
    there = camille.place(FOUNTAIN)
    folder = tmp_path / "album"
    folder.mkdir()
    photo(folder / "1.jpg", (there.lng + 0.00005, there.lat), 10)
    photo(folder / "2.jpg", (there.lng, there.lat + 0.00005), 11)
    photo(folder / "3.jpg", None, 12)
    photo(folder / "4.jpg", (there.lng + 0.05, there.lat + 0.02), 30)
    photo(folder / "5.jpg", None)
    (folder / "letter.jpg").write_text("not a picture")
    return folder


def folder_panel(person: AtTheWindow, folder: Path) -> PhotoFolderPanel:
    person.do("photo_folder")
    panel = person.window.panel_host.current
    assert isinstance(panel, PhotoFolderPanel)
    panel.take(folder)
    person.until(lambda: panel.found is not None)
    return panel


def drop(person: AtTheWindow, data: QMimeData) -> None:
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    for kind in (QDragEnterEvent, QDropEvent):
        where = QPoint(200, 200) if kind is QDragEnterEvent else QPointF(200, 200)
        event = kind(where, copy, data, left, Qt.KeyboardModifier.NoModifier)  # type: ignore[arg-type]
        QApplication.sendEvent(person.window, event)


def photos_of(person: AtTheWindow, name: str) -> int:
    return len(person.place(name).photos)


def test_a_folder_finds_its_places_by_where_and_when_and_one_undo_takes_it_back(
    camille: AtTheWindow, album: Path
) -> None:
    panel = folder_panel(camille, album)
    assert panel.found is not None
    assert [len(stop.photos) for stop in panel.found.stops] == [3, 1]
    assert [path.name for path, _why in panel.found.folder.unread] == ["letter.jpg"]
    assert "letter.jpg" in panel.note.text.text()
    assert len(panel.found.unplaced) == 1

    camille.click(panel.add)
    camille.until_told("3 photos are added")
    assert photos_of(camille, FOUNTAIN) == 3

    camille.window.commands.undo()
    camille.until(lambda: photos_of(camille, FOUNTAIN) == 0)


def test_photos_where_there_is_no_place_become_new_ones_of_one_category(
    camille: AtTheWindow, album: Path
) -> None:
    panel = folder_panel(camille, album)
    panel.makes_new.setChecked(True)
    camille.click(panel.add)
    assert panel.taking is None, "no category is chosen yet"

    panel.tiles.tiles[0].click()
    camille.click(panel.add)
    camille.until_told("4 photos are added")
    camille.until(lambda: len(camille.places()) == len(PLACES) + 1)
    new = next(p for p in camille.places() if p.name.startswith("Photo of"))
    assert len(new.photos) == 1
    assert new.category == panel.main.theme.categories[0].id


def test_a_folder_dropped_on_the_window_is_read_as_photos(
    camille: AtTheWindow, album: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(album))])
    drop(camille, data)

    camille.until(lambda: isinstance(camille.window.panel_host.current, PhotoFolderPanel))


def test_a_walk_places_the_photos_of_a_camera_whose_clock_was_an_hour_ahead(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    there = camille.place(FOUNTAIN)
    folder = tmp_path / "camera"
    folder.mkdir()
    for minute in (1, 2):
        photo(folder / f"{minute}.jpg", None, minute)
    begun = read_facts(folder / "1.jpg").taken_ms
    assert begun is not None
    walk = tmp_path / "walk.gpx"
    steps = "".join(
        f'<trkpt lat="{there.lat}" lon="{there.lng + i * 0.00005}"><time>'
        f"{datetime.fromtimestamp(begun / 1000 - 3600 + 30 * i, UTC):%Y-%m-%dT%H:%M:%SZ}"
        "</time></trkpt>"
        for i in range(12)
    )
    walk.write_text(f"<gpx><trk><trkseg>{steps}</trkseg></trk></gpx>")
    panel = folder_panel(camille, folder)
    assert panel.found is not None
    assert len(panel.found.unplaced) == 2
    assert panel.clock.isHidden()
    panel.take_walk(walk)
    camille.until(panel.clock.isVisible)
    assert len(panel.found.unplaced) == 2
    panel.ahead.setText("soon")
    panel.ahead.editingFinished.emit()
    assert panel.clock.error
    panel.ahead.setText("1 h")
    panel.ahead.editingFinished.emit()
    camille.until(lambda: panel.found is not None and not panel.found.unplaced)
    assert not panel.clock.error
    assert [stop.name for stop in panel.found.stops] == [FOUNTAIN]


def test_an_empty_folder_is_said_to_be_one(camille: AtTheWindow, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    camille.do("photo_folder")
    panel = camille.window.panel_host.current
    assert isinstance(panel, PhotoFolderPanel)
    panel.take(tmp_path / "empty")

    camille.until_told("There is no photo in “empty”")
    assert panel.pick.isEnabled()


def test_what_was_added_before_a_stop_stays(camille: AtTheWindow, tmp_path: Path) -> None:
    there = camille.place(FOUNTAIN)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(20):
        photo(folder / f"{number}.jpg", (there.lng, there.lat), number, shade=number)
    panel = folder_panel(camille, folder)
    camille.click(panel.add)
    camille.click(panel.stop)

    camille.until(lambda: panel.taking is None)
    assert 0 < photos_of(camille, FOUNTAIN) < 20
    _kind, _title, hint = camille.until_told("added")
    assert "It was stopped" in hint


def test_a_picture_out_of_another_program_is_dropped_or_pasted_on_the_open_place(
    camille: AtTheWindow,
) -> None:
    camille.open_card(FOUNTAIN)
    data = QMimeData()
    data.setImageData(telling(40, 30))
    drop(camille, data)
    camille.until(lambda: photos_of(camille, FOUNTAIN) == 1)

    QGuiApplication.clipboard().setImage(telling(50, 30))
    camille.window.activateWindow()
    camille.ctrl(Qt.Key.Key_V)
    camille.until(lambda: photos_of(camille, FOUNTAIN) == 2)


def test_words_are_pasted_into_a_field_as_words(camille: AtTheWindow) -> None:
    card = camille.open_card(FOUNTAIN)
    QGuiApplication.clipboard().setText("il coule")
    card.comment.setFocus()
    camille.ctrl(Qt.Key.Key_V)

    assert card.comment.toPlainText() == "il coule"
    assert photos_of(camille, FOUNTAIN) == 0


def test_of_several_photos_the_good_ones_are_added_and_the_others_named(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    good = photo(tmp_path / "good.jpg", None)
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(encoded(telling(300, 200), "jpg")[:2000])
    film = tmp_path / "film.jpg"
    with film.open("wb") as file:
        file.truncate(200_000_000)
    card = camille.open_card(FOUNTAIN)
    assert card.place is not None
    add_to(camille.window, card.place, [good, cut, film])

    camille.until_told("2 photos could not be read")
    assert photos_of(camille, FOUNTAIN) == 1


def test_one_large_file_is_refused_by_its_name_and_size(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    film = tmp_path / "film.jpg"
    with film.open("wb") as file:
        file.truncate(200_000_000)
    card = camille.open_card(FOUNTAIN)
    assert card.place is not None
    add_to(camille.window, card.place, [film])

    _kind, title, _hint = camille.until_told("too large for a photo")
    assert "film.jpg" in title
    assert "200 MB" in title


def test_arrows_go_from_photo_to_photo(camille: AtTheWindow, tmp_path: Path) -> None:
    sources = [photo(tmp_path / f"{n}.jpg", None, shade=40 * n) for n in range(3)]
    card = camille.open_card(FOUNTAIN)
    assert card.place is not None
    add_to(camille.window, card.place, sources)
    camille.until(lambda: card.place is not None and len(card.place.photos) == 3)
    assert card.place is not None
    card.show_photo(card.place.photos[0])
    page = card.page
    assert isinstance(page, PhotoPage)

    camille.press(Qt.Key.Key_Right)
    camille.press(Qt.Key.Key_Right)
    camille.press(Qt.Key.Key_Right)
    assert page.photo == card.place.photos[2]
    assert "3 of 3" in page.words.text()
    camille.press(Qt.Key.Key_Left)
    assert page.photo == card.place.photos[1]

    camille.press(Qt.Key.Key_Plus)
    assert not page.picture.is_fitted
    camille.press(Qt.Key.Key_0)
    assert page.picture.is_fitted


def test_a_picture_pasted_into_the_form_goes_along_with_the_new_place(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    camille.do("add_place")
    camille.click_map(0.5, 0.5)
    camille.until(lambda: camille.form.has_place)
    camille.form.tiles.tiles[0].click()
    camille.form.name.setText("Banc")
    QGuiApplication.clipboard().setImage(telling(50, 30))
    camille.ctrl(Qt.Key.Key_V)
    camille.until(lambda: len(camille.form.extras.photos) == 1)
    pasted = camille.form.extras.photos[0]
    camille.form.extras.add([photo(tmp_path / "1.jpg", None)])
    camille.click(camille.form.save)

    camille.until_told("2 photos are added")
    assert photos_of(camille, "Banc") == 2
    camille.until(lambda: not pasted.exists())


def test_a_draft_keeps_its_photos(camille: AtTheWindow, tmp_path: Path) -> None:
    camille.do("add_place")
    camille.click_map(0.5, 0.5)
    camille.until(lambda: camille.form.has_place)
    camille.form.extras.add([photo(tmp_path / "1.jpg", None)])
    camille.window.placing.give_up()
    camille.do("add_place")

    assert [path.name for path in camille.form.extras.photos] == ["1.jpg"]
