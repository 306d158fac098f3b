"""Pictures of one's own contributions: what became of them, an answer, what was deleted."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.domain.feature import PlaceDraft, PlaceView
    from collabmap.store.device import Device

# Name, category, position, and what becomes of it; in French and in English.
_PLACES = (
    (("Boîte à livres", "Book box"), "culture", 7.4212, 43.7341, "ask"),
    (("Banc de la gare", "Station bench"), "idees", 7.4160, 43.7319, "ask"),
    (("Cours de couture", "Sewing lessons"), "savoir-faire", 7.4236, 43.7330, "accept"),
    (("Jardin de Marius", "Marius’s garden"), "nature", 7.4197, 43.7352, "edit"),
    (("Toilettes du port", "Harbour toilets"), "eau", 7.4225, 43.7346, "reject"),
    (("Four à pain", "Bread oven"), "patrimoine", 7.4189, 43.7336, ""),
    (("Arrêt du bus 4", "Bus stop 4"), "deplacer", 7.4204, 43.7322, "withdraw"),
)
_WORDS = {
    "fr": {
        "ask": "De quel côté de la rue se trouve-t-il ?",
        "reject": "Nous ne les avons pas trouvées, le 12 novembre.",
        "edit": "Ouvert le mercredi et le samedi.",
        "comment": "J’y vais tous les jeudis.",
        "description": "Ouvert le jeudi.",
        "answer": "Du côté de la boulangerie.",
        "delete": "Le local a fermé.",
    },
    "en": {
        "ask": "On which side of the street is it?",
        "reject": "We did not find them on November 12.",
        "edit": "Open on Wednesdays and Saturdays.",
        "comment": "I go there every Thursday.",
        "description": "Open on Thursdays.",
        "answer": "On the side of the bakery.",
        "delete": "The shop has closed.",
    },
}


def prepare(project: Path, jo: "Device", marie: "Device", folder: Path, language: str) -> Path:
    """Return a resident's map that came back with an answer of each kind."""
    from collabmap.app.session import Session

    folder.mkdir(parents=True)
    with closing(Session.open(project, jo)) as camille:
        kit = camille.hand_out(folder / "marie.cmkit").path
    with closing(Session.open_kit(kit, folder, marie)) as session:
        session.begin_person("Marie-Louise")
        _contribute(session, language)
        bundle = session.send(folder / "marie.cmbundle").path
        path = session.path
    with closing(Session.open(project, jo)) as camille:
        if camille.person is None:
            camille.begin_person("Jo")
        camille.merge([bundle])
        _decide(camille, language)
        back = camille.give_back(folder / "back.cmbundle").path
    with closing(Session.open(path, marie)) as session:
        session.merge([back])
        name = _name_of("withdraw", language)
        session.withdraw(_view(session, name).id)
        session.begin_person("Paul")
        session.add(
            _draft(session, ("Chez Paul", "Paul’s"), "commerces", 7.4180, 43.7330, language)
        )
        first = next(p for p in session.people_here() if p.name == "Marie-Louise")
        session.switch_person(first.id)
    return path


def _draft(
    session: "Session", names: tuple[str, str], category: str, lng: float, lat: float, language: str
) -> "PlaceDraft":
    from collabmap.domain.feature import PlaceDraft

    known = category if session.theme.knows(category) else session.theme.categories[0].id
    return PlaceDraft(names[language == "en"], known, lng, lat)


def _contribute(session: "Session", language: str) -> None:
    for names, category, lng, lat, _verdict in _PLACES:
        session.add(_draft(session, names, category, lng, lat, language))
    rows, _total = session.reader.places(limit=200)
    others = [row for row in rows if row.author_name != "Marie-Louise" and row.state == "accepted"]
    words = _WORDS[language]
    session.edit(_view(session, others[0].name), {"description": words["description"]})
    session.comment(_view(session, others[1].name), words["comment"])
    session.delete(_view(session, others[2].name), words["delete"])


def _decide(session: "Session", language: str) -> None:
    words = _WORDS[language]
    for names, _category, _lng, _lat, verdict in _PLACES:
        name = names[language == "en"]
        if verdict == "edit":
            session.edit(_view(session, name), {"description": words["edit"]})
        rows = (row for row in session.reader.queue() if row.name == name)
        row = next(rows, None)
        item = session.reader.review_item(row.id) if row else None
        if item is None:
            continue
        if verdict in ("accept", "edit"):
            session.accept(item)
        elif verdict == "ask":
            session.ask(item, words["ask"])
        elif verdict == "reject":
            session.reject(item, words["reject"])


def _name_of(verdict: str, language: str) -> str:
    return next(names for names, *_rest, what in _PLACES if what == verdict)[language == "en"]


def _view(session: "Session", name: str) -> "PlaceView":
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


def ones_own(camera: "Camera", folder: Path, path: Path, language: str) -> None:
    """From the map that came back to the answers, and to what was deleted."""
    from collabmap.ui.panels.deleted import DeletedPanel
    from collabmap.ui.panels.mine import MinePanel

    window = camera.window
    window.desk.open(path)
    camera.until(lambda: window.info is not None)
    camera.take(folder, "137-answers-came-back")
    window.commands.open_mine()
    camera.settle()
    panel = camera.shown(MinePanel)
    camera.take(folder, "138-my-contributions")
    first = panel.cards[0].words
    assert first is not None
    first.field.setText(_WORDS[language]["answer"])
    first.field.setFocus()
    camera.take(folder, "139-answering")
    first.send()
    camera.take(folder, "140-answered")
    window.messages.clear()
    bar = panel.scroller.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    camera.take(folder, "141-what-became-of-the-others")
    refused = next(card for card in panel.cards if card.one.state == "refused")
    refused.buttons["open:propose"].click()
    camera.take(folder, "142-saying-why")
    window.messages.clear()
    window.panel_host.back_to_root()
    window.commands.open_deleted()
    camera.settle()
    deleted = camera.shown(DeletedPanel)
    deleted.list.opened.emit(deleted.rows[0].id)
    camera.take(folder, "143-recently-deleted")
    deleted.restore()
    camera.take(folder, "144-brought-back")
    window.messages.clear()
