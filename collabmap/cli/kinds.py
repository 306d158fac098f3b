"""What people write on the command line, as values: positions, boxes, zooms, sizes.

Each is a callback for click: None stays None, what can't be read raises BadParameter.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from collabmap.app.words import _
from collabmap.domain.geo import MAX_LAT, Bbox, LngLat
from collabmap.domain.geometry import check_position
from collabmap.errors import FileMissing, GeometryUnreadable

LNG_LAT, BBOX, ZOOMS, SIZE = "LNG,LAT", "W,S,E,N", "A-B", "WxH"
AREA, LANGUAGE = "W,S,E,N|FILE.geojson", "fr|en|br…"


class Folder(click.Path):
    """A folder, there or not.  Click would name it at import, before the language is known."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        self.name = _("folder")
        return super().convert(value, param, ctx)


class Count(click.IntRange):
    """A whole number from 1 on; its name is read where an error says what was wanted."""

    name = "1, 2, 3…"

    def __init__(self) -> None:
        super().__init__(min=1)


def _numbers(text: str, count: int) -> list[float] | None:
    """Return `count` numbers separated by commas, None if they aren't."""
    parts = text.split(",")
    if len(parts) != count:
        return None
    try:
        return [float(part) for part in parts]
    except ValueError:
        return None


def lng_lat(_ctx: click.Context, _param: click.Parameter, value: str | None) -> LngLat | None:
    """Return '7.4203,43.7311' as a position.  Raises PositionOutOfRange outside the map."""
    if value is None:
        return None
    numbers = _numbers(value, 2)
    if numbers is None:
        words = _("“{value}” is no position. Write longitude,latitude: 7.4203,43.7311")
        raise click.BadParameter(words.format(value=value))
    return check_position(numbers[0], numbers[1])


def bbox(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Bbox | None:
    """Return '7.40,43.72,7.44,43.76' as a box; west > east crosses the antimeridian."""
    if value is None:
        return None
    numbers = _numbers(value, 4)
    if numbers is None or not -90 <= numbers[1] < numbers[3] <= 90:
        words = _("“{value}” is no area. Write west,south,east,north: 7.40,43.72,7.44,43.76")
        raise click.BadParameter(words.format(value=value))
    west, south, east, north = numbers
    # The poles lie beyond Web Mercator; a box may reach them, its map ends before.
    south, north = max(south, -MAX_LAT), min(north, MAX_LAT)
    check_position(west, south)
    check_position(east, north)
    return Bbox(west, south, east, north)


def area(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[Bbox | None, Any]:
    """Return a box, or the zones of a GeoJSON file, as (box, outline).

    Raises FileMissing, GeometryUnreadable where the file holds no zone.
    """
    if value is None or not value.lower().endswith((".geojson", ".json")):
        return bbox(ctx, param, value), None
    return None, read_zones(Path(value))


def read_zones(path: Path) -> Any:
    """Return the polygons of a GeoJSON file as one shape, in WGS84 degrees."""
    import shapely

    try:
        found = shapely.from_geojson(path.read_bytes())
        parts = shapely.get_parts(shapely.get_parts(found))
    except OSError as error:
        raise FileMissing(name=path.name) from error
    except (shapely.errors.GEOSException, UnicodeDecodeError) as error:
        raise GeometryUnreadable(found=path.name) from error
    zones = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    if not zones:
        raise GeometryUnreadable(found=path.name)
    outline = shapely.union_all(shapely.make_valid(zones))
    west, south, east, north = outline.bounds
    check_position(west, south)
    check_position(east, north)
    return outline


def language(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Return the code of a language, as OpenStreetMap's name:… writes it."""
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", value):
        words = _("“{value}” is no language. Write its code: fr, en, br")
        raise click.BadParameter(words.format(value=value))
    return value


def zooms(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Sequence[int] | None:
    """Return '12-17', or '15' alone, as a range of zooms."""
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", value.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not 0 <= first <= last <= 22:
        words = _("“{value}” is no range of zooms. Write two numbers from 0 to 22: 12-17")
        raise click.BadParameter(words.format(value=value))
    return range(first, last + 1)


def size(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[int, int]:
    """Return '1366x768' as width and height in pixels."""
    match = re.fullmatch(r"(\d{2,5})[x×](\d{2,5})", value.strip())
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (16 <= width <= 16384 and 16 <= height <= 16384):
        words = _("“{value}” is no size. Write width x height in pixels: 1366x768")
        raise click.BadParameter(words.format(value=value))
    return width, height
