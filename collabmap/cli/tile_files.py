"""Base maps of any kind: say what a file is, turn it into the one that every program reads."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from collabmap.app.progress import Progress
from collabmap.app.tile_words import guess_sentences, kind_word
from collabmap.app.words import N_, _, format_number, format_size, ngettext
from collabmap.cli import kinds
from collabmap.cli.basemap import basemap
from collabmap.cli.desk import long_work, say, say_json, say_table
from collabmap.cli.verbs import as_json, option
from collabmap.domain.geometry import check_position
from collabmap.domain.georeference import MIN_POINTS, ControlPoint, Fit

PARTS = {
    "reading": N_("Reading the picture"),
    "painting": N_("Painting tiles"),
    "writing": N_("Writing the file"),
}
_layer = option(
    "--layer", default="", metavar="NAME", help=N_("Of a GeoPackage; otherwise the first one.")
)


def _zooms(ctx: click.Context, param: click.Parameter, value: str | None) -> Sequence[int] | None:
    return None if value is None else kinds.zooms(ctx, param, value)


@basemap.command(
    "info",
    help=N_(
        "Say what a base map is: its kind, area, zooms, and what it left to be guessed."
        "\n\nMBTiles, PMTiles, GeoPackage, or a folder of tiles."
    ),
    examples=("collabmap basemap info town.mbtiles", "collabmap basemap info tiles/ --json"),
)
@click.argument("file", type=click.Path(path_type=Path))
@_layer
@as_json
def info(file: Path, layer: str, as_json: bool) -> None:
    from collabmap.store.tile_files import open_tiles

    with open_tiles(file, layer) as source:
        count = source.count()
        facts = {
            "path": str(file),
            "kind": source.kind,
            "name": source.name,
            "format": source.format,
            "tile_size": source.tile_size,
            "zooms": [source.min_zoom, source.max_zoom],
            "bounds": list(source.bounds),
            "tiles": count,
            "bytes": _size(file),
            "attribution": source.attribution,
            "license": source.metadata.get("license", ""),
            "guessed": list(source.guessed),
            "is_slow": source.is_slow,
        }
        if as_json:
            say_json(facts)
            return
        zooms = f"{source.min_zoom}-{source.max_zoom}"
        rows = [
            (_("Kind"), kind_word(source.kind)),
            (_("Name"), source.name),
            (_("Pictures"), f"{source.format}, {source.tile_size} px"),
            (_("Zooms"), zooms if source.min_zoom < source.max_zoom else str(source.min_zoom)),
            (_("Area"), ",".join(f"{degrees:.5f}" for degrees in source.bounds)),
            (_("Tiles"), format_number(count)),
            (_("Size"), format_size(_size(file))),
            (_("From"), source.attribution),
        ]
        say_table([row for row in rows if row[1]])
        say(*guess_sentences(source.guessed))
        if source.is_slow:
            say(_("It has no index, so it is slow to look at. Convert it: {command}").format(
                command="collabmap basemap convert"
            ))  # fmt: skip


@basemap.command(
    "convert",
    help=N_(
        "Turn tiles of any kind into one base map (.mbtiles). The pictures are kept as they are."
        "\n\nMBTiles, PMTiles, GeoPackage, or a folder of tiles. Only a GeoPackage in another"
        " reference system is painted anew. Ctrl+C stops cleanly and leaves nothing behind."
    ),
    examples=(
        "collabmap basemap convert ortho.pmtiles ortho.mbtiles",
        'collabmap basemap convert tiles/ plan.mbtiles --name "Plan 1850"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@_layer
@option(
    "--area",
    metavar=kinds.BBOX,
    callback=kinds.bbox,
    help=N_("Only what touches it; otherwise all."),
)
@option(
    "--zoom",
    "zooms",
    metavar=kinds.ZOOMS,
    callback=_zooms,
    help=N_("Only these zooms; otherwise all."),
)
@option("--name", default="", help=N_("What it calls itself; otherwise as before."))
@option("--replace", is_flag=True, help=N_("Write over a file of that name."))
def convert(file: Path, out: Path, **how: Any) -> None:
    from collabmap.basemap import conversion

    if out.suffix != ".mbtiles":
        out = out.with_name(f"{out.name}.mbtiles")
    with long_work() as (progress, cancel):
        report = conversion.convert(
            file,
            out,
            progress=_spoken(progress),
            cancel=cancel.check,
            **how,
        )
    _say_written(report.path, report.tiles, report.bytes, report.seconds)
    say(*guess_sentences(report.guessed))
    if report.skipped:
        words = ngettext(
            "{count} tile held no picture and was left out.",
            "{count} tiles held no picture and were left out.",
            report.skipped,
        )
        say(words.format(count=format_number(report.skipped)))


def _points(
    _ctx: click.Context, _param: click.Parameter, values: Sequence[str]
) -> list[ControlPoint]:
    """Return each 'X,Y,LON,LAT' as a point."""
    points = []
    for value in values:
        try:
            x, y, lng, lat = map(float, value.split(","))
        except ValueError as error:
            words = _("“{value}” is no point. Write pixels and position: 812,455,7.4203,43.7311")
            raise click.BadParameter(words.format(value=value)) from error
        points.append(ControlPoint(x, y, *check_position(lng, lat)))
    return points


@basemap.command(
    "georeference",
    help=N_(
        "Lay a scanned plan or an aerial photo over the map, by three points or more."
        "\n\nEach point is a spot on the picture, in pixels from its upper left corner, and the"
        " same spot on the ground. From the fourth point on, the distances show what is off."
    ),
    examples=(
        "collabmap basemap georeference plan-1850.jpg plan-1850.mbtiles \\",
        "    --point 120,95,7.4148,43.7389 --point 2870,130,7.4286,43.7391 \\",
        "    --point 2790,1980,7.4281,43.7302 --point 160,2010,7.4145,43.7305",
        "collabmap basemap georeference ortho.tif ortho.mbtiles --world-file 2154",
    ),
)
@click.argument("image", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@option(
    "--point",
    "points",
    multiple=True,
    metavar="X,Y,LON,LAT",
    callback=_points,
    help=N_("A spot on the picture and on the ground; three times or more."),
)
@option(
    "--world-file",
    "epsg",
    type=int,
    metavar="EPSG",
    help=N_("Read the world file beside it (.pgw, .jgw, .tfw), in this reference system."),
)
@option(
    "--zoom",
    "zooms",
    metavar=kinds.ZOOMS,
    callback=_zooms,
    help=N_("From the far view to the near one; otherwise what suits the picture."),
)
@option("--name", default="", help=N_("What it calls itself; otherwise as its file."))
@option("--attribution", default="", help=N_("Whom the picture is from, shown with the map."))
@option(
    "--format",
    "fmt",
    type=click.Choice(["webp", "png"]),
    default="webp",
    show_default=True,
    help=N_("WebP is smaller, PNG is read by older programs."),
)
@option("--replace", is_flag=True, help=N_("Write over a file of that name."))
def georeference(
    image: Path, out: Path, points: list[ControlPoint], epsg: int | None, **how: Any
) -> None:
    from collabmap.basemap import scan
    from collabmap.domain.georeference import fit

    if (epsg is None) == (not points):
        raise click.UsageError(_("Give points with --point, or --world-file."))
    if out.suffix != ".mbtiles":
        out = out.with_name(f"{out.name}.mbtiles")
    found = fit(points) if epsg is None else scan.fit_world_file(image, epsg)
    if points:
        _say_fit(points, found)
    with long_work() as (progress, cancel):
        report = scan.place(
            image, out, found.affine, progress=_spoken(progress), cancel=cancel.check, **how
        )
    _say_written(report.path, report.tiles, report.bytes, report.seconds)


def _say_fit(points: Sequence[ControlPoint], found: Fit) -> None:
    """Say how far each point is off, and which one is to be looked at again."""
    words = _("Point {number} ({x}, {y}): {metres} m off")
    for number, (point, off) in enumerate(zip(points, found.residuals_m, strict=True), 1):
        metres = format_number(off, 1)
        say(words.format(number=number, x=f"{point.x:g}", y=f"{point.y:g}", metres=metres))
    say(_("Altogether: {metres} m").format(metres=format_number(found.rms_m, 1)))
    if len(points) == MIN_POINTS:
        say(_("Three points always fit. A fourth one shows whether they are right."))
    if found.worst is not None:
        words = _("Look at point {number} again: without it the others fit much better.")
        say(words.format(number=found.worst + 1))


def _say_written(path: Path, count: int, size: int, seconds: float) -> None:
    tiles = ngettext("{count} tile", "{count} tiles", count)
    words = _("{path}: {tiles}, {size}, in {seconds} s.")
    say(
        words.format(
            path=path,
            tiles=tiles.format(count=format_number(count)),
            size=format_size(size),
            seconds=format_number(seconds, 1),
        )
    )


def _size(path: Path) -> int:
    """Return how many bytes a file, or all the files of a folder, take."""
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size


def _spoken(progress: Callable[[Progress], None]) -> Callable[[int, int, str], None]:
    """Return the callback of long work on tiles, with its parts in words."""
    return lambda done, total, part: progress(Progress(done, total, _(PARTS[part])))


# They hang on `basemap`, which is a command already.
COMMANDS: tuple[click.Command, ...] = ()
