"""Pictures of a territory as an ecosystem: the card, the arcs, and a link being made."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.store.device import Device

# Names in French and in English, category, longitude, latitude.
PLACES = {
    "garden": (("Jardin partagé", "Shared garden"), "nature", 7.41930, 43.73390),
    "association": (
        ("Association Terre du Rocher", "Terre du Rocher association"),
        "entraide", 7.41740, 43.73560,
    ),
    "repair": (("Repair café", "Repair café"), "savoir-faire", 7.42230, 43.73480),
    "school": (("École Saint-Charles", "Saint-Charles school"), "apprendre", 7.42010, 43.73600),
    "rain": (("Récupérer l’eau de pluie", "Collect rain water"), "idees", 7.42190, 43.73300),
    "marcel": (("Marcel, taille et greffe", "Marcel, pruning"), "savoir-faire", 7.41830, 43.73200),
    "compost": (("Composteur", "Compost heap"), "nature", 7.42030, 43.73250),
    "grocery": (("Épicerie solidaire", "Solidarity grocery"), "entraide", 7.42120, 43.73010),
    "shredder": (("Broyeur à partager", "Shredder to share"), "savoir-faire", 7.41640, 43.73110),
}  # fmt: skip
LINKS = (
    ("association", "runs", "garden"),
    ("association", "organises", "repair"),
    ("repair", "passes-on", "school"),
    ("garden", "hosts", "school"),
    ("rain", "proposes", "garden"),
    ("marcel", "serves", "garden"),
    ("garden", "uses", "compost"),
    ("garden", "gives", "grocery"),
    ("shredder", "serves", "compost"),
    ("compost", "gives", "grocery"),
)


class Ecosystem(NamedTuple):
    """places: ids by the names used here."""

    device: "Device"
    project: Path
    places: dict[str, bytes]


def prepare_ecosystem(folder: Path, language: str) -> Ecosystem:
    """Make a map whose places have to do with one another."""
    from collabmap.app.demo import prepare_demo, take_turn
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    device = Device(folder / "linked-jo")
    project = prepare_demo(folder / "linked", device, language)
    with closing(Session.open(project, device)) as session:
        session.begin_person("Camille")
        take_turn(session, "Jo")
        # Of the demo only the base map: the pictures are of the links.
        for mark in session.reader.marks():
            view = session.reader.place(mark.id)
            assert view is not None
            session.delete(view)
        places = {name: _add(session, name, language) for name in PLACES}
        for one, type_, other in LINKS:
            view = session.reader.place(places[one])
            assert view is not None
            session.add_link(view, places[other], type_)
    return Ecosystem(device, project, places)


def _add(session: "Session", name: str, language: str) -> bytes:
    from collabmap.domain.feature import PlaceDraft

    names, category, lng, lat = PLACES[name]
    return session.add(PlaceDraft(names[language == "en"], category, lng, lat))


def linking(camera: "Camera", folder: Path, made: Ecosystem) -> None:
    """From a card with its links to a new one."""
    from PySide6.QtCore import QPointF

    from collabmap.domain.geo import Bbox
    from collabmap.ui.panels.link import LinkPanel
    from collabmap.ui.panels.place_card import PlaceCard

    window, view = camera.window, camera.window.map
    window.desk.open(made.project)
    camera.until(lambda: window.info is not None)
    camera.settle()
    view.fit(Bbox(7.4160, 43.7296, 7.4230, 43.7364))
    camera.settle()
    window.commands.open_place(made.places["garden"])
    card = camera.shown(PlaceCard)
    camera.until(lambda: card.links is not None and bool(card.links.lines))
    camera.take(folder, "220-the-links-of-a-place")
    window.links.show_all(True)
    camera.until(lambda: window.links.count is not None)
    camera.take(folder, "221-all-links")
    arcs = window.links.layer.own
    camera.until(lambda: len(arcs) > 0)
    assert card.links is not None
    bar = card.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    camera.take(folder, "222-the-section-of-the-card")
    card.links.change.click()
    camera.take(folder, "223-taking-one-away")
    card.links.change.click()
    view.fly_to(7.4193, 43.7339, 17.2)
    camera.take(folder, "224-what-arcs-say")
    view.fit(Bbox(7.4160, 43.7296, 7.4230, 43.7364))
    card.links.add.click()
    panel = camera.shown(LinkPanel)
    camera.take(folder, "225-with-what")
    panel.field.setText({"fr": "eau", "en": "rain"}[camera.name[:2]])
    camera.take(folder, "226-searched")
    panel.choose(made.places["association"])
    camera.until(lambda: bool(panel.sentences.rows))
    camera.take(folder, "227-what-one-does-for-the-other")
    next(row for row in panel.sentences.rows if row.isEnabled()).click()
    camera.until(lambda: window.panel_host.current is card)
    camera.take(folder, "228-linked")
    window.messages.clear()
    window.commands.clear_selection()
    window.legend.set_open(True)
    window.links.layer.hover(QPointF(0, 0))
    camera.take(folder, "229-links-from-the-legend")
    window.links.show_all(False)
    window.legend.set_open(False)
