"""The base map painted by mapnik: the same shapes, colours, widths and names as our own sheet.

Made from the sheet and the names of a zoom, not written by hand, so that it draws what we draw:
one layer an ink, from the bottom up, then the names by rank.  Set up for its best time:

- GeoJSON held in memory with mapnik's own R-tree; nothing is projected while it paints.
- A datasource for each of our layers, shared by the inks that draw it, and no filter in any rule.
- A buffer of 64 px around a picture for names: with less, more are cut where pictures meet.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import mapnik
import numpy as np
import paint_scene
import shapely
from paint_scene import Look, Scene

from collabmap.render import fonts
from collabmap.render.labels import MAX_BEND
from collabmap.render.tile_painter import TILE_PX, Fill, Metatile, Sheet, Stroke

SRS = "epsg:3857"
BUFFER_PX = 64
FACES = {400: "Inter Regular", 500: "Inter Medium", 600: "Inter Semi Bold", 700: "Inter Bold"}


class Painter:
    """Paints a scene as often as asked.  halo: mapnik's halo-rasterizer, 'full' or 'fast'."""

    def __init__(self, scene: Scene, halo: str = "full") -> None:
        for path in sorted(fonts.folder().glob("*.otf")):
            mapnik.FontEngine.register_font(str(path))
        self._blocks = scene.blocks
        groups = paint_scene.by_look(scene)
        self._map = mapnik.Map(TILE_PX, TILE_PX, SRS)
        mapnik.load_map_from_string(self._map, _styles(scene.sheet, list(groups), halo))
        self._map.buffer_size = BUFFER_PX
        sources: dict[int, Any] = {}
        for number, ink in enumerate(scene.sheet.inks):
            for shapes in (ink.shapes,) if isinstance(ink, Fill) else ink.shapes:
                if id(shapes) not in sources:
                    sources[id(shapes)] = _source(paint_scene.geometries(shapes))
                self._add(f"ink{number}", sources[id(shapes)])
        for number, group in enumerate(groups.values()):
            shapes_of_text = map(paint_scene.text_geometry, group)
            self._add(f"text{number}", _source(shapes_of_text, [text.text for text in group]))

    def _add(self, style: str, source: Any) -> None:
        layer = mapnik.Layer(style, SRS)
        layer.datasource = source
        layer.styles.append(style)
        self._map.layers.append(layer)

    def paint(self, show: Callable[[Metatile, Any], None] | None = None) -> None:
        """Paint all of it.  show: gets each picture, a mapnik.Image."""
        for block in self._blocks:
            width, height = block.columns * TILE_PX, block.rows * TILE_PX
            self._map.resize(width, height)
            self._map.zoom_to_box(mapnik.Box2d(*paint_scene.box_m(block)))
            image = mapnik.Image(width, height)
            mapnik.render(self._map, image)
            if show is not None:
                show(block, image)


# --- the style --------------------------------------------------------------------------------


def _styles(sheet: Sheet, looks: Sequence[Look], halo: str) -> str:
    rules = [(f"ink{n}", _ink(ink)) for n, ink in enumerate(sheet.inks)]
    rules += [(f"text{n}", _text(look, halo)) for n, look in enumerate(looks)]
    styles = [f'<Style name="{name}"><Rule>{rule}</Rule></Style>' for name, rule in rules]
    return "\n".join([f'<Map srs="{SRS}" background-color="{sheet.ground}">', *styles, "</Map>"])


def _ink(ink: Fill | Stroke) -> str:
    if isinstance(ink, Fill):
        area = f'<PolygonSymbolizer fill="{ink.colour}"/>'
        return area + _line(ink.edge, ink.edge_px, 'stroke-linejoin="bevel"') if ink.edge else area
    cap = "round" if ink.is_round else "butt"
    dash = f' stroke-dasharray="{",".join(map(str, ink.dash))}"' if ink.dash else ""
    join = f'stroke-linejoin="round" stroke-linecap="{cap}"{dash}'
    return _line(ink.colour, ink.width_px, join)


def _line(colour: str, width_px: float, more: str) -> str:
    return f'<LineSymbolizer stroke="{colour}" stroke-width="{width_px}" {more}/>'


def _text(look: Look, halo: str) -> str:
    style = look.style
    common = (
        f'halo-rasterizer="{halo}" '
        f'face-name="{FACES[style.weight]}" size="{style.size_px}" fill="{style.colour}"'
        f' halo-fill="{style.halo}" halo-radius="{style.halo_px / 2}"'
        f' character-spacing="{style.spacing_px}" margin="{style.clear_px}"'
    )
    along = (
        f'placement="line" max-char-angle-delta="{np.degrees(MAX_BEND):.1f}"'
        f' spacing="{look.repeat_px}" label-position-tolerance="200" vertical-alignment="middle"'
    )
    # Arrows are all alike, and stand as near to one another as their streets do.
    apart = 'upright="right"' if look.is_directed else f'repeat-distance="{look.repeat_px * 0.7}"'
    placed = f"{along} {apart}" if look.is_line else 'placement="point" wrap-width="80"'
    return f"<TextSymbolizer {common} {placed}>[name]</TextSymbolizer>"


def _source(geometries: Iterable[shapely.Geometry], names: Sequence[str] = ()) -> Any:
    """Return a datasource in memory.  names: of the features, where they have any."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": names[number]} if names else {},
            "geometry": json.loads(shapely.to_geojson(geometry)),
        }
        for number, geometry in enumerate(geometries)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return mapnik.CreateDatasource(type="geojson", inline=text, cache_features=True)
