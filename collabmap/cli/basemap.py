"""Base maps: build one from OpenStreetMap extracts, and see whether one is whole."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabmap.app.progress import Progress
from collabmap.app.words import N_, _, explain, format_number, format_size, ngettext
from collabmap.cli import kinds
from collabmap.cli.desk import long_work, say, say_json, say_table
from collabmap.cli.verbs import Verbs, as_json, option
from collabmap.domain.geo import Bbox
from collabmap.errors import TooManyTiles

if TYPE_CHECKING:
    from collabmap.basemap.completeness import Completeness

# Exit code of a check that found holes: that of a base map which cannot be used.
INCOMPLETE = 7
# Boxes of holes that are told for each zoom.
SHOWN_HOLES = 5
# What the builder calls its parts.
PARTS = {
    "reading": N_("Reading the extract"),
    "names": N_("Placing the names"),
    "painting": N_("Painting tiles"),
    "searching": N_("Making the search index"),
    "checking": N_("Checking the tiles"),
    "writing": N_("Writing the file"),
}


@click.group("basemap", cls=Verbs, help=N_("Make the map that lies under the places."))
def basemap() -> None:
    pass


@basemap.command(
    "build",
    help=N_(
        "Paint a base map (.mbtiles) from an OpenStreetMap extract (.osm.pbf), without a network."
        "\n\nA town needs zooms 12 to 17. Ctrl+C stops cleanly and leaves nothing behind; after a"
        " power cut the same command goes on where it was."
    ),
    examples=(
        "collabmap basemap build monaco.osm.pbf monaco.mbtiles",
        "collabmap basemap build region.osm.pbf town.mbtiles --zoom 12-18 \\",
        "    --area 7.40,43.72,7.45,43.76 --style dark --workers 2",
        "collabmap basemap build north.osm.pbf south.osm.pbf town.mbtiles --area town.geojson",
    ),
)
@click.argument("extracts", metavar="EXTRACT...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.argument("out", type=click.Path(path_type=Path))
@option(
    "--zoom",
    "zooms",
    default="12-17",
    show_default=True,
    metavar=kinds.ZOOMS,
    callback=kinds.zooms,
    help=N_("From the far view to the near one."),
)
@option(
    "--area",
    metavar=kinds.AREA,
    callback=kinds.area,
    help=N_("What it covers, as a box or as zones in a file; otherwise all of the extract."),
)
@option(
    "--style",
    type=click.Choice(["light", "dark", "contrast"]),
    default="light",
    show_default=True,
    help=N_("Light or dark paper, or strong contrast."),
)
@option(
    "--scale",
    type=click.Choice(["1", "2"]),
    default="1",
    show_default=True,
    help=N_("2 draws twice the pixels, for fine screens; the file grows threefold."),
)
@option(
    "--format",
    "fmt",
    type=click.Choice(["webp", "png"]),
    default="webp",
    show_default=True,
    help=N_("WebP is smaller, PNG is read by older programs."),
)
@option(
    "--language",
    default="fr",
    show_default=True,
    metavar=kinds.LANGUAGE,
    callback=kinds.language,
    help=N_("Names in this language come before the local ones."),
)
@option("--name", default="", help=N_("What it calls itself; otherwise as its file."))
@option("--workers", type=kinds.Count(), metavar="N", help=N_("Processes; otherwise one a core."))
@option("--replace", is_flag=True, help=N_("Replace a file that exists already."))
@option("--yes", is_flag=True, help=N_("Build also what has more than a million tiles."))
def build(
    extracts: Sequence[Path],
    out: Path,
    area: tuple[Bbox, Any],
    zooms: Sequence[int],
    scale: str,
    workers: int | None,
    replace: bool,
    yes: bool,
    **how: Any,
) -> None:
    # The painter brings Qt and the extract's reader: seconds that no other command should wait.
    from collabmap.basemap import builder

    if out.suffix != ".mbtiles":
        out = out.with_name(f"{out.name}.mbtiles")
    box, outline = area
    recipe = builder.Recipe(tuple(extracts), box, outline, tuple(zooms), scale=int(scale), **how)
    how = {"workers": workers, "replace": replace}
    try:
        report = _build(recipe, out, allow_many=yes, **how)
    except TooManyTiles as error:
        if not (sys.stdin.isatty() and click.confirm(" ".join(explain(error)), err=True)):
            raise
        report = _build(recipe, out, allow_many=True, **how)
    tiles = ngettext("{count} tile", "{count} tiles", report.tiles)
    words = _("{path}: {tiles}, {size}, in {seconds} s.")
    say(
        words.format(
            path=report.path,
            tiles=tiles.format(count=format_number(report.tiles)),
            size=format_size(report.bytes),
            seconds=format_number(report.seconds, 1),
        )
    )
    if report.resumed:
        words = ngettext(
            "{count} of them was there already: an earlier build was broken off.",
            "{count} of them were there already: an earlier build was broken off.",
            report.resumed,
        )
        say(words.format(count=format_number(report.resumed)))


def _build(recipe: Any, out: Path, **how: Any) -> Any:
    from collabmap.basemap import builder

    with long_work() as (progress, cancel):
        control = builder.Control(ask=cancel.check)
        return builder.build(recipe, out, progress=_spoken(progress), control=control, **how)


@basemap.command(
    "check",
    help=N_(
        "Say which tiles of an area a base map lacks, zoom by zoom."
        "\n\nEvery tile is looked at; of each zoom some hundreds are really decoded. The exit code"
        " is 7 where something is missing."
    ),
    examples=(
        "collabmap basemap check town.mbtiles",
        "collabmap basemap check town.mbtiles --area town.geojson --zoom 12-17",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option(
    "--area",
    metavar=kinds.AREA,
    callback=kinds.area,
    help=N_("Where it is needed; otherwise what the file says it covers."),
)
@option(
    "--zoom",
    "zooms",
    metavar=kinds.ZOOMS,
    callback=kinds.zooms,
    help=N_("Which zooms are needed; otherwise those it has."),
)
@as_json
def check(
    file: Path, area: tuple[Bbox | None, Any], zooms: Sequence[int] | None, as_json: bool
) -> None:
    from collabmap.basemap import completeness

    box, outline = area
    with long_work() as (progress, cancel):
        part = PARTS["checking"]
        what = _(part)
        found = completeness.check(
            file,
            box,
            zooms,
            outline,
            progress=lambda done, total: progress(Progress(done, total, what)),
            cancel=cancel.check,
        )
    if as_json:
        say_json(
            {
                "path": str(file),
                "complete": found.is_complete,
                "decoded": found.decoded,
                "zooms": [
                    {**level._asdict(), "holes": [list(box) for box in level.holes]}
                    for level in found.levels
                ],
            }
        )
    else:
        _say_levels(found)
    if not found.is_complete:
        click.get_current_context().exit(INCOMPLETE)


def _say_levels(found: "Completeness") -> None:
    head = [_("zoom"), _("needed"), _("missing"), _("empty"), _("unreadable")]
    rows = [[format_number(number) for number in level[:5]] for level in found.levels]
    say_table([head, *rows])
    if found.is_complete:
        say(_("Every tile is there."))
        return
    for level in found.levels:
        for box in level.holes[:SHOWN_HOLES]:
            words = _("zoom {zoom}: not in {box}")
            text = ",".join(f"{side:.5f}" for side in box)
            say(words.format(zoom=level.zoom, box=text))


def _spoken(progress: Callable[[Progress], None]) -> Callable[[int, int, str], None]:
    """Return the builder's own kind of callback, with its parts in words."""

    def tell(done: int, total: int, part: str) -> None:
        progress(Progress(done, total, _(PARTS.get(part, part))))

    return tell


COMMANDS: tuple[click.Command, ...] = (basemap,)
