"""Pictures of possible duplicates: two places side by side, a group of three, one left out."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.domain.feature import PlaceView
    from collabmap.store.device import Device
    from collabmap.ui.panels.review_pair import DuplicateFace

# (by whom, name, category, lng, lat, words), in French and in English.
PLACES = {
    "fr": (
        ("Jo", "Fontaine St Michel", "eau", 7.42010, 43.73300, "Eau potable, côté rue Grimaldi."),
        ("Aïcha B.", "fontaine Saint-Michel", "eau", 7.42050, 43.73318, "Elle coule tout l’été."),
        ("Jo", "Boulangerie Costa", "commerces", 7.41850, 43.73390, "Pain au levain."),
        ("Aïcha B.", "La boulangerie Costa", "commerces", 7.41862, 43.73398, ""),
        ("Marcel", "BOULANGERIE COSTA", "commerces", 7.41843, 43.73382, "Fermé le lundi."),
    ),
    "en": (
        ("Jo", "St Michael’s Fountain", "eau", 7.42010, 43.73300, "Drinking water, by the street."),
        ("Aïcha B.", "fountain Saint Michael", "eau", 7.42050, 43.73318, "It runs all summer."),
        ("Jo", "Costa Bakery", "commerces", 7.41850, 43.73390, "Sourdough bread."),
        ("Aïcha B.", "The Costa bakery", "commerces", 7.41862, 43.73398, ""),
        ("Marcel", "COSTA BAKERY", "commerces", 7.41843, 43.73382, "Closed on Mondays."),
    ),
}
LATER = {
    "fr": (
        ("Fontaine Saint Michel", "eau", 7.42018, 43.73294),
        ("Banc à l’ombre", "nature", 7.41930, 43.73290),
        ("Cours de couture", "savoir-faire", 7.42150, 43.73360),
    ),
    "en": (
        ("St Michael’s fountain", "eau", 7.42018, 43.73294),
        ("Bench in the shade", "nature", 7.41930, 43.73290),
        ("Sewing lessons", "savoir-faire", 7.42150, 43.73360),
    ),
}
COMMENTS = {"fr": "Le bec fuit un peu.", "en": "The spout leaks a little."}
TAGS = {"fr": ("eau potable", "ombre"), "en": ("drinking water", "shade")}


def prepare_duplicates(folder: Path, jo: "Device", language: str) -> tuple[Path, Path]:
    """Return a coordinator's map with what two residents added to it a second time.

    And a file with what one of them added since.
    """
    from collabmap.app.demo import prepare_demo, take_turn
    from collabmap.app.session import Session
    from collabmap.domain.feature import PlaceDraft
    from collabmap.store.device import Device

    project = prepare_demo(folder / "twice", jo, language)
    (folder / "twice-copy").mkdir()
    resident = Device(folder / "twice-aicha")
    with closing(Session.open(project, jo)) as session:
        take_turn(session, "Jo")
        kit = session.hand_out(folder / "twice.cmkit").path
        first = [row for row in PLACES[language] if row[0] == "Jo"]
        fountain = _add(session, first[0])
        _add(session, first[1])
        session.edit(_view(session, fountain), {"tags": TAGS[language][:1]})
        with closing(Session.open_kit(kit, folder / "twice-copy", resident)) as copy:
            for name in ("Aïcha B.", "Marcel"):
                copy.begin_person(name)
                for row in (row for row in PLACES[language] if row[0] == name):
                    place = _add(copy, row)
                    if row[2] == "eau":
                        copy.comment(_view(copy, place), COMMENTS[language])
                        copy.edit(_view(copy, place), {"tags": TAGS[language]})
                        copy.add_photo(_view(copy, place), _picture())
            session.merge([copy.send(folder / "twice.cmbundle").path])
            for name, category, lng, lat in LATER[language]:
                copy.add(PlaceDraft(name, category, lng, lat))
            later = copy.send(folder / "poste-07.cmbundle").path
    resident.close()
    return project, later


def duplicates(camera: "Camera", folder: Path, project: Path, later: Path) -> None:
    """Two places, three, and what is said of them; what a file would bring a second time."""
    from collabmap.ui.panels.receive import ReceivePanel
    from collabmap.ui.panels.review import ReviewPanel

    window = camera.window
    window.desk.open(project)
    camera.until(lambda: window.lanes is not None and window.info is not None)
    camera.settle()
    window.commands.go_to_review()
    lanes = window.lanes
    assert lanes is not None
    camera.until(lambda: len(lanes.read(lambda reader: reader.duplicates()).result()) > 1)
    panel = camera.shown(ReviewPanel)
    panel.reload()
    camera.settle()
    groups = lanes.read(lambda reader: reader.duplicates()).result()
    pair = next(group for group in groups if len(group.ids) == 2)
    three = next(group for group in groups if len(group.ids) == 3)
    panel.show_item(b"".join(pair.ids))
    camera.take(folder, "167-two-places-or-one")
    face = _face(panel)
    face.do("1")
    face.scroller.verticalScrollBar().setValue(10_000)
    camera.take(folder, "168-two-places-the-other-name")
    face.do("ask")
    camera.take(folder, "169-two-places-asking")
    face.took_escape()
    panel.show_item(b"".join(three.ids))
    camera.take(folder, "170-three-places-or-one")
    face.do("letter-B")
    camera.take(folder, "171-three-places-one-is-another")
    window.body.show_tab("panel")
    window.commands.open_receive()
    camera.shown(ReceivePanel).preview([later])
    camera.until(lambda: camera.shown(ReceivePanel).seen is not None)
    camera.take(folder, "172-preview-with-duplicates")
    window.panel_host.back_to_root()


def _face(panel: object) -> "DuplicateFace":
    from collabmap.ui.panels.review_pair import DuplicateFace

    face = getattr(panel, "face", None)
    assert isinstance(face, DuplicateFace)
    return face


def _add(session: "Session", row: tuple[str, str, str, float, float, str]) -> bytes:
    from collabmap.domain.feature import PlaceDraft

    return session.add(PlaceDraft(*row[1:]))


def _view(session: "Session", place: bytes) -> "PlaceView":
    view = session.reader.place(place)
    assert view is not None
    return view


def _picture() -> bytes:
    """Return a picture of a fountain, as far as it can be painted in five strokes."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
    from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor("#CFE0EA"))
    painter = QPainter(image)
    for colour, box in (
        ("#DCE8D5", QRectF(0, 330, 640, 150)),
        ("#857F73", QRectF(150, 300, 340, 90)),
        ("#0C8296", QRectF(170, 310, 300, 40)),
        ("#857F73", QRectF(290, 120, 60, 190)),
        ("#5B564D", QRectF(260, 100, 120, 40)),
    ):
        painter.fillRect(box, QColor(colour))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"jpeg")).write(image)
    return bytes(buffer.data().data())
