"""Base maps: build one from an OpenStreetMap extract."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from collabmap.app.progress import Progress
from collabmap.app.words import N_, _, format_number, format_size, ngettext
from collabmap.cli import kinds
from collabmap.cli.desk import long_work, say
from collabmap.cli.verbs import Verbs, option
from collabmap.domain.geo import Bbox

# What the builder calls its parts.
PARTS = {
    "reading": N_("Reading the extract"),
    "names": N_("Placing the names"),
    "painting": N_("Painting tiles"),
    "writing": N_("Writing the file"),
}


@click.group("basemap", cls=Verbs, help=N_("Make the map that lies under the places."))
def basemap() -> None:
    pass


@basemap.command(
    "build",
    help=N_(
        "Paint a base map (.mbtiles) from an OpenStreetMap extract (.osm.pbf), without a network."
        "\n\nA town needs zooms 12 to 17. Ctrl+C stops cleanly and leaves nothing behind."
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
    with long_work() as (progress, cancel):
        report = builder.build(
            recipe,
            out,
            workers=workers,
            progress=_spoken(progress),
            control=builder.Control(ask=cancel.check),
            replace=replace,
            allow_many=yes,
        )
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


def _spoken(progress: Callable[[Progress], None]) -> Callable[[int, int, str], None]:
    """Return the builder's own kind of callback, with its parts in words."""

    def tell(done: int, total: int, part: str) -> None:
        progress(Progress(done, total, _(PARTS.get(part, part))))

    return tell


COMMANDS: tuple[click.Command, ...] = (basemap,)
