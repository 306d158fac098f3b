"""Pictures of the card of a proposal: what differs, in part, edited, and before and after."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shots_audit import Clock
from shots_territory import SQUARE, Ring

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.store.device import Device

# The same square without a corner, and with a strip more in the east.
_REDRAWN: Ring = (
    (7.4190, 43.7318), (7.4214, 43.7318), (7.4217, 43.7331), (7.4198, 43.7330), (7.4190, 43.7326),
)  # fmt: skip
_GROCERY = ("Épicerie solidaire", "Community grocery")
_MARKET = ("Place du marché", "Market square")
_STAIRS = ("Quai : escalier glissant", "Quay: slippery stairs")
_BENCHES = ("Bancs à l’ombre", "Benches in the shade")
_AROUND = (
    (("Boulangerie Costa", "Costa bakery"), "commerces", 7.4188, 43.7337),
    (("Fontaine du marché", "Market fountain"), "eau", 7.4222, 43.7345),
    (("Platane remarquable", "Remarkable plane tree"), "nature", 7.4190, 43.7352),
    (("Cours de couture", "Sewing lessons"), "savoir-faire", 7.4228, 43.7334),
    (("Terrain de pétanque", "Pétanque ground"), "sport", 7.4181, 43.7328),
    (("Bibliothèque", "Library"), "apprendre", 7.4203, 43.7343),
)


class Proposed(NamedTuple):
    """device, project: the coordinator's, before what waits there.  tongue: 0 French, 1 English."""

    device: "Device"
    project: Path
    tongue: int


def prepare(folder: Path, language: str) -> Proposed:
    """Make a map on which residents propose a little of everything."""
    from collabmap.app.demo import demo_basemap, take_turn
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    clock, tongue = Clock(), {"fr": 0, "en": 1}[language]
    camille, hall = Device(folder / "card-camille"), Device(folder / "card-hall")
    (folder / "card-copy").mkdir()
    clock.go_to(8, 18, 5)
    place = folder / "card" / "La Condamine"
    place.parent.mkdir()
    with closing(
        Session.create(
            place, camille, "La Condamine", "Camille R.", basemap=demo_basemap(), now=clock
        )
    ) as session:
        _make_known(session, tongue)
        kit = session.hand_out(folder / "card.cmkit").path
        with closing(Session.open_kit(kit, folder / "card-copy", hall, now=clock)) as laptop:
            clock.go_to(1, 18, 55)
            take_turn(laptop, "Aïcha B.")
            _propose(laptop, clock, tongue)
            session.merge([laptop.send(folder / "card.cmbundle").path])
        take_turn(session, "Camille R.")
        project = session.path
    hall.close()
    return Proposed(camille, project, tongue)


def _make_known(session: "Session", tongue: int) -> None:
    from collabmap.app.demo import view_of
    from collabmap.domain.feature import PlaceDraft
    from collabmap.domain.sketch import Sketch

    for names, category, lng, lat in _AROUND:
        session.add(PlaceDraft(names[tongue], category, lng, lat))
    hours = ("Mar. et jeu., 14 h–17 h", "Tue and Thu, 2 to 5 PM")[tongue]
    tags = (("solidaire", "alimentation"), ("community", "food"))[tongue]
    grocery = session.add(
        PlaceDraft(_GROCERY[tongue], "entraide", 7.42077, 43.73325, hours, tags=tags)
    )
    session.add_photo(
        view_of(session, grocery), picture("#8A4B2A"), ("L’ancien local", "The old shop")[tongue]
    )
    square = Sketch("zone", ((_ring(SQUARE),),)).wkb()
    session.add(PlaceDraft(_MARKET[tongue], "commerces", 7.42, 43.7324, geometry_wkb=square))
    words = ("Attention par temps de pluie.", "Mind it when it rains.")[tongue]
    session.add(PlaceDraft(_STAIRS[tongue], "deplacer", 7.4236, 43.7346, words))


def _ring(outline: Ring) -> tuple:  # type: ignore[type-arg]
    from collabmap.domain.geo import LngLat

    return tuple(LngLat(*each) for each in outline)


def _propose(laptop: "Session", clock: Clock, tongue: int) -> None:
    from collabmap.app.demo import view_of
    from collabmap.domain.feature import PlaceDraft
    from collabmap.domain.geo import LngLat
    from collabmap.domain.sketch import Sketch

    known = {mark.name: mark.id for mark in laptop.reader.marks()}
    grocery = known[_GROCERY[tongue]]
    hours = ("Mar. et jeu., 15 h–17 h", "Tue and Thu, 3 to 5 PM")[tongue]
    tags = (("solidaire", "alimentation", "lieu chauffé"), ("community", "food", "heated"))[tongue]
    view = view_of(laptop, grocery)
    laptop.edit(
        view,
        {
            "description": hours,
            "contact": "93 10 22 40",
            "position": LngLat(7.42135, 43.73381),
            "tags": (tags[0], tags[2]),
        },
    )
    laptop.add_photo(view, picture("#2E6E8E"), ("La nouvelle vitrine", "The new window")[tongue])
    laptop.remove_photo(view, view.photos[0].element)
    note = ("Ils ont changé de local en février.", "They moved in February.")[tongue]
    laptop.comment(view_of(laptop, grocery), note)
    clock.later(4)
    market = view_of(laptop, known[_MARKET[tongue]])
    laptop.edit(market, {"geometry_wkb": Sketch("zone", ((_ring(_REDRAWN),),)).wkb()})
    clock.later(3)
    reason = ("L’escalier est réparé.", "The stairs are mended.")[tongue]
    laptop.delete(view_of(laptop, known[_STAIRS[tongue]]), reason)
    clock.later(6)
    words = ("Deux bancs face au port, sous les pins.", "Two benches by the port.")[tongue]
    wanted = (("ombre", "assises"), ("shade", "seats"))[tongue]
    benches = laptop.add(
        PlaceDraft(_BENCHES[tongue], "idees", 7.4199, 43.7339, words, wanted, "06 39 98 12 34")
    )
    laptop.add_photo(view_of(laptop, benches), picture("#3E7A3A"), "")


def picture(colour: str) -> bytes:
    """Return a small picture of a house front, as a JPEG."""
    from PySide6.QtCore import QBuffer, QRectF, Qt
    from PySide6.QtGui import QColor, QImage, QPainter

    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(QColor("#BFD8E8"))
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(QRectF(0, 190, 320, 50), QColor("#9A948A"))
    painter.fillRect(QRectF(50, 40, 220, 155), QColor("#E8DCC3"))
    painter.fillRect(QRectF(50, 105, 220, 18), QColor(colour))
    for x in (70, 140, 210):
        painter.fillRect(QRectF(x, 58, 40, 34), QColor("#6B7F8C"))
    painter.fillRect(QRectF(70, 130, 110, 65), QColor("#51606B"))
    painter.fillRect(QRectF(205, 130, 40, 65), QColor(colour).darker(140))
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 88)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def reviewing_cards(camera: "Camera", folder: Path, made: Proposed) -> None:
    """A change in all its parts, taken in part, edited, redrawn, deleted, and a new place."""
    from collabmap.ui.panels.review import ReviewPanel
    from collabmap.ui.panels.review_card import ReviewCard

    window = camera.window
    window.desk.open(made.project)
    camera.until(lambda: window.person is not None)
    camera.settle()
    window.commands.go_to_review()
    camera.settle()
    panel = camera.shown(ReviewPanel)

    def go_to(names: tuple[str, str]) -> None:
        item = next(each for each in panel.order.shown_rows() if each.name == names[made.tongue])
        panel.show_item(item.id)
        camera.settle()

    def do(name: str) -> None:
        camera.until(panel.may_decide)
        panel.do(name)
        camera.settle()

    go_to(_GROCERY)
    camera.take(folder, "151-card-change")
    do("2")
    do("3")
    camera.take(folder, "152-card-in-part")
    do("blink")
    camera.take(folder, "153-card-before")
    do("edit")
    camera.take(folder, "154-card-edit")
    panel.took_escape()
    camera.settle()
    card = panel.face
    assert isinstance(card, ReviewCard)
    bar = card.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    camera.take(folder, "155-card-photos")
    go_to(_MARKET)
    camera.take(folder, "156-card-redrawn")
    go_to(_STAIRS)
    camera.take(folder, "157-card-delete")
    go_to(_BENCHES)
    camera.take(folder, "158-card-new")
