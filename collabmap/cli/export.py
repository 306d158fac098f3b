"""What leaves the house: the published map as GeoJSON, and the map as a picture."""

from pathlib import Path

import click

from collabmap.app.words import N_, _, language, ngettext
from collabmap.cli import kinds
from collabmap.cli.desk import Desk, long_work, pass_desk, project_argument, say
from collabmap.cli.verbs import Verb, Verbs, option
from collabmap.domain.geo import Bbox


@click.group("export", cls=Verbs, help=N_("Write the published map for other programs."))
def export() -> None:
    pass


@export.command(
    "geojson",
    help=N_(
        "Write the published places as GeoJSON, for QGIS, uMap or an open-data portal.\n\n"
        "No contact, and no name without consent. With --draft also what awaits review."
    ),
    examples=(
        "collabmap export geojson condamine.collabmap condamine.geojson",
        "collabmap --language en export geojson condamine.collabmap draft.geojson --draft",
    ),
)
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@option("--draft", is_flag=True, help=N_("Also what awaits review, marked as such."))
@pass_desk
def geojson(desk: Desk, project: Path, file: Path, draft: bool) -> None:
    with desk.opened(project) as session, long_work() as (progress, cancel):
        report = session.export_geojson(
            file, draft=draft, language=language(), progress=progress, cancel=cancel
        )
    places = ngettext("{count} place", "{count} places", report.features)
    say(
        _("{path}: {places}.").format(path=report.path, places=places.format(count=report.features))
    )
    if report.left_out:
        left = ngettext(
            "{count} place is not in it: it is not published.",
            "{count} places are not in it: they are not published.",
            report.left_out,
        )
        say(left.format(count=report.left_out))


@click.command(
    "picture",
    cls=Verb,
    help=N_("Write the map as a picture (.png), with its base map. Needs no screen."),
    examples=(
        "collabmap picture condamine.collabmap condamine.png",
        "collabmap picture condamine.collabmap port.png --size 1920x1080 \\",
        "    --area 7.415,43.730,7.426,43.736",
    ),
)
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@option(
    "--size",
    default="1366x768",
    show_default=True,
    metavar=kinds.SIZE,
    callback=kinds.size,
    help=N_("Width and height in pixels."),
)
@option(
    "--area",
    metavar=kinds.BBOX,
    callback=kinds.bbox,
    help=N_("What it shows; otherwise all places."),
)
@pass_desk
def picture(
    desk: Desk, project: Path, file: Path, size: tuple[int, int], area: Bbox | None
) -> None:
    # Qt takes its time to load, and most commands need none of it.
    from collabmap.app.picture import write_picture

    with desk.opened(project) as session:
        marks = write_picture(session, file, bbox=area, size=size)
    places = ngettext("{count} place", "{count} places", marks).format(count=marks)
    say(_("{path}: {places}.").format(path=file, places=places))


COMMANDS: tuple[click.Command, ...] = (export, picture)
