"""Base maps: give one a search, and ask it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from collabmap.app.place_kinds import kind_words
from collabmap.app.progress import Progress
from collabmap.app.words import N_, _, format_distance, format_number, ngettext
from collabmap.cli import kinds
from collabmap.cli.basemap import basemap
from collabmap.cli.desk import long_work, say, say_json, say_table
from collabmap.cli.verbs import as_json, option
from collabmap.domain.geo import Bbox, LngLat
from collabmap.errors import FileMissing

if TYPE_CHECKING:
    from collabmap.app.place_search import FoundPlace


@basemap.command(
    "search-index",
    help=N_(
        "Let a base map be searched: streets, places and house numbers of its extracts.\n\n"
        "The base map itself stays as it is; it then works offline on every computer that has it."
    ),
    examples=(
        "collabmap basemap search-index monaco.osm.pbf monaco.mbtiles",
        "collabmap basemap search-index east.osm.pbf west.osm.pbf town.mbtiles \\",
        "    --area 7.40,43.72,7.45,43.76",
    ),
)
@click.argument("extracts", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.argument("pack", type=click.Path(path_type=Path))
@option(
    "--area",
    metavar=kinds.BBOX,
    callback=kinds.bbox,
    help=N_("What it covers; otherwise all of the extract."),
)
@option(
    "--names",
    "language",
    default="fr",
    show_default=True,
    metavar="LANGUAGE",
    help=N_("The language of the names, where there are several."),
)
def search_index(extracts: tuple[Path, ...], pack: Path, area: Bbox | None, language: str) -> None:
    # The extract's reader takes a second to load that no other command should wait.
    from collabmap.basemap.gazetteer import add_to

    with long_work() as (progress, cancel):

        def tell(done: int, total: int, _part: str) -> None:
            progress(Progress(done, total, _("Reading the names")))

        count = add_to(pack, extracts, area, language=language, progress=tell, cancel=cancel.check)
    entries = ngettext("{count} name", "{count} names", count).format(count=format_number(count))
    say(_("{path}: {names} can be found.").format(path=pack, names=entries))


@basemap.command(
    "find",
    help=N_(
        "Find a street, an address or a place in a base map, also with mistakes.\n\n"
        "A position in numbers is understood too: 43.7311, 7.4203"
    ),
    examples=(
        "collabmap basemap find monaco.mbtiles 'bd princesse charlote'",
        "collabmap basemap find monaco.mbtiles '35 bd Italie' --near 7.4203,43.7311 --json",
    ),
)
@click.argument("pack", type=click.Path(path_type=Path))
@click.argument("text")
@option("--near", metavar=kinds.LNG_LAT, callback=kinds.lng_lat, help=N_("Nearest first."))
@option(
    "--limit",
    type=kinds.Count(),
    metavar="N",
    default=10,
    show_default=True,
    help=N_("At most so many lines."),
)
@as_json
def find(pack: Path, text: str, near: LngLat | None, limit: int, as_json: bool) -> None:
    # Imported late, as above.
    from collabmap.app.place_search import PlaceFinder

    if not pack.is_file():
        raise FileMissing(name=pack.name)
    finder = PlaceFinder()
    try:
        has_index = bool(finder.indexes([pack]))
        answer = finder.find(text, [pack], near, limit)
    finally:
        finder.close()
    if as_json:
        found = [_json(place) for place in answer.found]
        say_json({"has_index": has_index, "found": found, "guess": answer.guess})
        return
    say_table([_words(place) for place in answer.found])
    if not has_index:
        say(_("This base map cannot be searched; “collabmap basemap search-index” changes that."))
    if not answer.found:
        say(_("Nothing for “{text}”").format(text=text))
        if answer.guess:
            say(_("Did you mean “{guess}”?").format(guess=answer.guess))


def _words(place: "FoundPlace") -> list[str]:
    words = [place.name, kind_words(place.kind), place.where]
    if place.distance_m is not None:
        words.append(format_distance(place.distance_m))
    words.append(f"{place.position.lng:.6f},{place.position.lat:.6f}")
    return [*words, place.credit]


def _json(place: "FoundPlace") -> dict[str, object]:
    return {
        "kind": place.kind,
        "name": place.name,
        "where": place.where,
        "lng": place.position.lng,
        "lat": place.position.lat,
        "bbox": list(place.box),
        "distance_m": None if place.distance_m is None else round(place.distance_m),
        "credit": place.credit,
    }


# The verbs hang on the group of base maps, which cli/basemap.py brings.
COMMANDS: tuple[click.Command, ...] = ()
