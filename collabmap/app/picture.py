"""The map as a picture file, without a window and without a screen."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collabmap.app.base_maps import BaseMapView
from collabmap.app.session import Session
from collabmap.app.settings import resource
from collabmap.app.words import _, language
from collabmap.domain.feature import Mark
from collabmap.domain.geo import Bbox
from collabmap.domain.theme import Theme
from collabmap.formats.whole_file import whole_file
from collabmap.store.mbtiles import MBTilesReader

if TYPE_CHECKING:
    from collabmap.basemap.overview import Overview
    from collabmap.render.map_picture import Layer

# Half of the least width and height that a picture shows, in degrees: about 150 m.
_LEAST = 0.0015
# What an empty map without a base map shows: the world but its poles.
_WORLD = Bbox(-170, -60, 170, 75)


def write_picture(
    session: Session,
    path: Path,
    *,
    bbox: Bbox | None = None,
    size: tuple[int, int] = (1366, 768),
) -> int:
    """Write the map as a PNG; return how many places lie in its box.

    bbox: None shows all places, or the base maps where there is none.  size: pixels.
    Raises DiskFull, FolderNotWritable, TilesUnreadable.
    """
    # Read by Qt when it starts; a window that runs already keeps its screen.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from collabmap.render import fonts, tile_painter
    from collabmap.render.png import png

    tile_painter.start()
    fonts.load(resource("fonts"))
    marks, extent = session.reader.marks(), bbox or session.reader.extent()
    picture, box = painted(
        session.base_maps(), marks, session.theme, extent, size, is_exact=bbox is not None
    )
    data = png(picture)
    with whole_file(path) as file:
        file.write(data)
    return sum(box.contains(mark.lng, mark.lat) for mark in marks)


def painted(
    base_maps: Sequence[BaseMapView],
    marks: Sequence[Mark],
    theme: Theme,
    extent: Bbox | None,
    size: tuple[int, int],
    *,
    is_exact: bool = False,
    scale: float = 1.0,
    groups: bool = True,
) -> tuple[Any, Bbox]:
    """Return the map as a QImage, and the box that it shows.

    extent: None for what the base maps show; widened around a single place, unless it is_exact.
    size: logical pixels.  scale: device pixels for each.  groups: as of map_picture.
    Raises TilesUnreadable.
    """
    from collabmap.render.map_picture import Layer, map_picture

    with ExitStack() as opened:
        layers = [
            Layer(opened.enter_context(MBTilesReader(view.path)), view.opacity)
            for view in base_maps
            if view.is_shown
        ]
        box = extent or _bounds(layers)
        box = box if is_exact else _roomy(box)
        picture = map_picture(
            layers,
            marks,
            theme,
            bbox=box,
            size=size,
            scale=scale,
            groups=groups,
            ground=_world_under(layers),
            ground_credit=_("Made with Natural Earth"),
        )
    return picture, box


def _world_under(layers: "Sequence[Layer]") -> "Overview":
    """Return the world in the look of the lowest base map that has one."""
    from collabmap.basemap.overview import LAST_NAME_ZOOM, Overview
    from collabmap.basemap.pack_style import style_of
    from collabmap.render.camera import SHRUNK_ZOOMS

    styles = (style_of(layer.source) for layer in layers)
    firsts = [layer.source.min_zoom - SHRUNK_ZOOMS for layer in layers]
    return Overview(
        resource("overview"),
        next((style for style in styles if style is not None), "light"),
        language(),
        names_until=min(firsts, default=LAST_NAME_ZOOM + 1) - 1,
    )


def _bounds(layers: "Sequence[Layer]") -> Bbox:
    """Return the box of all base maps, the world where there is none."""
    boxes = [layer.source.bounds for layer in layers]
    if not boxes:
        return _WORLD
    west, south, east, north = zip(*boxes, strict=True)
    return Bbox(min(west), min(south), max(east), max(north))


def _roomy(box: Bbox) -> Bbox:
    """Return the box, widened around a single place to what one can recognise."""
    width = box.east - box.west + (360 if box.west > box.east else 0)
    # Added, and not reckoned from the middle: a last digit that is lost would lose a place.
    lng_room = max(0.0, _LEAST - width / 2)
    lat_room = max(0.0, _LEAST - (box.north - box.south) / 2)
    east = box.east + lng_room
    return Bbox(
        box.west - lng_room,
        box.south - lat_room,
        east - 360 if east > 180 else east,
        box.north + lat_room,
    )
