"""Pictures of the map: empty, its states, hover, menus, filter, legend, a million places."""

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from shots_drawing import beside, look_at, pixel, point_at, point_away
from shots_territory import SENSORS, SQUARE

from collabmap.domain.geo import LngLat

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from shots import Camera

    from collabmap.store.device import Device

# Around all that is drawn; and all of the territory.
ALL_SHAPES = ((7.4125, 43.7308), (7.4257, 43.7376))
# The town of the benchmarks.
TOWN = (-0.4589, 46.3239)
ZOOMS = (11.5, 14.0, 16.5)
MILLION = 1_000_000
LONG_S = 600.0


def the_map(camera: "Camera", folder: Path, device: "Device", project: Path, inside: Path) -> None:
    """A coordinator's map with something in every state."""
    window = camera.window
    window.desk.open(empty_map(device, inside))
    camera.until(lambda: window.person is not None)
    window.body.show_tab("centre")
    camera.take(folder, "104-empty-map")
    window.desk.open(project)
    camera.until(lambda: window.info is not None and window.info.path == project)
    camera.settle()
    window.messages.clear()
    look_at(camera, ALL_SHAPES, 16.0)
    camera.take(folder, "105-states")
    select(camera, folder)
    hover(camera, folder)
    menus(camera, folder)
    filtered(camera, folder)
    legend(camera, folder)
    names(camera, folder)
    needs_care(camera, folder)
    no_base_map(camera, folder, project.with_suffix(".mbtiles"))


def empty_map(device: "Device", inside: Path) -> Path:
    """Return a new map with nothing on it but its base map."""
    from collabmap.app.demo import demo_basemap
    from collabmap.app.session import Session

    path = inside / "Monaco.collabmap"
    Session.create(path, device, "Monaco", "Jo", consent=True, basemap=demo_basemap()).close()
    return path


def select(camera: "Camera", folder: Path) -> None:
    window = camera.window
    columns = window.marks.columns
    assert columns is not None
    rank = next(i for i in range(len(columns)) if columns.name(i) == "Station 3")
    window.commands.open_place(columns.id(rank))
    window.body.show_tab("centre")
    camera.take(folder, "106-selected-point")
    lng, lat = SQUARE[0]
    shapes = window.map.shapes
    assert shapes is not None
    found = shapes.hit(*window.map.camera.pixel_of(LngLat(lng + 2e-4, lat + 2e-4)))
    assert found is not None
    window.commands.open_place(found.id)
    window.body.show_tab("centre")
    camera.take(folder, "107-selected-zone")
    window.commands.clear_selection()


def hover(camera: "Camera", folder: Path) -> None:
    """What stands beside a mark, and beside a group, when a pointer rests there."""
    from PySide6.QtCore import QPoint

    window = camera.window
    window.body.show_tab("centre")
    look_at(camera, (SENSORS[3][:2],), 17.5)
    rest_at(camera, beside(camera, SENSORS[3][:2]))
    camera.take(folder, "108-hover-mark")
    look_at(camera, ALL_SHAPES, 14.0)
    window.map.grab()
    group = max(window.map._features.shown_groups, key=lambda each: each.size)
    rest_at(camera, QPoint(round(group.px), round(group.py)))
    camera.take(folder, "109-hover-group")
    point_away(camera)


def rest_at(camera: "Camera", point: object) -> None:
    """Let the pointer rest until its card is there."""
    camera.window.map.grab()
    point_at(camera, point)  # type: ignore[arg-type]
    camera.until(lambda: camera.window.map.cards.card.isVisible())


def menus(camera: "Camera", folder: Path) -> None:
    """What a right click offers, and the rectangle that enlarges."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtTest import QTest

    window = camera.window
    look_at(camera, ALL_SHAPES, 16.0)
    ask(camera, QPointF(pixel(camera, (0.72, 0.16))))
    camera.take(folder, "110-menu-here")
    window.commands.step_back()
    ask(camera, QPointF(*window.map.camera.pixel_of(LngLat(*SENSORS[2][:2]))))
    camera.take(folder, "111-menu-place")
    window.commands.step_back()
    window.commands.enlarge_part()
    viewport, left = window.map.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(viewport, left, pos=pixel(camera, (0.3, 0.3)))
    QTest.mouseMove(viewport, pixel(camera, (0.7, 0.7)))
    camera.take(folder, "112-box")
    window.map.give_up_box()


def ask(camera: "Camera", point: "QPointF") -> None:
    camera.window.map.grab()
    camera.window.map.ask_for_menu(point)
    camera.settle()


def filtered(camera: "Camera", folder: Path) -> None:
    """The filter, what it leaves, and the list by name."""
    from dataclasses import replace

    from collabmap.domain.map_filter import EMPTY
    from collabmap.domain.mark_order import Order
    from collabmap.ui.filter_words import AWAITING

    window = camera.window
    window.body.show_tab("panel")
    window.open_panel("filter")
    camera.take(folder, "113-filter")
    categories = frozenset({"nature", "deplacer", "eau"})
    window.filter.set(replace(EMPTY, categories=categories, states=frozenset(AWAITING)))
    camera.take(folder, "114-filter-chosen")
    window.panel_host.back_to_root()
    camera.take(folder, "115-filter-in-force")
    window.filter.set(EMPTY)
    window.filter.sort(Order.NAME)
    camera.take(folder, "116-list-by-name")
    window.filter.sort(Order.NEAREST)


def legend(camera: "Camera", folder: Path) -> None:
    """The legend over places, over how dense they are, and over numbers."""
    window = camera.window
    window.body.show_tab("centre")
    window.legend.set_open(True)
    camera.take(folder, "117-legend")
    window.reading.show("density")
    look_at(camera, ALL_SHAPES, 14.6)
    camera.take(folder, "118-density")
    window.reading.show("numbers")
    camera.until(lambda: bool(window.reading.series))
    look_at(camera, ALL_SHAPES, 15.8)
    assert window.reading.series is not None
    window.reading.show("numbers", window.reading.series[0])
    camera.take(folder, "119-numbers")
    window.legend.set_open(False)
    camera.take(folder, "120-numbers-alone")
    window.reading.show("places")


def names(camera: "Camera", folder: Path) -> None:
    """So close that places have room for their names."""
    look_at(camera, SQUARE, 18.2)
    camera.take(folder, "121-names")


def needs_care(camera: "Camera", folder: Path) -> None:
    """A zone that crosses itself, on its card and in the filter."""
    from dataclasses import replace

    from collabmap.domain.map_filter import EMPTY

    window = camera.window
    window.commands.open_place(b"broken zone".ljust(16, b"."))
    camera.settle()
    camera.take(folder, "122-needs-care")
    window.commands.clear_selection()
    window.filter.set(replace(EMPTY, care=True))
    window.body.show_tab("panel")
    window.open_panel("filter")
    camera.take(folder, "123-care-filter")
    window.filter.set(EMPTY)
    window.panel_host.back_to_root()


def no_base_map(camera: "Camera", folder: Path, tiles: Path) -> None:
    """The stick with the base map is pulled out, and put in again."""
    window = camera.window
    look_at(camera, ALL_SHAPES, 15.0)
    elsewhere = tiles.with_name("pulled-out.mbtiles")
    tiles.rename(elsewhere)
    camera.until(lambda: bool(window.messages.texts))
    camera.take(folder, "124-base-map-gone")
    window.messages.clear()
    elsewhere.rename(tiles)
    camera.until(lambda: bool(window.messages.texts))
    camera.take(folder, "125-base-map-back")
    window.messages.clear()


def a_million(camera: "Camera", folder: Path, inside: Path) -> None:
    """The town of the benchmarks; the first time some minutes go by until it is made."""
    sys.path.append(str(Path(__file__).parents[1] / "tests" / "benchmarks"))
    town = importlib.import_module("town")

    from collabmap.ui.panels.welcome import WelcomePage

    window = camera.window
    window.desk.open(town.copy_of(town.town(MILLION), inside / "million"))
    camera.until(lambda: window.info is not None and window.front.welcome is not None)
    camera.shown(WelcomePage).look.click()
    # Quarters and words to search by are found for each of them before there is peace.
    camera.until(lambda: window.marks.columns is not None, LONG_S)
    camera.until(lambda: window.tasks.is_idle, LONG_S)
    for number, zoom in enumerate(ZOOMS, start=126):
        window.map.fly_to(*TOWN, zoom)
        camera.take(folder, f"{number}-million-{round(zoom)}")
    window.reading.show("density")
    window.map.fly_to(*TOWN, ZOOMS[0])
    camera.take(folder, "129-million-density")
    window.legend.set_open(True)
    camera.take(folder, "130-million-density-legend")
