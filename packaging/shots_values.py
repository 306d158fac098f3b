"""Pictures of what is in a theme's fields: the card, review, disagreement, two places."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.store.device import Device

HALL = ("Salle du Ponant", "Ponant Hall")
GARDEN = ("Cour de l’école", "School yard")
WORKSHOP = ("Atelier de la Digue", "Jetty Workshop")
CELLAR = ("Cave des associations", "Groups’ cellar")
_KEYS = ("Clés chez la gardienne, ménage après usage.", "Keys at the caretaker’s; clean after use.")
_QUIET = ("Sans musique après 22\u00a0h.", "No music after 10 PM.")


class Filled(NamedTuple):
    """A coordinator's map of shared places, and a resident's copy of it."""

    coordinator: "Device"
    resident: "Device"
    project: Path
    copy: Path


def prepare_values(folder: Path, language: str) -> Filled:
    """Make a map of shared places whose fields people have filled in, changed and disagreed on."""
    from collabmap.app.demo import demo_basemap, take_turn, view_of
    from collabmap.app.session import Session
    from collabmap.app.themes import ready_theme
    from collabmap.domain.feature import PlaceDraft
    from collabmap.store.device import Device

    at = {"fr": 0, "en": 1}[language]
    camille = Device(folder / "values-camille")
    place = folder / "values" / "La Condamine"
    place.parent.mkdir()

    def hall(values: dict[str, Any]) -> PlaceDraft:
        return PlaceDraft(HALL[at], "salle", 7.4205, 43.7325, values=values)

    with ExitStack() as stack:
        session = stack.enter_context(
            closing(
                Session.create(place, camille, "La Condamine", "Camille", basemap=demo_basemap())
            )
        )
        session.apply_theme(ready_theme("lieux-partages"))
        known = {
            "capacity": 80, "free-capacity": 45, "occupancy": "some-days", "area": 120,
            "availability": ["evening", "sunday"], "accessibility": "full", "cost": "paid",
            "price": 12.5, "opening-hours": "Mo-Fr 09:00-18:00; Sa 10:00-12:30",
            "website": "https://salles.lacondamine.example.org/ponant",
            "equipment": ["furniture", "screen", "kitchen"], "conditions": _KEYS[at],
            "contact-person": "Odile", "phone": "06 12 34 56 78",
        }  # fmt: skip
        ids = {HALL: session.add(hall(known))}
        ids[GARDEN] = session.add(
            PlaceDraft(GARDEN[at], "cour", 7.4190, 43.7340, values={"capacity": 60})
        )
        ids[CELLAR] = session.add(
            PlaceDraft(CELLAR[at], "stockage", 7.4222, 43.7341, values={"area": 30})
        )
        laptops = [_laptop(stack, session, folder, name) for name in ("Aïcha", "Paul")]
        aicha, paul = laptops
        aicha.edit(
            view_of(aicha, ids[HALL]),
            {
                "f:free-capacity": 30, "f:availability": ["evening", "saturday", "sunday"],
                "f:price": None, "f:cost": "free", "f:phone": "06 98 76 54 32",
                "f:conditions": _QUIET[at],
            },
        )  # fmt: skip
        for laptop, capacity, times in (
            (aicha, 75, ["evening"]),
            (paul, 40, ["saturday", "holidays"]),
        ):
            laptop.edit(
                view_of(laptop, ids[GARDEN]), {"f:capacity": capacity, "f:availability": times}
            )
        paul.add(
            PlaceDraft(
                WORKSHOP[at], "atelier", 7.4170, 43.7330,
                values={
                    "capacity": 12, "occupancy": "little", "uses": ["workshop", "class"],
                    "phone": "06 11 22 33 44", "part-of": ids[HALL].hex(),
                },
            )
        )  # fmt: skip
        twin = {"area": 35, "occupancy": "empty", "availability": ["sunday"]}
        session.add(PlaceDraft(CELLAR[at], "stockage", 7.42221, 43.73411, values=twin))
        for number, laptop in enumerate(laptops):
            session.merge([laptop.send(folder / f"values-{number}.cmbundle").path])
        take_turn(session, "Camille")
        return Filled(camille, aicha.device, session.path, aicha.path)


def _laptop(stack: ExitStack, session: "Session", folder: Path, name: str) -> "Session":
    from collabmap.app.demo import take_turn
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    (folder / f"values-{name}").mkdir()
    kit = session.hand_out(folder / f"values-{name}.cmkit").path
    device = Device(folder / f"values-device-{name}")
    laptop = stack.enter_context(closing(Session.open_kit(kit, folder / f"values-{name}", device)))
    take_turn(laptop, name)
    return laptop


def ones_own_values(camera: "Camera", folder: Path, filled: Filled) -> None:
    """A place as a resident sees it, and what rests under the pointer."""
    window = camera.window
    window.desk.open(filled.copy)
    camera.until(lambda: window.person is not None)
    camera.settle()
    lanes = window.lanes
    assert lanes is not None
    marks = lanes.read(lambda reader: reader.marks()).result()
    hall = next(mark for mark in marks if mark.name in HALL)
    window.commands.open_place(hall.id)
    camera.settle()
    camera.take(folder, "290-values-card")
    window.commands.clear_selection()
    camera.settle()
    window.body.show_tab("centre")
    window.map.fly_to(hall.lng, hall.lat, 17.0)
    camera.settle()
    window.map.hover(hall.id)
    camera.until(lambda: "80" in window.map.cards.card.accessibleName())
    camera.take(folder, "291-values-hover")


def decided_values(camera: "Camera", folder: Path, filled: Filled) -> None:
    """Review, disagreement and two places, field by field."""
    from collabmap.ui.panels.review import ReviewPanel

    window = camera.window
    window.desk.open(filled.project)
    camera.until(lambda: window.person is not None)
    camera.settle()
    window.commands.go_to_review()
    camera.settle()
    panel = camera.shown(ReviewPanel)

    def go_to(names: tuple[str, str]) -> None:
        item = next(each for each in panel.order.shown_rows() if each.name in names)
        panel.show_item(item.id)
        window.body.show_tab("card")
        camera.settle()

    go_to(HALL)
    camera.take(folder, "292-values-change")
    panel.do("2")
    panel.do("4")
    camera.settle()
    camera.take(folder, "293-values-in-part")
    go_to(WORKSHOP)
    camera.take(folder, "294-values-new")
    go_to(GARDEN)
    camera.take(folder, "295-values-disagreement")
    panel.do("3")
    camera.settle()
    camera.take(folder, "296-values-write")
    panel.took_escape()
    panel.do("1")
    camera.settle()
    camera.take(folder, "297-values-choices")
    lanes = window.lanes
    assert lanes is not None
    camera.until(lambda: len(lanes.read(lambda reader: reader.duplicates()).result()) > 0)
    panel.reload()
    camera.settle()
    (pair,) = lanes.read(lambda reader: reader.duplicates()).result()
    panel.show_item(b"".join(pair.ids))
    window.body.show_tab("card")
    camera.settle()
    camera.take(folder, "298-values-two-places")
