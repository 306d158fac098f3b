"""Read the extracts of a recipe into the folder of those who paint it."""

from collections.abc import Callable

from collabmap.basemap import extract, far_ground, gazetteer_build, painting
from collabmap.basemap.cartography import PLACE_NAMES
from collabmap.basemap.coastline import Frame
from collabmap.basemap.painting import Desk
from collabmap.basemap.recipe import Recipe
from collabmap.basemap.spool import SpoolWriter
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of, window
from collabmap.errors import CollabMapError
from collabmap.render import fonts

# What was refused, and the details of its words.
Refusal = tuple[type[CollabMapError], dict[str, object]]


def is_large(recipe: Recipe) -> bool:
    """Whether the extracts are so large that reading them should have a process of its own."""
    return sum(path.stat().st_size for path in recipe.sources if path.exists()) > extract.LARGE


def spool_in_worker(recipe: Recipe, desk: Desk) -> int | Refusal:
    """Return what `spool` returns.  What is refused comes home as a value: an error would lose
    its words on the way."""
    try:
        return spool(recipe, desk, painting.check_over)
    except CollabMapError as error:
        return type(error), error.details


def gather_in_worker(recipe: Recipe, desk: Desk) -> int | Refusal:
    """Read what the search index is made of; return 0, or what is refused."""
    try:
        gazetteer_build.gather(
            desk.search,
            recipe.sources,
            recipe.box,
            language=recipe.language,
            cancel=painting.check_over,
        )
    except CollabMapError as error:
        return type(error), error.details
    return 0


def spool(recipe: Recipe, desk: Desk, cancel: Callable[[], None]) -> int:
    """Spool the extracts into the folder; return the bytes of the names to draw.

    Raises FileMissing, ExtractUnreadable, AreaNotCovered, DiskFull and what `cancel` raises.
    """
    view = whole_tiles(recipe.box, recipe.levels[0])
    with desk.layers.open("wb+") as file:
        writer = SpoolWriter(file)
        extract.collect(
            recipe.sources,
            recipe.box,
            writer,
            view=view,
            language=recipe.language,
            folder=desk.folder,
            has_numbers=recipe.levels[-1] >= PLACE_NAMES["house_number"].first_zoom,
            cancel=cancel,
        )
        if recipe.levels[0] <= far_ground.LAST_ZOOM:
            _add_far_ground(recipe, writer, view)
        index = writer.finish()
    index.save(desk.contents)
    return index.size_of("street", "spot")


def _add_far_ground(recipe: Recipe, writer: SpoolWriter, view: Bbox) -> None:
    columns, rows = window(recipe.box, recipe.levels[0])
    across = float(1 << recipe.levels[0])
    shown = tuple(
        Frame(run.start / across, rows.start / across, run.stop / across, rows.stop / across)
        for run in columns
    )
    has_sea = any(True for _ in writer.so_far(lambda layer: layer == ("area", "sea")))
    known = extract.frames_of(view if has_sea else recipe.box)
    # The world's coast lies beside the fonts, in resources/.
    far_ground.add(writer, fonts.folder().parent / "overview", shown, known)


def whole_tiles(area: Bbox, zoom: int) -> Bbox:
    """Return the box of the tiles that cover an area, three times the area at most.

    One tile of a far zoom reaches well beyond the extract, where there is nothing to draw and
    where a coast must not be guessed.
    """
    columns, rows = window(area, zoom)
    north_west = bounds_of(Tile(zoom, columns[0].start, rows.start))
    south_east = bounds_of(Tile(zoom, columns[-1].stop - 1, rows.stop - 1))
    width = (area.east - area.west) % 360
    height = area.north - area.south
    if width == 0 or area.west > area.east:
        return Bbox(area.west, south_east.south, area.east, north_west.north)
    return Bbox(
        max(north_west.west, area.west - width),
        max(south_east.south, area.south - height),
        min(south_east.east, area.east + width),
        min(north_west.north, area.north + height),
    )
