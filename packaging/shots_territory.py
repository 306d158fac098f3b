"""A demo territory with lines, zones and numbers in every state, for the pictures of the map."""

import math
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collabmap.app.session import Session
    from collabmap.store.device import Device

Ring = Sequence[tuple[float, float]]

# Of what is drawn, WGS84 (lng, lat).
GARDEN: Ring = ((7.4128, 43.7325), (7.4150, 43.7319), (7.4158, 43.7334), (7.4136, 43.7341))
SQUARE: Ring = ((7.4190, 43.7318), (7.4212, 43.7318), (7.4212, 43.7330), (7.4190, 43.7330))
YARD: Ring = ((7.4163, 43.7355), (7.4181, 43.7351), (7.4187, 43.7363), (7.4169, 43.7367))
MEADOW: Ring = ((7.4206, 43.7362), (7.4222, 43.7358), (7.4228, 43.7371), (7.4211, 43.7374))
BOW: Ring = ((7.4232, 43.7310), (7.4252, 43.7322), (7.4252, 43.7310), (7.4232, 43.7322))
PATH: Ring = ((7.4131, 43.7350), (7.4145, 43.7354), (7.4152, 43.7362), (7.4160, 43.7372))
QUAY: Ring = ((7.4222, 43.7340), (7.4236, 43.7346), (7.4248, 43.7346), (7.4257, 43.7353))
STEPS: Ring = ((7.4165, 43.7310), (7.4172, 43.7318), (7.4176, 43.7329), (7.4183, 43.7337))
LANE: Ring = ((7.4186, 43.7374), (7.4196, 43.7368), (7.4203, 43.7355), (7.4214, 43.7350))


class Shape(NamedTuple):
    """Something drawn.  names: in French and in English.  state: what becomes of it."""

    names: tuple[str, str]
    category: str
    outline: Ring
    is_zone: bool
    state: str


SHAPES = (
    Shape(("Jardin partagé", "Shared garden"), "nature", GARDEN, True, "accepted"),
    Shape(("Place du marché", "Market square"), "commerces", SQUARE, True, "change"),
    Shape(("Cour de récréation", "Playground"), "sport", YARD, True, "delete"),
    Shape(("Pré des fêtes", "Fair meadow"), "culture", MEADOW, True, "pending"),
    Shape(("Chemin des écoliers", "School path"), "deplacer", PATH, False, "accepted"),
    Shape(("Promenade du quai", "Quay walk"), "eau", QUAY, False, "change"),
    Shape(("Escalier du jardin", "Garden steps"), "patrimoine", STEPS, False, "delete"),
    Shape(("Raccourci à vélo", "Bike short cut"), "deplacer", LANE, False, "pending"),
)
# (longitude, latitude, fine particles, noise)
SENSORS = (
    (7.4146, 43.7312, "12,4", "58"),
    (7.4174, 43.7343, "8,1", "63"),
    (7.4203, 43.7341, "21,7", "71"),
    (7.4228, 43.7329, "15", "66"),
    (7.4249, 43.7361, "34,2", "74"),
    (7.4196, 43.7358, "5,6", "49"),
)


class Territory(NamedTuple):
    """The coordinator's map and a resident's copy, each on a device of its own."""

    coordinator: "Device"
    project: Path
    resident: "Device"
    copy: Path


def prepare(folder: Path, language: str) -> Territory:
    """Make the territory as any map is made: what a resident drew is taken in, not yet decided."""
    from collabmap.app.demo import prepare_demo, take_turn
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    jo, ines = Device(folder / "drawn-jo"), Device(folder / "drawn-ines")
    project = prepare_demo(folder / "drawn", jo, language)
    (folder / "drawn-copy").mkdir()
    with closing(Session.open(project, jo)) as session:
        take_turn(session, "Jo")
        names = {"fr": 0, "en": 1}[language]
        known = [shape for shape in SHAPES if shape.state != "pending"]
        drawn = {shape.names[names]: add(session, shape, names) for shape in known}
        measure(session)
        break_one(session, ("Zone inondable", "Flood zone")[names])
        kit = session.hand_out(folder / "drawn.cmkit").path
        with closing(Session.open_kit(kit, folder / "drawn-copy", ines)) as laptop:
            take_turn(laptop, "Inès")
            propose(laptop, drawn, names)
            copy = laptop.path
            sent = laptop.send(folder / "drawn.cmbundle").path
        session.merge([sent])
    return Territory(jo, project, ines, copy)


def geometry(outline: Ring, *, is_zone: bool) -> bytes:
    """Return the WKB of an outline."""
    import shapely

    made = shapely.Polygon(outline) if is_zone else shapely.LineString(outline)
    return bytes(made.wkb)


def add(session: "Session", shape: Shape, names: int) -> bytes:
    """Add a shape to a map; return its id."""
    from collabmap.domain.feature import PlaceDraft

    lng, lat = (sum(each) / len(shape.outline) for each in zip(*shape.outline, strict=True))
    wkb = geometry(shape.outline, is_zone=shape.is_zone)
    draft = PlaceDraft(shape.names[names], shape.category, lng, lat, geometry_wkb=wkb)
    return session.add(draft)


def measure(session: "Session") -> None:
    """Add what measures the air and the noise, with its numbers as keywords."""
    from collabmap.domain.feature import PlaceDraft

    for number, (lng, lat, dust, noise) in enumerate(SENSORS, start=1):
        tags = (f"pm2,5 = {dust} µg/m³", f"bruit = {noise} dB")
        session.add(PlaceDraft(f"Station {number}", "nature", lng, lat, tags=tags))


def break_one(session: "Session", name: str) -> None:
    """Write a zone that crosses itself, which no form lets through."""
    from collabmap.domain.change import Kind, encode
    from collabmap.domain.structure import create_structure

    wkb = geometry(BOW, is_zone=True)
    fields = {"name": name, "category": "nature", "geometry": wkb}
    structure = create_structure(fields, own_accept=True)
    session.write([(Kind.CREATE, b"broken zone".ljust(16, b"."), structure, encode(fields))])


def propose(laptop: "Session", drawn: dict[str, bytes], names: int) -> None:
    """Change, delete and add shapes as a resident does."""
    from collabmap.app.demo import view_of

    words = {"description": ("Ouvert le jeudi.", "Open on Thursdays.")[names]}
    reason = ("N’existe plus.", "No longer exists.")[names]
    for shape in SHAPES:
        name, state = shape.names[names], shape.state
        if state == "pending":
            add(laptop, shape, names)
        elif state == "change":
            laptop.edit(view_of(laptop, drawn[name]), words)
        elif state == "delete":
            laptop.delete(view_of(laptop, drawn[name]), reason)


def write_walk(path: Path) -> Path:
    """Write what a phone records of a walk round the harbour: a point every few metres."""
    points = "".join(
        f'<trkpt lat="{43.7340 + 0.0022 * math.sin(at / 46):.6f}"'
        f' lon="{7.4145 + at * 0.000045 + 0.00025 * math.sin(at / 11):.6f}"/>'
        for at in range(230)
    )
    head = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Le port</name>'
    path.write_text(f"{head}<trkseg>{points}</trkseg></trk></gpx>", encoding="utf-8")
    return path
