"""A scanned plan or an aerial photo as a layer of the map: placed by points, cut into tiles."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from collabmap.domain.geo import EARTH_RADIUS_M, MAX_LAT, Bbox, LngLat
from collabmap.domain.georeference import Affine, ControlPoint, Fit, fit
from collabmap.domain.tiles import MAX_ZOOM
from collabmap.errors import (
    AreaInvalid,
    FileExists,
    FileMissing,
    TilesEmpty,
    WorldFileUnreadable,
    ZoomOutOfRange,
)
from collabmap.store.mbtiles import MBTilesWriter

Progress = Callable[[int, int, str], None]
Cancel = Callable[[], None]

TILE_PX = 256
_WORLD_M = 2 * math.pi * EARTH_RADIUS_M
# A zoom that shows a little less than the picture holds is enough.
_SPARE = 0.3
# Nearer than the picture's own dots there is nothing to see; two zooms are for those who insist.
_MAX_NEARER = 2
WORLD_FILES = {".png": ".pgw", ".jpg": ".jgw", ".jpeg": ".jgw", ".tif": ".tfw", ".tiff": ".tfw"}


class ScanReport(NamedTuple):
    """What was written: how many tiles, and how many different pictures among them."""

    path: Path
    tiles: int
    pictures: int
    bytes: int
    zooms: tuple[int, int]
    bounds: Bbox
    seconds: float


def place(
    image: Path,
    out: Path,
    affine: Affine,
    *,
    zooms: Sequence[int] | None = None,
    name: str = "",
    attribution: str = "",
    fmt: str = "webp",
    replace: bool = False,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ScanReport:
    """Write a picture as tiles over the map (an MBTiles pack of type overlay).

    zooms: None takes those that suit its size on the ground.  fmt: 'webp' or 'png'; what lies
    beyond the picture is transparent.  cancel: called often, stops the work by raising; nothing is
    left behind then.
    Raises FileMissing, PictureUnreadable, PictureTooLarge, ZoomOutOfRange, AreaInvalid where it
    would not lie on the map, FileExists, DiskFull, FolderNotWritable, and what `cancel` raises.
    """
    # Qt, which no other command should wait for.
    from collabmap.render import warp
    from collabmap.render.picture import Picture
    from collabmap.render.regrid import encode

    began = time.monotonic()
    if out.exists() and not replace:
        raise FileExists(name=out.name)
    tell = progress or (lambda _done, _total, _part: None)
    tell(0, 1, "reading")
    picture = Picture(image)
    suited = suited_zooms(affine, picture.size)
    levels = sorted(set(zooms)) if zooms else list(suited)
    if levels[-1] > min(MAX_ZOOM, suited[-1] + _MAX_NEARER):
        raise ZoomOutOfRange(value=levels[-1], field="zoom")
    bounds = area_of(affine, picture.size)
    todo = [block for zoom in levels for block in warp.blocks(affine, picture.size, zoom)]
    writer = MBTilesWriter(
        out,
        name=name or image.stem,
        format=fmt,
        bounds=bounds,
        attribution=attribution,
        is_overlay=True,
    )
    tiles = 0
    with writer:
        for done, block in enumerate(todo):
            if cancel is not None:
                cancel()
            tell(done, len(todo), "painting")
            for tile, part in warp.cut(warp.paint(picture, affine, block), block):
                writer.put(tile, encode(part, fmt))
                tiles += 1
        if not tiles:
            raise TilesEmpty(name=image.name)
        tell(len(todo), len(todo), "writing")
    return ScanReport(
        out,
        tiles,
        writer.pictures,
        out.stat().st_size,
        (levels[0], levels[-1]),
        bounds,
        time.monotonic() - began,
    )


def suited_zooms(affine: Affine, size: tuple[int, int]) -> range:
    """Return the zooms from where all of the picture fits a tile to where its dots are seen."""
    high = math.ceil(math.log2(_WORLD_M / TILE_PX / affine.pixel_m) - _SPARE)
    low = high - max(0, math.ceil(math.log2(max(size) / TILE_PX)))
    high = max(0, min(MAX_ZOOM, high))
    return range(max(0, min(low, high)), high + 1)


def corners_of(affine: Affine, size: tuple[int, int]) -> tuple[LngLat, ...]:
    """Return where the corners lie, from the upper left one clockwise."""
    wide, high = size
    return tuple(affine.to_position(x, y) for x, y in ((0, 0), (wide, 0), (wide, high), (0, high)))


def area_of(affine: Affine, size: tuple[int, int]) -> Bbox:
    """Return the box around the picture.  Raises AreaInvalid where that is not on the map."""
    lngs, lats = zip(*corners_of(affine, size), strict=True)
    box = Bbox(min(lngs), min(lats), max(lngs), max(lats))
    on_map = -180 <= box.west < box.east <= 180 and -MAX_LAT <= box.south < box.north <= MAX_LAT
    if not on_map:
        words = ", ".join(f"{degrees:.4f}" for degrees in box)
        raise AreaInvalid(value=words, field="area")
    return box


# --- world files ------------------------------------------------------------------------------


def world_file_of(image: Path) -> Path:
    """Return the world file beside a picture, whatever the case of its ending.

    Raises FileMissing.
    """
    ending = WORLD_FILES.get(image.suffix.lower(), f"{image.suffix}w")
    for suffix in (ending, f"{image.suffix.lower()}w", ".wld"):
        for each in (suffix, suffix.upper()):
            if (path := image.with_suffix(each)).is_file():
                return path
    raise FileMissing(name=image.with_suffix(ending).name)


def points_of_world_file(path: Path, size: tuple[int, int], epsg: int) -> list[ControlPoint]:
    """Return points over the whole picture whose positions its world file gives.

    epsg: the reference system of the file's numbers, which it does not name itself.
    Raises FileMissing, WorldFileUnreadable.
    Source: ESRI world files: A D B E C F a line each, for the middle of the upper left pixel.
    """
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        with path.open(encoding="ascii", errors="replace") as file:
            text = file.read(4096)
    except OSError as error:
        raise FileMissing(name=path.name) from error
    numbers: list[float] = []
    with suppress(ValueError):
        numbers = [float(word.replace(",", ".")) for word in text.split()[:6]]
    if len(numbers) < 6 or not all(map(math.isfinite, numbers)):
        raise WorldFileUnreadable(name=path.name)
    a, d, b, e, c, f = numbers
    try:
        to_degrees = Transformer.from_crs(f"EPSG:{epsg}", "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise WorldFileUnreadable(name=path.name) from error
    points = []
    for x in (0.0, size[0] / 2, float(size[0])):
        for y in (0.0, size[1] / 2, float(size[1])):
            place = (a * (x - 0.5) + b * (y - 0.5) + c, d * (x - 0.5) + e * (y - 0.5) + f)
            lng, lat = to_degrees.transform(*place)
            if not (math.isfinite(lng) and math.isfinite(lat) and abs(lat) <= MAX_LAT):
                raise WorldFileUnreadable(name=path.name)
            points.append(ControlPoint(x, y, lng, lat))
    return points


def size_of(image: Path) -> tuple[int, int]:
    """Return a picture's width and height in pixels, upright.

    Raises FileMissing, PictureUnreadable, PictureTooLarge.
    """
    from collabmap.render.picture import Picture

    return Picture(image).size


def fit_world_file(image: Path, epsg: int) -> Fit:
    """Return where a picture lies by the world file beside it.  Errors: see the parts."""
    return fit(points_of_world_file(world_file_of(image), size_of(image), epsg))
