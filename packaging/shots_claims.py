"""Pictures of two coordinators who share what waits, and of many decided at once."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.store.device import Device

# Who added how many places, and of which categories.
_PEOPLE = (("Inès", 14), ("Paul", 9), ("Aïcha B.", 6))
_CATEGORIES = ("culture", "nature", "eau", "patrimoine")
_NAMES = {
    "fr": ("Boîte à livres", "Banc à l’ombre", "Fontaine", "Vieux mur"),
    "en": ("Book box", "Bench in the shade", "Fountain", "Old wall"),
}


def prepare_heap(project: Path, jo: "Device", lea: "Device", folder: Path, language: str) -> None:
    """Let people's places wait on a map, and another coordinator review some of them."""
    from collabmap.app.session import Session
    from collabmap.domain.claims import Part
    from collabmap.domain.feature import PlaceDraft

    folder.mkdir(parents=True)
    with closing(Session.open(project, jo)) as town:
        kit = town.hand_out(folder / "lea.cmkit").path
    with closing(Session.open_kit(kit, folder, lea)) as session:
        for rank, (name, count) in enumerate(_PEOPLE):
            session.begin_person(name)
            for number in range(count):
                kind = (number + rank) % len(_CATEGORIES)
                wanted = _CATEGORIES[kind]
                known = wanted if session.theme.knows(wanted) else session.theme.categories[0].id
                lng, lat = 7.413 + 0.0011 * (number % 12), 43.7308 + 0.0012 * rank
                title = f"{_NAMES[language][kind]} {number + 1}"
                session.add(PlaceDraft(title, known, lng, lat + 0.0006 * (number % 3)))
        session.begin_person("Léa")
        bundle = session.send(folder / "lea.cmbundle").path
        with closing(Session.open(project, jo)) as town:
            town.merge([bundle])
            town.grant(session.rid, "coordinator")
            session.merge([town.give_back(folder / "back.cmbundle").path])
        session.claim(Part(category=_CATEGORIES[0]))
        bundle = session.send(folder / "claimed.cmbundle").path
    with closing(Session.open(project, jo)) as town:
        town.merge([bundle])


def sharing_and_deciding_many(camera: "Camera", folder: Path) -> None:
    """Who has taken what of the open map, and the lists before many are decided."""
    from collabmap.app.reader import Reader
    from collabmap.review.queue_rows import QueueRow
    from collabmap.ui.panels.claims import ClaimsPanel
    from collabmap.ui.panels.review_bulk import open_bulk

    window = camera.window
    camera.settle()
    window.commands.open_claims()
    panel = camera.shown(ClaimsPanel)
    camera.until(lambda: panel.shareout is not None)
    camera.take(folder, "176-sharing-by-quarter")
    panel.choose_way("category")
    camera.take(folder, "177-sharing-by-category")
    panel.act(panel.list.chosen)
    camera.take(folder, "178-a-part-is-taken")
    window.messages.clear()
    panel.choose_way(None)
    camera.take(folder, "179-sharing-what-the-map-shows")
    panel.leave()
    rows: list[QueueRow] = []

    def take_rows(reader: Reader) -> list[QueueRow]:
        return reader.queue()

    window.tasks.read(take_rows, rows.extend)
    camera.until(lambda: bool(rows))
    open_bulk(window, "accept", rows)
    camera.take(folder, "180-accept-all-of-a-filter")
    window.commands.step_back()
    open_bulk(window, "reject", rows[:12])
    camera.take(folder, "181-refuse-all-of-a-filter")
    window.commands.step_back()
