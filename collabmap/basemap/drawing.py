"""Layers and cartography make a sheet to paint and a list of names to place, zoom by zoom."""

import math
from collections.abc import Iterable, Iterator

from collabmap.basemap import cartography as look
from collabmap.basemap.layers import Layers
from collabmap.render.labels import LineText, PointText
from collabmap.render.shapes import Shapes
from collabmap.render.tile_painter import Fill, Sheet, Stroke

TILE_PX = 256.0
# Between two places where the same name is written.
NAME_REPEAT_PX = 420.0


def sheet(layers: Layers, style: look.Style, zoom: int) -> Sheet:
    """Return what is drawn at a zoom, from the bottom up, without the names."""
    palette = look.PALETTES[style]
    return Sheet(
        palette.land,
        (
            *_areas(layers, look.AREAS_UNDER_ROADS, palette, zoom),
            *_plain_lines(layers, palette, zoom),
            *_tunnels(layers, palette, zoom),
            *_areas(layers, (look.BUILDINGS,), palette, zoom),
            *_borders(layers, palette, zoom),
            *_paths(layers, palette, zoom, ("ground",)),
            *_roads(layers, palette, zoom, "ground"),
            *_rails(layers, palette, zoom, ("ground", "bridge")),
            *_roads(layers, palette, zoom, "bridge"),
            *_paths(layers, palette, zoom, ("bridge",)),
            *_cableways(layers, palette, zoom),
        ),
    )


def names(layers: Layers, style: look.Style, zoom: int) -> Iterator[LineText | PointText]:
    """Return the names that may be written at a zoom."""
    palette = look.PALETTES[style]
    scale = TILE_PX * 2**zoom
    for spot in layers.spots:
        rule = look.PLACE_NAMES[spot.kind]
        if rule.first_zoom <= zoom <= rule.last_zoom:
            text = look.text_style(rule, palette, zoom)
            room = spot.size * scale * rule.room if spot.size and rule.room else math.inf
            apart = 0.0 if spot.kind in look.UNIQUE_NAMES else NAME_REPEAT_PX
            yield PointText(spot.name, spot.x, spot.y, text, rule.rank, room, apart)
    for street in layers.streets:
        found = look.STREET_NAMES.get(street.kind.removesuffix("_link"))
        if found and found.first_zoom <= zoom <= found.last_zoom:
            text = look.text_style(found, palette, zoom)
            if street.kind == "one_way":
                yield LineText(street.name, street.points, text, found.rank,
                               look.ARROW_REPEAT_PX, is_directed=True)  # fmt: skip
            else:
                yield LineText(street.name, street.points, text, found.rank, NAME_REPEAT_PX)


def _areas(
    layers: Layers, rules: Iterable[look.AreaRule], palette: look.Palette, zoom: int
) -> Iterator[Fill]:
    for rule in rules:
        # What is not drawn is not asked for: it may have to be loaded from a disk.
        is_drawn = rule.first_zoom <= zoom <= rule.last_zoom
        shapes = layers.areas.get(rule.kind) if is_drawn else None
        if shapes is not None:
            edge = getattr(palette, rule.edge) if rule.edge else ""
            yield Fill(shapes, getattr(palette, rule.colour), edge, rule.edge_px)


def _plain_lines(layers: Layers, palette: look.Palette, zoom: int) -> Iterator[Stroke]:
    water = (("river", look.RIVER_PX), ("stream", look.STREAM_PX))
    for kind, stops in water:
        yield from _line(layers, kind, ("ground",), palette.water, look.at_zoom(stops, zoom))
    width = look.at_zoom(look.FERRY_PX, zoom)
    yield from _line(layers, "ferry", ("ground",), palette.ferry, width,
                     dash=look.FERRY_DASH, is_round=False)  # fmt: skip
    for kind, stops in look.RUNWAY_PX.items():
        width = look.at_zoom(stops, zoom)
        edge = width + 1.6 if width else 0.0
        yield from _line(layers, kind, ("ground",), palette.casing, edge, is_round=False)
        yield from _line(layers, kind, ("ground",), palette.plaza, width, is_round=False)
    width = look.at_zoom(look.PIER_PX, zoom)
    if width:
        both = ("ground", "bridge")
        yield from _line(layers, "pier", both, palette.pier_edge, width + 1.6, is_round=False)
        yield from _line(layers, "pier", both, palette.land, width, is_round=False)


def _tunnels(layers: Layers, palette: look.Palette, zoom: int) -> Iterator[Stroke]:
    """Under the houses, pale, with a broken edge: there, and not in the way."""
    casing = look.at_zoom(look.CASING_PX, zoom)
    widths = [(rule.kind, look.at_zoom(rule.width_px, zoom)) for rule in look.ROADS]
    for kind, width in widths:
        if width >= 1:
            edge = width + 2 * casing
            yield from _line(layers, kind, ("tunnel",), palette.tunnel_casing, edge,
                             dash=look.TUNNEL_DASH, is_round=False)  # fmt: skip
    for kind, width in widths:
        yield from _line(layers, kind, ("tunnel",), palette.tunnel, width, is_round=False)
    yield from _rails(layers, palette, zoom, ("tunnel",))


def _roads(layers: Layers, palette: look.Palette, zoom: int, where: str) -> Iterator[Stroke]:
    """All edges first, then all surfaces: streets run into each other without a line between."""
    if zoom <= look.FAR_ZOOM:
        for rule in look.ROADS:
            width = look.at_zoom(rule.width_px, zoom)
            yield from _line(layers, rule.kind, (where,), palette.far_road, width)
        return
    casing = look.at_zoom(look.CASING_PX, zoom)
    edge_colour = palette.far_road if zoom <= look.OPEN_LAND_ZOOM else palette.casing
    is_round = where == "ground"
    widths = [(rule.kind, look.at_zoom(rule.width_px, zoom)) for rule in look.ROADS]
    for kind, width in widths:
        edge = width + 2 * casing if width else 0.0
        yield from _line(layers, kind, (where,), edge_colour, edge, is_round=is_round)
    for kind, width in widths:
        yield from _line(layers, kind, (where,), palette.road, width)


def _borders(layers: Layers, palette: look.Palette, zoom: int) -> Iterator[Stroke]:
    for kind, rule in look.BORDERS.items():
        width = look.at_zoom(rule.width_px, zoom)
        yield from _line(layers, kind, ("ground",), palette.border, width,
                         dash=rule.dash, is_round=False)  # fmt: skip


def _cableways(layers: Layers, palette: look.Palette, zoom: int) -> Iterator[Stroke]:
    width = look.at_zoom(look.CABLEWAY_PX, zoom)
    yield from _line(layers, "cableway", ("ground", "bridge"), palette.rail, width,
                     dash=look.CABLEWAY_DASH, is_round=False)  # fmt: skip


def _paths(
    layers: Layers, palette: look.Palette, zoom: int, where: tuple[str, ...]
) -> Iterator[Stroke]:
    width = look.at_zoom(look.PATH_PX, zoom)
    for kind, dash in look.PATH_DASH.items():
        if "bridge" in where and width:
            yield from _line(layers, kind, where, palette.land, width + 2.4, is_round=False)
        wide = width * 2 if dash else width
        yield from _line(layers, kind, where, palette.path, wide, dash=dash, is_round=not dash)


def _rails(
    layers: Layers, palette: look.Palette, zoom: int, where: tuple[str, ...]
) -> Iterator[Stroke]:
    width = look.at_zoom(look.RAIL_PX, zoom)
    colour = palette.tunnel_rail if where == ("tunnel",) else palette.rail
    for kind, share in (("tram", 0.7), ("rail", 1.0)):
        yield from _line(layers, kind, where, colour, width * share,
                         dash=look.RAIL_DASH, is_round=False)  # fmt: skip


def _line(
    layers: Layers,
    kind: str,
    where: tuple[str, ...],
    colour: str,
    width_px: float,
    *,
    dash: tuple[float, ...] = (),
    is_round: bool = True,
) -> Iterator[Stroke]:
    if width_px <= 0:
        return
    found = [layers.lines.get((kind, structure)) for structure in where]
    shapes: tuple[Shapes, ...] = tuple(one for one in found if one is not None)
    if shapes:
        yield Stroke(shapes, colour, width_px, dash, is_round)
