"""Pictures of making a base map: the extract, the area, the numbers, painting, what came of it."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.ui.panels.base_map_new import BaseMapPanel


def making_a_base_map(camera: "Camera", folder: Path) -> None:
    """From the empty assistant to the map with its new base map."""
    from collabmap.app.settings import resource

    window = camera.window
    window.messages.clear()
    window.commands.open_base_map()
    camera.take(folder, "70-base-map-extract")
    panel = assistant(camera)
    panel.take_files([resource("demo/monaco-2023-12-25.osm.pbf")])
    camera.until(lambda: bool(panel.area.places))
    panel.area.choose_way("place")
    camera.take(folder, "71-base-map-places")
    panel.area.search.setText("la condamine")
    panel.area.search.returnPressed.emit()
    camera.until(lambda: panel.zooms.estimate is not None)
    camera.take(folder, "72-base-map-place")
    panel.area.choose_way("draw")
    camera.until(lambda: panel.zooms.estimate is not None)
    camera.take(folder, "73-base-map-draw")
    panel.area.choose_way("numbers")
    camera.take(folder, "74-base-map-numbers")
    panel.area.choose_way("numbers")
    panel.more.set_open(True)
    panel.scroller.ensureWidgetVisible(panel.more)
    camera.take(folder, "75-base-map-more")
    panel.more.set_open(False)
    ask(camera, panel, folder)
    paint(camera, panel, folder)


def assistant(camera: "Camera") -> "BaseMapPanel":
    from collabmap.ui.panels.base_map_new import BaseMapPanel

    return camera.shown(BaseMapPanel)


def ask(camera: "Camera", panel: "BaseMapPanel", folder: Path) -> None:
    """What is asked before so many tiles, and the offer to go on with a build."""
    from collabmap.app.base_map_building import Unfinished

    panel.zooms.set_zooms(12, 20)
    panel.zooms.show_tiles({zoom: 4 ** (zoom - 9) for zoom in panel.zooms.zooms})
    panel.make()
    camera.take(folder, "76-base-map-many")
    panel._ask(None)
    panel.zooms.set_zooms(12, 17)
    panel.zooms.changed.emit()
    project = camera.window.info
    assert project is not None
    out = project.path.with_suffix(".mbtiles")
    panel.work._on_offer(Unfinished(panel.wanted(), out, "", 3200, 8192))
    camera.take(folder, "77-base-map-go-on")
    panel.work._on_offer(None)


def paint(camera: "Camera", panel: "BaseMapPanel", folder: Path) -> None:
    """Painting, seen from the assistant and from elsewhere, and the result."""
    window, work = camera.window, camera.window.base_map_work

    def is_painting() -> bool:
        step = work.build.step if work.build is not None else None
        return step is not None and step.part == "painting" and step.done > 0

    camera.until(lambda: panel.zooms.estimate is not None)
    panel.make()
    camera.until(is_painting)
    work.pause()
    picture(camera, folder, "78-base-map-running")
    window.go_to_mode("contribute")
    picture(camera, folder, "79-base-map-behind")
    window.commands.open_base_map()
    work.resume()
    camera.until(lambda: not work.is_running)
    camera.take(folder, "80-base-map-done")
    assistant(camera).primary.click()
    camera.take(folder, "81-base-map-under")
    window.go_to_mode("contribute")
    window.messages.clear()


def picture(camera: "Camera", folder: Path, name: str) -> None:
    """Take the picture of a window whose work is held: it will not settle."""
    for _round in range(30):
        camera.app.processEvents()
    camera.window.grab().save(str(folder / f"{name}.png"))
