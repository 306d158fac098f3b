"""The base maps of a project: list, add, remove, move, set, check."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from collabmap.app.base_maps import BaseMapView, Listing, State
from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_number, format_size
from collabmap.cli.desk import (
    Desk,
    long_work,
    pass_desk,
    project_argument,
    say,
    say_json,
    say_table,
)
from collabmap.cli.verbs import Verbs, as_json, option
from collabmap.errors import BaseMapUnknown, FolderNotWritable, ProjectLocked, ProjectReadOnly

# What leaves a check that found something (see docs/command-line.md).
CHANGED = 7
STATES: dict[State, str] = {
    "ok": N_("there"),
    "missing": N_("missing"),
    "changed": N_("changed since it was listed"),
    "unreadable": N_("cannot be read"),
}
WAYS = {"up": 1, "down": -1, "top": 1_000_000, "bottom": -1_000_000}

which_argument = click.argument("which")


@click.group(
    "maps",
    cls=Verbs,
    help=N_("The base maps of a map: several files, one over the other, on this computer."),
)
def maps() -> None:
    pass


@maps.command(
    "list",
    help=N_(
        "List the base maps, the topmost first, as they lie on the screen.\n\n"
        "Also says which files lie beside the map and are not on the list."
    ),
    examples=(
        "collabmap maps list condamine.collabmap",
        "collabmap maps list condamine.collabmap --json",
    ),
)
@project_argument
@as_json
@pass_desk
def list_maps(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        listing = session.reader.base_maps()
    if as_json:
        say_json(
            {
                "base_maps": [_as_json(view) for view in listing.maps],
                "not_listed": [each.path.name for each in listing.beside],
            }
        )
    else:
        _say_listing(listing)


@maps.command(
    "add",
    help=N_(
        "Put a base map on top: it is copied beside the map.\n\n"
        "With --replace it takes the place of another one, whose file is given up."
    ),
    examples=(
        "collabmap maps add condamine.collabmap photo-2024.mbtiles --title 'Aerial photo'",
        "collabmap maps add condamine.collabmap new.mbtiles --replace condamine.mbtiles",
    ),
)
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@option("--title", help=N_("What it is called in the list; otherwise as it calls itself."))
@option("--replace", metavar="WHICH", help=N_("The base map whose place it takes."))
@pass_desk
def add(desk: Desk, project: Path, file: Path, title: str | None, replace: str | None) -> None:
    with desk.opened(project, to_write=True) as session, long_work() as (progress, cancel):
        old = find_map(session, replace).file if replace is not None else None
        view = session.add_base_map(
            file, title=title, replace=old, progress=progress, cancel=cancel
        )
    words = _("“{title}” is on the map: {path}, {size}")
    say(words.format(title=view.title, path=view.path, size=format_size(view.size_bytes)))


@maps.command(
    "remove",
    help=N_(
        "Take a base map off the list. Its file stays, unless you say --delete.\n\n"
        "A file that bears another map’s name is never deleted."
    ),
    examples=(
        "collabmap maps remove condamine.collabmap condamine.photo.mbtiles",
        "collabmap maps remove condamine.collabmap 1 --delete",
    ),
)
@project_argument
@which_argument
@option("--delete", "delete_file", is_flag=True, help=N_("Delete the file too."))
@pass_desk
def remove(desk: Desk, project: Path, which: str, delete_file: bool) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_map(session, which)
        session.remove_base_map(view.file, delete_file=delete_file)
    say(_("“{title}” is off the list.").format(title=view.title))
    if view.path.exists():
        say(_("Its file is kept: {path}").format(path=view.path))


@maps.command(
    "move",
    help=N_("Move a base map one up or down, to the top or to the bottom."),
    examples=(
        "collabmap maps move condamine.collabmap 1 down",
        "collabmap maps move condamine.collabmap condamine.photo.mbtiles bottom",
    ),
)
@project_argument
@which_argument
@click.argument("way", type=click.Choice(list(WAYS)))
@pass_desk
def move(desk: Desk, project: Path, which: str, way: str) -> None:
    with desk.opened(project, to_write=True) as session:
        session.move_base_map(find_map(session, which).file, WAYS[way])
        _say_listing(session.reader.base_maps())


@maps.command(
    "set",
    help=N_("Say how a base map is shown on this computer, and what it is called."),
    examples=(
        "collabmap maps set condamine.collabmap 1 --opacity 60",
        "collabmap maps set condamine.collabmap condamine.photo.mbtiles --hide",
        "collabmap maps set condamine.collabmap 1 --show --title 'Aerial photo 2024'",
    ),
)
@project_argument
@which_argument
@option(
    "--opacity",
    type=click.IntRange(0, 100),
    metavar="0-100",
    help=N_("How clear it is, in percent: at 0 it is not seen."),
)
@option("--show/--hide", "is_visible", default=None, help=N_("Show it, or leave it out."))
@option("--title", help=N_("What it is called in the list."))
@pass_desk
def adjust(
    desk: Desk,
    project: Path,
    which: str,
    opacity: int | None,
    is_visible: bool | None,
    title: str | None,
) -> None:
    with desk.opened(project, to_write=True) as session:
        session.adjust_base_map(
            find_map(session, which).file,
            title=title,
            opacity=None if opacity is None else opacity / 100,
            is_visible=is_visible,
        )
        _say_listing(session.reader.base_maps())


@maps.command(
    "check",
    help=N_(
        "Read every base map whole and compare it with what was put on the list.\n\n"
        "With --accept a file that you changed yourself is taken as it is now."
    ),
    examples=(
        "collabmap maps check condamine.collabmap",
        "collabmap maps check condamine.collabmap --accept condamine.mbtiles",
    ),
)
@project_argument
@option("--accept", multiple=True, metavar="WHICH", help=N_("Take this one as it is now."))
@as_json
@pass_desk
def check(desk: Desk, project: Path, accept: tuple[str, ...], as_json: bool) -> None:
    with ExitStack() as stack, long_work() as (progress, cancel):
        session = _opened_for_checking(desk, project, stack, must_write=bool(accept))
        files = [find_map(session, which).file for which in accept]
        views = session.check_base_maps(accept=files, progress=progress, cancel=cancel)
        beside = session.reader.base_maps().beside
    if as_json:
        say_json([_as_json(view) for view in views])
    else:
        _say_listing(Listing(views, beside))
        if views and all(view.state == "ok" for view in views):
            say(_("All base maps are as they were listed."))
    if any(view.state != "ok" for view in views):
        click.get_current_context().exit(CHANGED)


def _opened_for_checking(
    desk: Desk, project: Path, stack: ExitStack, *, must_write: bool
) -> Session:
    """Open a project so that a first hash can be kept; where it cannot, looking must do."""
    try:
        return stack.enter_context(desk.opened(project, to_write=True))
    except (ProjectLocked, ProjectReadOnly, FolderNotWritable):
        if must_write:
            raise
        return stack.enter_context(desk.opened(project))


# --- which, and what is said ------------------------------------------------------------------


def find_map(session: Session, which: str) -> BaseMapView:
    """Return a base map by its number in the list, its file or its title."""
    views = session.base_maps()
    if which.isdecimal() and 1 <= int(which) <= len(views):
        return views[-int(which)]
    name = Path(which).name
    wanted = which.strip().casefold()
    for view in views:
        if view.file == name or view.title.casefold() == wanted:
            return view
    raise BaseMapUnknown(value=which)


def _say_listing(listing: Listing) -> None:
    say_table(
        [
            [
                str(number),
                _("shown") if view.is_visible else _("hidden"),
                _("{value}%").format(value=format_number(round(100 * view.opacity))),
                format_size(view.size_bytes) if view.state != "missing" else "–",
                view.file,
                _(STATES[view.state]),
                view.title,
            ]
            for number, view in enumerate(reversed(listing.maps), start=1)
        ]
    )
    if not listing.maps:
        say(_("This map has no base map."))
    for each in listing.beside:
        words = _("Beside the map, not on the list: {name}, {size}")
        say(words.format(name=each.path.name, size=format_size(each.size_bytes)))


def _as_json(view: BaseMapView) -> dict[str, Any]:
    return {
        "file": view.file,
        "path": str(view.path),
        "title": view.title,
        "attribution": view.attribution,
        "opacity": view.opacity,
        "visible": view.is_visible,
        "state": view.state,
        "checked": view.is_checked,
        "bytes": view.size_bytes,
        "zooms": list(view.zooms) if view.zooms else None,
        "bounds": list(view.bounds) if view.bounds else None,
    }


COMMANDS: tuple[click.Command, ...] = (maps,)
