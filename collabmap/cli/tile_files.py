"""Base maps of any kind: say what a file is, turn it into the one that every program reads."""

from collections.abc import Callable
from pathlib import Path

import click

from collabmap.app.progress import Progress
from collabmap.app.tile_words import guess_sentences, kind_word
from collabmap.app.words import N_, _, format_number, format_size, ngettext
from collabmap.cli.basemap import basemap
from collabmap.cli.desk import long_work, say, say_json, say_table
from collabmap.cli.verbs import as_json, option

PARTS = {
    "reading": N_("Reading the picture"),
    "painting": N_("Painting tiles"),
    "writing": N_("Writing the file"),
}
_layer = option(
    "--layer", default="", metavar="NAME", help=N_("Of a GeoPackage; otherwise the first one.")
)


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
@option("--name", default="", help=N_("What it calls itself; otherwise as before."))
@option("--replace", is_flag=True, help=N_("Write over a file of that name."))
def convert(file: Path, out: Path, layer: str, name: str, replace: bool) -> None:
    from collabmap.basemap import conversion

    if out.suffix != ".mbtiles":
        out = out.with_name(f"{out.name}.mbtiles")
    with long_work() as (progress, cancel):
        report = conversion.convert(
            file,
            out,
            layer=layer,
            name=name,
            replace=replace,
            progress=_spoken(progress),
            cancel=cancel.check,
        )
    tiles = ngettext("{count} tile", "{count} tiles", report.tiles)
    words = _("{path}: {tiles}, {size}, in {seconds} s.")
    say(
        words.format(
            path=report.path,
            tiles=tiles.format(count=format_number(report.tiles)),
            size=format_size(report.bytes),
            seconds=format_number(report.seconds, 1),
        ),
        *guess_sentences(report.guessed),
    )
    if report.skipped:
        words = ngettext(
            "{count} tile held no picture and was left out.",
            "{count} tiles held no picture and were left out.",
            report.skipped,
        )
        say(words.format(count=format_number(report.skipped)))


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
