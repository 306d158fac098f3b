"""Pictures of the history of a place and of the decisions, after two evenings of review."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.store.device import Device

# Days ago: a time that has not come yet would be told as a wrong clock.
_EVENINGS_AGO = (8, 1)
# (names, category, longitude, latitude, by, refused because of)
_PLACES = (
    (("Boulangerie Costa", "Costa bakery"), "commerces", 7.4196, 43.7325, "Inès", None),
    (("Épicerie solidaire", "Community grocery"), "entraide", 7.4209, 43.7331, "Aïcha", None),
    (("Platane remarquable", "Remarkable plane tree"), "nature", 7.4187, 43.7338, "Marcel", None),
    (("Bancs à l’ombre", "Benches in the shade"), "idees", 7.4202, 43.7343, "Aïcha", None),
    (("Boîte à livres", "Book box"), "culture", 7.4215, 43.7337, "Aïcha", 0),
    (("Cours de couture", "Sewing lessons"), "savoir-faire", 7.4221, 43.7326, "Marcel", None),
    (("Terrain de pétanque", "Pétanque ground"), "sport", 7.4178, 43.7331, "Paul", None),
    (("Piscine sur le toit", "Rooftop pool"), "sport", 7.4232, 43.7335, "Paul", 1),
    (("Fontaine du marché", "Market fountain"), "eau", 7.4199, 43.7328, "Inès", None),
)
_REASONS = (
    ("Déjà sur la carte.", "Already on the map."),
    ("Belle idée, mais le toit est fermé au public.", "A fine idea, but the roof is closed."),
)


class Reviewed(NamedTuple):
    """device, project: the coordinator's.  grocery: the place with the longest history."""

    device: "Device"
    project: Path
    grocery: bytes


class Clock:
    def __init__(self) -> None:
        self.at = datetime.now()

    def __call__(self) -> int:
        self.at += timedelta(milliseconds=1)
        return round(self.at.timestamp() * 1000)

    def go_to(self, days_ago: int, hour: int, minute: int) -> None:
        day = datetime.now() - timedelta(days=days_ago)
        self.at = day.replace(hour=hour, minute=minute, second=0)

    def later(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


def prepare(folder: Path, language: str) -> Reviewed:
    """Make a map on which residents and two coordinators have spent two evenings."""
    from collabmap.app.demo import demo_basemap, take_turn, view_of
    from collabmap.app.session import Session
    from collabmap.domain.geo import LngLat
    from collabmap.store.device import Device

    clock, tongue = Clock(), {"fr": 0, "en": 1}[language]
    camille, hall = Device(folder / "audit-camille"), Device(folder / "audit-hall")
    (folder / "audit-copy").mkdir()
    clock.go_to(_EVENINGS_AGO[0], 18, 5)
    path = folder / "La Condamine"
    with closing(
        Session.create(
            path, camille, "La Condamine", "Camille R.", basemap=demo_basemap(), now=clock
        )
    ) as session:
        kit = session.hand_out(folder / "audit.cmkit").path
        with closing(Session.open_kit(kit, folder / "audit-copy", hall, now=clock)) as laptop:
            found = _contribute(laptop, clock, tongue)
            session.merge([laptop.send(folder / "audit-1.cmbundle").path])
            clock.later(9)
            _decide(session, clock, tongue)
            laptop.merge([session.give_back(folder / "audit-back.cmbundle").path])
            clock.go_to(_EVENINGS_AGO[1], 18, 55)
            grocery = found[_PLACES[1][0][tongue]]
            take_turn(laptop, "Aïcha")
            words = ("Mar. et jeu., 15 h–17 h", "Tue and Thu, 3 to 5 PM")[tongue]
            moved = {"description": words, "position": LngLat(7.4214, 43.7336)}
            laptop.edit(view_of(laptop, grocery), moved)
            clock.later(3)
            note = ("Ils ont changé de local en février.", "They moved in February.")[tongue]
            laptop.comment(view_of(laptop, grocery), note)
            clock.later(2)
            _contribute_more(laptop, clock, tongue)
            session.merge([laptop.send(folder / "audit-2.cmbundle").path])
            clock.later(7)
            item = session.reader.review_item(grocery)
            assert item is not None
            ask = ("Est-ce l’entrée de la rue Caroline ?", "Is it the entrance in rue Caroline?")
            session.ask(item, ask[tongue])
            clock.later(4)
            item = session.reader.review_item(grocery)
            assert item is not None
            session.accept(item)
            clock.later(5)
            _decide_at_once(session)
            laptop.merge([session.give_back(folder / "audit-back-2.cmbundle").path])
            clock.later(2)
            take_turn(laptop, "Inès")
            name = ("Fontaine de la place d’Armes", "Place d’Armes fountain")[tongue]
            laptop.edit(view_of(laptop, found[_PLACES[-1][0][tongue]]), {"name": name})
            session.merge([laptop.send(folder / "audit-3.cmbundle").path])
        project = session.path
    hall.close()
    return Reviewed(camille, project, grocery)


def _contribute(laptop: "Session", clock: Clock, tongue: int) -> dict[str, bytes]:
    from collabmap.app.demo import take_turn
    from collabmap.domain.feature import PlaceDraft

    found = {}
    for names, category, lng, lat, by, _reason in _PLACES:
        clock.later(4)
        take_turn(laptop, by)
        tags = (("solidaire",), ("community",))[tongue] if category == "entraide" else ()
        words = ("Mar. et jeu., 14 h–17 h", "Tue and Thu, 2 to 5 PM")[tongue] if tags else ""
        draft = PlaceDraft(names[tongue], category, lng, lat, words, tags=tags)
        found[names[tongue]] = laptop.add(draft)
    return found


def _contribute_more(laptop: "Session", clock: Clock, tongue: int) -> None:
    """Let somebody add a whole street of trees, which are then accepted at once."""
    from collabmap.app.demo import take_turn
    from collabmap.domain.feature import PlaceDraft

    take_turn(laptop, "Marcel")
    name = ("Tilleul n° {n}", "Lime tree no. {n}")[tongue]
    for n in range(1, 25):
        clock.later(0.4)
        lng, lat = 7.4172 + n * 0.00025, 43.7351 - (n % 6) * 0.0002
        laptop.add(PlaceDraft(name.format(n=n), "nature", lng, lat))


def _decide(session: "Session", clock: Clock, tongue: int) -> None:
    reasons = {names[tongue]: reason for names, *_rest, reason in _PLACES}
    for item in session.reader.review_items():
        clock.later(0.4)
        reason = reasons[item.name]
        if reason is None:
            session.accept(item)
            continue
        if reason:
            # A slip, taken back at once.
            session.accept(item)
            clock.later(0.2)
            session.undo()
            again = session.reader.review_item(item.id)
            assert again is not None
            item = again
            clock.later(0.2)
        session.reject(item, _REASONS[reason][tongue])


def _decide_at_once(session: "Session") -> None:
    for item in session.reader.review_items():
        session.accept(item)


def history_and_decisions(camera: "Camera", folder: Path, made: Reviewed) -> None:
    """The history of a place, the decisions, one evening of them, and a bulk that is unfolded."""
    from PySide6.QtWidgets import QApplication

    from collabmap.app.demo import take_turn
    from collabmap.app.session import Session
    from collabmap.ui.panels.audit import AuditPanel
    from collabmap.ui.panels.history import open_history
    from collabmap.ui.panels.review import ReviewPanel

    with closing(Session.open(made.project, made.device)) as session:
        take_turn(session, "Camille R.")
    window = camera.window
    window.desk.open(made.project)
    camera.until(lambda: window.person is not None)
    camera.settle()
    window.map.fly_to(7.4205, 43.7334, 17.0)
    window.commands.open_place(made.grocery)
    camera.settle()
    open_history(window, made.grocery)
    camera.take(folder, "131-history")
    window.go_to_mode("review")
    camera.until(lambda: camera.shown(ReviewPanel).here is not None)
    camera.settle()
    camera.shown(ReviewPanel).keys.actions["history"].trigger()
    camera.take(folder, "131-history-beside-the-card")
    window.commands.step_back()
    window.commands.open_decisions()
    panel = camera.shown(AuditPanel)
    camera.until(lambda: panel.answer is not None and bool(panel.figures.told.evenings))
    camera.take(folder, "132-decisions")
    panel.figures.go_to(panel.figures.told.evenings[0])
    camera.settle()
    assert panel.answer is not None
    bulk = next(row for row in panel.answer.rows if row.size)
    panel.list.opened.emit(bulk)
    camera.settle()
    panel.list.setFocus()
    camera.take(folder, "133-decisions-evening")
    panel.figures.which.click()
    camera.take(folder, "134-decisions-evenings")
    window.commands.step_back()
    panel.show_all()
    panel.search.setText({"fr": "epicerie", "en": "grocery"}["fr" if "fr" in camera.name else "en"])
    camera.until(lambda: panel.answer is not None and len(panel.answer.found.decisions) < 6)
    panel.list.setFocus()
    panel.list.opened.emit(panel.answer.rows[0])
    camera.take(folder, "135-decisions-found")
    panel.search.setText("xyzzy")
    camera.until(lambda: panel.answer is not None and not panel.answer.found.decisions)
    camera.take(folder, "136-decisions-none")
    QApplication.processEvents()
