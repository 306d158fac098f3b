"""Pictures of disagreements: values, outlines, a delete against an edit, two decisions."""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from shots_territory import GARDEN, geometry

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.store.device import Device

# What the laptops write, in French and in English.
LIBRARY = ("Bibliothèque Louis-Notari", "Louis Notari library")
BAKERY = ("Boulangerie Costa", "Costa bakery")
PARK = ("Jardin du port", "Harbour garden")
STEPS = ("Escalier de la mairie", "Town hall steps")
BENCH = ("Banc des pêcheurs", "Fishermen’s bench")
TERMS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "start": (("mar.–ven., 10 h–18 h", "Tue–Fri, 10 am–6 pm"),),
    "hours": (
        ("mar.–sam., 10 h–19 h", "Tue–Sat, 10 am–7 pm"),
        ("mar.–sam., 9 h–18 h", "Tue–Sat, 9 am–6 pm"),
        ("mar.–dim., 9 h–18 h", "Tue–Sun, 9 am–6 pm"),
    ),
    "seen": (
        ("Vu sur la porte ce matin.", "Seen on the door this morning."),
        ("Horaires du site de la ville.", "From the town’s web site."),
        ("J’y travaille.", "I work there."),
    ),
    "gone": (("La rampe est cassée, c’est fermé.", "The railing is broken, it is closed."),),
    "open": (("Rampe réparée, ouvert.", "Railing repaired, open."),),
    "outside": (("Hors de notre quartier.", "Not in our district."),),
}


class Torn(NamedTuple):
    """A coordinator's map of what people disagree about, on a device."""

    coordinator: "Device"
    project: Path


def prepare_disagreements(folder: Path, language: str) -> Torn:
    """Make the map as any map is made: laptops that do not know of each other, then a merge."""
    from collabmap.app.demo import prepare_demo, take_turn, view_of
    from collabmap.app.session import Session
    from collabmap.domain.feature import PlaceDraft
    from collabmap.store.device import Device

    at = {"fr": 0, "en": 1}[language]
    camille = Device(folder / "torn-camille")
    project = prepare_demo(folder / "torn", camille, language)
    with ExitStack() as stack:
        session = stack.enter_context(closing(Session.open(project, camille)))
        take_turn(session, "Camille R.")
        start = TERMS["start"][0][at]
        ids = {
            names: session.add(PlaceDraft(names[at], category, lng, lat, start))
            for names, category, lng, lat in (
                (LIBRARY, "apprendre", 7.4205, 43.7325),
                (BAKERY, "commerces", 7.4190, 43.7340),
                (STEPS, "patrimoine", 7.4170, 43.7322),
            )
        }
        wkb = geometry(GARDEN, is_zone=True)
        ids[PARK] = session.add(PlaceDraft(PARK[at], "nature", *GARDEN[0], geometry_wkb=wkb))
        laptops = [laptop(stack, session, folder, n) for n in ("Inès M.", "Paul D.", "Zoé L.")]
        dora = laptop(stack, session, folder, "Dora V.")
        dora.comment(view_of(dora, ids[LIBRARY]), "…")
        session.merge([dora.send(folder / "torn-dora.cmbundle").path])
        for item in session.reader.queue():
            if waiting := session.reader.review_item(item.id):
                session.accept(waiting)
        session.grant(dora.rid, "coordinator")
        write(laptops, view_of, ids, at)
        laptops[0].add(PlaceDraft(BENCH[at], "idees", 7.4222, 43.7345))
        sent = [each.send(folder / f"torn-{n}.cmbundle").path for n, each in enumerate(laptops)]
        session.merge(sent)
        dora.merge([session.give_back(folder / "torn-back.cmbundle").path])
        decide(session, dora, BENCH[at], TERMS["outside"][0][at])
        session.merge([dora.give_back(folder / "torn-again.cmbundle").path])
    return Torn(camille, project)


def laptop(stack: ExitStack, session: "Session", folder: Path, name: str) -> "Session":
    """Return a copy of the map on somebody else's laptop."""
    from collabmap.app.demo import take_turn
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    place = folder / f"torn-{name}"
    place.mkdir()
    kit = session.hand_out(place / "kit.cmkit").path
    device = stack.enter_context(closing(Device(place / "device")))
    copy = stack.enter_context(closing(Session.open_kit(kit, place, device)))
    take_turn(copy, name)
    return copy


def write(laptops: "list[Session]", view_of: Any, ids: Mapping[Any, bytes], at: int) -> None:
    """Let the laptops write what does not agree."""
    ines, paul, zoe = laptops
    for session, hours, words in zip(laptops, TERMS["hours"], TERMS["seen"], strict=True):
        if session is not zoe:
            session.edit(view_of(session, ids[LIBRARY]), {"description": hours[at]})
            session.comment(view_of(session, ids[LIBRARY]), words[at])
        session.edit(view_of(session, ids[BAKERY]), {"description": hours[at]})
    for session, moved in ((ines, {0: (7.4122, 43.7320)}), (paul, {2: (7.4169, 43.7342)})):
        outline = [moved.get(n, corner) for n, corner in enumerate(GARDEN)]
        wkb = geometry(outline, is_zone=True)
        session.edit(view_of(session, ids[PARK]), {"geometry_wkb": wkb})
    ines.edit(view_of(ines, ids[STEPS]), {"description": TERMS["open"][0][at]})
    paul.delete(view_of(paul, ids[STEPS]), TERMS["gone"][0][at])


def decide(one: "Session", other: "Session", name: str, reason: str) -> None:
    """Let two coordinators decide differently about a place."""
    for session in (one, other):
        row = next(row for row in session.reader.queue() if row.name == name)
        item = session.reader.review_item(row.id)
        assert item is not None
        if session is one:
            session.accept(item)
        else:
            session.reject(item, reason)


def disagreements(camera: "Camera", folder: Path, torn: Torn, language: str) -> None:
    """The screen of a disagreement, in each of its kinds."""
    from collabmap.ui.panels.review import ReviewPanel

    at = {"fr": 0, "en": 1}[language]
    window = camera.window
    window.desk.open(torn.project)
    camera.until(lambda: window.person is not None)
    camera.settle()
    window.commands.go_to_review()
    camera.settle()
    panel = camera.shown(ReviewPanel)
    for number, names in (
        (159, LIBRARY),
        (161, BAKERY),
        (162, PARK),
        (164, STEPS),
        (165, BENCH),
    ):
        item = next(each for each in panel.order.shown_rows() if each.name == names[at])
        panel.show_item(item.id)
        window.body.show_tab("card")
        camera.settle()
        camera.until(lambda: window.map.is_whole or not window.map.isVisible())
        kind = {159: "values", 161: "three", 162: "outlines", 164: "delete", 165: "contested"}
        camera.take(folder, f"{number}-disagreement-{kind[number]}")
        if names in (LIBRARY, PARK):
            panel.do("3")
            what = {LIBRARY: "160-disagreement-write", PARK: "163-disagreement-redraw"}[names]
            camera.take(folder, what)
            panel.took_escape()
