"""A zone at the window: painted, clicked, changed by others, gone with its project."""

from pathlib import Path

import shapely
from at_the_window import AtTheWindow
from PySide6.QtCore import QPointF

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geometry import prepare
from collabmap.store.device import Device

WEST, SOUTH, EAST, NORTH = 7.4180, 43.7300, 7.4200, 43.7315
PARK = prepare(shapely.box(WEST, SOUTH, EAST, NORTH))


def with_park(town: Path, device: Device) -> bytes:
    session = Session.open(town, device)
    park = session.add(PlaceDraft("Parc", "nature", *PARK.position, geometry_wkb=PARK.wkb))
    session.close()
    return park


def test_a_zone_is_clicked_changed_and_left(start: AtTheWindow, town: Path, device: Device) -> None:
    park = with_park(town, device)
    start.open(town)
    layer = start.window.shapes.layer
    start.until(lambda: layer.is_complete)

    start.window.map.fly_to(WEST + 0.0003, SOUTH + 0.0003, 17.0)
    camera = start.window.map.camera
    middle = QPointF(camera.width / 2, camera.height / 2)
    start.until(lambda: start.window.map.hit_at(middle) is not None)
    start.window.map.click_at(middle)
    start.until(lambda: start.card.title.text() == "Parc")

    def shrink(session: Session) -> None:
        place = session.reader.place(park)
        assert place is not None
        less = prepare(shapely.box(WEST + 0.001, SOUTH, EAST, NORTH))
        session.edit(place, {"geometry_wkb": less.wkb})

    start.window.tasks.write(shrink)
    start.until(lambda: start.window.map.hit_at(middle) is None)
    start.until(lambda: layer.is_complete)

    start.window.desk.close()
    start.until(lambda: not layer.is_complete)


def test_a_map_opens_on_the_whole_of_a_zone(start: AtTheWindow, town: Path, device: Device) -> None:
    region = shapely.box(7.30, 43.60, 7.60, 43.90)
    session = Session.open(town, device)
    made = prepare(region)
    session.add(PlaceDraft("Pays", "nature", *made.position, geometry_wkb=made.wkb))
    session.close()
    start.open(town)
    seen = start.window.map.bbox()
    assert seen.contains(7.30, 43.60)
    assert seen.contains(7.60, 43.90)
