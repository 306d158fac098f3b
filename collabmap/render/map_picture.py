"""A picture of the map without a window: for the guide, posters, e-mail and tests."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import Bbox
from collabmap.domain.theme import Theme
from collabmap.domain.tiles import Tile, TileSource, parent
from collabmap.render import fonts
from collabmap.render.camera import SHRUNK_ZOOMS, TILE_PX, Camera, world_arrays
from collabmap.render.decoding import decode
from collabmap.render.furniture import BETWEEN_CREDITS, paint_furniture
from collabmap.render.ground import Ground, paint_ground
from collabmap.render.groups import ALL_SHOWN_ZOOM, fan_out, group
from collabmap.render.symbology import SIZE, MarkKey, Symbology, key_of
from collabmap.render.tokens import LIGHT, TYPE, Tokens

# The quiet margin around the box, so that marks on its edge are not cut.
MARGIN_PX = 24


def nobody(_mark: Mark) -> bool:
    """Say that no mark is one's own."""
    return False


class Layer(NamedTuple):
    """A base map and how clear it is: opacity 0 to 1."""

    source: TileSource
    opacity: float = 1.0


def map_picture(
    layers: Sequence[Layer],
    marks: Sequence[Mark],
    theme: Theme,
    *,
    bbox: Bbox,
    size: tuple[int, int] = (1366, 768),
    tokens: Tokens = LIGHT,
    is_mine: Callable[[Mark], bool] = nobody,
    scale: float = 1.0,
    attribution: str | None = None,
    groups: bool = True,
    ground: Ground | None = None,
    ground_credit: str = "",
) -> QImage:
    """Return the map of a box, with scale and attribution.

    layers: base maps, bottom to top.  size: logical pixels.  scale: device pixels for each of
    them.  attribution: instead of the layers' own words, for another language.  groups: False
    shows every mark by itself.  ground: the world under the base maps, and whom it is from.
    Needs a QGuiApplication, the offscreen platform will do.
    """
    camera = Camera(0.5, 0.5, 0.0, *size).fitted(bbox, margin_px=MARGIN_PX).crisp()
    image = QImage(
        round(size[0] * scale), round(size[1] * scale), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(scale)
    image.fill(QColor(tokens.base_map.land))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(fonts.font(TYPE["body"]))
        shows_ground = ground is not None and _paint_world(painter, camera, ground, scale)
        for layer in layers:
            painter.setOpacity(layer.opacity)
            _paint_tiles(painter, camera, layer.source, scale)
        painter.setOpacity(1)
        _paint_marks(painter, camera, marks, Symbology(theme, tokens, scale), is_mine, groups)
        words = attribution if attribution is not None else attributions(layers)
        if shows_ground and ground_credit:
            words = BETWEEN_CREDITS.join(filter(None, (words, ground_credit)))
        paint_furniture(painter, camera, tokens, words)
    finally:
        painter.end()
    return image


def attributions(layers: Sequence[Layer]) -> str:
    """Return whom the base maps are from, each named once."""
    return BETWEEN_CREDITS.join(
        dict.fromkeys(each.source.attribution for each in layers if each.source.attribution)
    )


def _paint_world(painter: QPainter, camera: Camera, ground: Ground, scale: float) -> bool:
    """Paint the world under all; return whether more of it shows than plain land."""
    left, top = camera.to_screen(0.0, 0.0)
    painter.fillRect(QRectF(0, 0, camera.width, camera.height), QColor(ground.outside))
    painter.fillRect(QRectF(left, top, camera.scale, camera.scale), QColor(ground.paper))
    zoom = max(0, _wanted_zoom(camera))
    columns, rows = camera.tiles(zoom)
    if zoom > ground.last_zoom or not columns or not rows:
        return False
    first = _device_box(camera, Tile(zoom, columns.start, rows.start), scale)
    last = _device_box(camera, Tile(zoom, columns.stop - 1, rows.stop - 1), scale)
    painter.drawImage(first | last, paint_ground(ground, zoom, columns, rows))
    return True


def _wanted_zoom(camera: Camera) -> int:
    # Rather shrunk than enlarged: a picture is looked at longer than a view one passes through.
    return math.ceil(camera.zoom - 0.25)


def _paint_tiles(painter: QPainter, camera: Camera, source: TileSource, scale: float) -> None:
    bias = int(np.log2(source.tile_size / TILE_PX))
    wanted = _wanted_zoom(camera) - bias
    if wanted < source.min_zoom - SHRUNK_ZOOMS:
        return
    zoom = max(source.min_zoom, min(source.max_zoom, wanted))
    columns, rows = camera.tiles(zoom)
    known: dict[Tile, QImage | None] = {}
    for y in rows:
        for x in columns:
            tile = Tile(zoom, x, y)
            found = _nearest(source, tile, known)
            if found is not None:
                ancestor, picture = found
                box = _device_box(camera, tile, scale)
                painter.drawImage(box, picture, _part(picture, ancestor, tile))


def _nearest(
    source: TileSource, tile: Tile, known: dict[Tile, QImage | None]
) -> tuple[Tile, QImage] | None:
    """Return the tile's picture, or that of the nearest one that holds it."""
    candidate: Tile | None = tile
    while candidate is not None and candidate.z >= source.min_zoom:
        if candidate not in known:
            data = source.get(candidate)
            known[candidate] = decode(data) if data else None
        picture = known[candidate]
        if picture is not None:
            return candidate, picture
        candidate = parent(candidate)
    return None


def _part(picture: QImage, ancestor: Tile, tile: Tile) -> QRectF:
    steps = 1 << (tile.z - ancestor.z)
    width, height = picture.width() / steps, picture.height() / steps
    return QRectF(
        (tile.x - ancestor.x * steps) * width, (tile.y - ancestor.y * steps) * height, width, height
    )


def _device_box(camera: Camera, tile: Tile, scale: float) -> QRectF:
    """Return where a tile lies, on whole device pixels, so that no seam shows."""
    across = 1 << tile.z
    corners = [camera.to_screen((tile.x + i) / across, (tile.y + i) / across) for i in (0, 1)]
    (left, top), (right, bottom) = (
        (round(px * scale) / scale, round(py * scale) / scale) for px, py in corners
    )
    return QRectF(left, top, right - left, bottom - top)


def _paint_marks(
    painter: QPainter,
    camera: Camera,
    marks: Sequence[Mark],
    symbology: Symbology,
    is_mine: Callable[[Mark], bool],
    with_groups: bool,
) -> None:
    shown = [mark for mark in marks if mark.state is not FeatureState.REJECTED]
    if not shown:
        return
    x, y = world_arrays(np.array([m.lng for m in shown]), np.array([m.lat for m in shown]))
    awaiting = np.array([m.state is not FeatureState.ACCEPTED for m in shown])
    # The zoom from which on nothing is grouped any more.
    found = group(x, y, awaiting, camera.zoom if with_groups else ALL_SHOWN_ZOOM)
    px, py = camera.to_screen(x, y)
    if camera.zoom >= ALL_SHOWN_ZOOM:
        px, py = fan_out(px, py, SIZE)
    group_px, group_py = camera.to_screen(found.x, found.y)
    for number in range(len(found.x)):
        disc = symbology.cluster(int(found.sizes[number]), float(found.awaiting[number]))
        _draw_centred(painter, disc, float(group_px[number]), float(group_py[number]))
    keys = {i: _key(shown[i], is_mine) for i in np.flatnonzero(found.member_of < 0).tolist()}
    for i in sorted(keys, key=lambda i: (_rank(keys[i]), y[i])):
        _draw_centred(painter, symbology.image(keys[i]), float(px[i]), float(py[i]))


def _key(mark: Mark, is_mine: Callable[[Mark], bool]) -> MarkKey:
    return key_of(mark, mark.author if is_mine(mark) else None)


def _rank(key: MarkKey) -> int:
    if key.yours:
        return 2
    return 0 if key.state is FeatureState.ACCEPTED else 1


def _draw_centred(painter: QPainter, image: QImage, px: float, py: float) -> None:
    dpr = image.devicePixelRatio()
    half = image.deviceIndependentSize() / 2
    x = round((px - half.width()) * dpr) / dpr
    y = round((py - half.height()) * dpr) / dpr
    painter.drawImage(QPointF(x, y), image)
