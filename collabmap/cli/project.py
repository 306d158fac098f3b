"""A map as a whole: new, open, info, person, handout, rebuild."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collabmap.app.session import Session
from collabmap.app.settings import DEFAULT_THEME
from collabmap.app.themes import BLANK_THEME, find_theme, ready_names, ready_theme
from collabmap.app.words import N_, _, explain, format_number, format_size, ngettext
from collabmap.cli.base_maps import find_map
from collabmap.cli.desk import (
    Desk,
    long_work,
    pass_desk,
    project_argument,
    say,
    say_json,
    say_table,
    take_turn,
)
from collabmap.cli.verbs import Verb, as_json, option

if TYPE_CHECKING:
    from collabmap.app.kit_trial import KitTrial

ROLES = {
    "coordinator": N_("coordinator"),
    "resident": N_("resident"),
    "guest": N_("guest, until a coordinator admits this computer"),
}


@click.command(
    "new",
    cls=Verb,
    help=N_(
        "Make a new, empty map. You are its coordinator.\n\n"
        "Also says its recovery key, once: write it on paper."
    ),
    examples=(
        "collabmap new condamine.collabmap --name 'La Condamine' --person Jo",
        "collabmap new condamine.collabmap --person Jo --basemap monaco.mbtiles",
        "collabmap new air.collabmap --person Jo --theme qualite-air",
    ),
)
@project_argument
@option("--name", help=N_("What the map is called; otherwise as its file."))
@option("--person", required=True, metavar="NAME", help=N_("Your first name, or a nickname."))
@option("--show-name", is_flag=True, help=N_("Your name may stand on the published map."))
@option(
    "--basemap",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("A base map (.mbtiles); it is copied beside the map."),
)
@option(
    "--theme",
    "theme",
    metavar="NAME|FILE",
    help=N_("What it offers to add: see “collabmap theme list”, or the file of a theme."),
)
@pass_desk
def new(
    desk: Desk,
    project: Path,
    name: str | None,
    person: str,
    show_name: bool,
    basemap: Path | None,
    theme: str | None,
) -> None:
    wanted = find_theme(theme) if theme else ready_theme(DEFAULT_THEME)
    is_ready = theme is None or theme in ready_names()
    path = (
        project
        if project.suffix == ".collabmap"
        else project.with_name(f"{project.name}.collabmap")
    )
    session = Session.create(
        path,
        desk.device,
        name or path.stem,
        person,
        consent=show_name,
        basemap=basemap,
        theme=wanted.id if is_ready else BLANK_THEME,
    )
    with contextlib.closing(session):
        if not is_ready:
            session.apply_theme(wanted)
    say(_("“{name}” is ready: {path}").format(name=name or path.stem, path=path))
    say(
        "",
        _("The recovery key of this map, shown only now:"),
        f"    {session.recovery_code}",
        _("Write it on paper and keep it away from this computer."),
        _("If this computer is lost, it makes another one coordinator: collabmap recover"),
    )


@click.command(
    "open",
    cls=Verb,
    help=N_("Unpack a map that you were given (.cmkit) into a folder."),
    examples=("collabmap open condamine.cmkit ~/Documents",),
)
@click.argument("kit", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@pass_desk
def open_kit(desk: Desk, kit: Path, folder: Path) -> None:
    with long_work() as (progress, cancel):
        session = Session.open_kit(kit, folder, desk.device, progress=progress, cancel=cancel)
    path, problems = session.path, session.kit_problems
    session.close()
    say(_("Your copy is ready: {path}").format(path=path))
    for problem in problems:
        for line in explain(problem):
            click.echo(line, err=True)


@click.command(
    "info",
    cls=Verb,
    help=N_("Say what a map holds and who this computer is in it."),
    examples=("collabmap info condamine.collabmap", "collabmap info condamine.collabmap --json"),
)
@project_argument
@as_json
@pass_desk
def info(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        told = session.info()
        maps = [view.title for view in reversed(told.base_maps)]
        person = session.person
        if as_json:
            say_json(
                {
                    "name": told.name,
                    "path": str(told.path),
                    "project": told.project_id_hex,
                    "role": told.role,
                    "person": person.name if person else None,
                    "places": told.places,
                    "published": told.published,
                    "pending": told.pending,
                    "people": told.people,
                    "changes": told.changes,
                    "unsent": session.unsent(),
                    "read_only": told.read_only,
                    "basemap": str(told.basemap) if told.basemap else None,
                    "digest": told.digest_hex,
                }
            )
            return
        say_table(
            [
                [_("Map"), told.name],
                [_("You are"), person.name if person else _("nobody yet")],
                [_("This computer is"), _(ROLES[told.role])],
                [_("Places"), format_number(told.places)],
                [_("On the published map"), format_number(told.published)],
                [_("Awaiting review"), format_number(told.pending)],
                [_("People"), format_number(told.people)],
                [_("Kept on this computer, not sent"), format_number(session.unsent())],
                [_("Base maps"), ", ".join(maps) if maps else _("none")],
                [_("Digest"), told.digest_hex],
            ]
        )


@click.command(
    "person",
    cls=Verb,
    help=N_(
        "Say who is at this computer; without a name, list its people.\n\n"
        "What is added from here on is signed with this name."
    ),
    examples=(
        "collabmap person condamine.collabmap",
        "collabmap person condamine.collabmap Marcel",
        "collabmap person condamine.collabmap Marcel --show-name",
    ),
)
@project_argument
@click.argument("name", required=False)
@option("--show-name", is_flag=True, help=N_("For a new person: the name may be published."))
@pass_desk
def person(desk: Desk, project: Path, name: str | None, show_name: bool) -> None:
    with desk.opened(project, to_write=name is not None) as session:
        if name is not None:
            known = {each.name.casefold() for each in session.people_here()}
            if name.strip().casefold() in known:
                take_turn(session, name)
            else:
                session.begin_person(name, consent=show_name)
        now = session.person
        for each in session.people_here():
            sign = "*" if now is not None and each.id == now.id else " "
            consent = _("name shown") if each.consent else _("name not shown")
            say(f"{sign} {each.name} ({consent})")
        if now is None:
            say(_("Nobody has said their name yet."))


@click.command(
    "handout",
    cls=Verb,
    help=N_(
        "Make a copy to hand out (.cmkit): the map, its base maps and the invitation.\n\n"
        "Whoever opens it is a resident of this map. Large base maps can be left out."
    ),
    examples=(
        "collabmap handout condamine.collabmap condamine.cmkit",
        "collabmap handout condamine.collabmap small.cmkit --without condamine.photo.mbtiles",
    ),
)
@project_argument
@click.argument("kit", type=click.Path(path_type=Path))
@option(
    "--without",
    multiple=True,
    metavar="WHICH",
    help=N_("Leave this base map out: its file, title or number in “collabmap maps list”."),
)
@option(
    "--try",
    "is_tried",
    is_flag=True,
    help=N_("Open the copy as a resident would, in a folder of its own, and say what works."),
)
@pass_desk
def handout(desk: Desk, project: Path, kit: Path, without: tuple[str, ...], is_tried: bool) -> None:
    with desk.opened(project, to_write=True) as session, long_work() as (progress, cancel):
        stay = {find_map(session, which).file for which in without}
        maps = [view.file for view in session.base_maps() if view.file not in stay]
        report = session.hand_out(kit, maps=maps, progress=progress, cancel=cancel)
        trial = None
        if is_tried:
            trial = session.try_kit(report.path, progress=progress, cancel=cancel)
    with_them = ngettext(
        "{path}, {size}, with {count} base map",
        "{path}, {size}, with {count} base maps",
        len(report.maps),
    )
    words = with_them if report.maps else _("{path}, {size}, without a base map")
    size, count = format_size(report.size_bytes), format_number(len(report.maps))
    say(words.format(path=report.path, size=size, count=count))
    if report.maps_left_out:
        say(_("Left out: {names}").format(names=", ".join(report.maps_left_out)))
    if trial is not None:
        _say_trial(trial)


def _say_trial(trial: "KitTrial") -> None:
    """Say what came of trying a copy; leave with the code of the first problem."""
    for problem in trial.problems:
        say(" ".join(explain(problem)))
    if trial.problems:
        click.get_current_context().exit(trial.problems[0].exit_code)
    from collabmap.app.kit_trial_words import trial_words

    say(trial_words(trial))


@click.command(
    "rebuild",
    cls=Verb,
    help=N_(
        "Build the map again from everything that was ever written, and say its digest.\n\n"
        "The digest is the same before and after, and on every copy with the same contributions."
    ),
    examples=("collabmap rebuild condamine.collabmap",),
)
@project_argument
@pass_desk
def rebuild(desk: Desk, project: Path) -> None:
    with desk.opened(project, to_write=True) as session:
        before = session.info().digest_hex
        after = session.rebuild()
    say(_("Digest: {digest}").format(digest=after))
    if after != before:
        say(_("It was {digest} before: please tell us.").format(digest=before))


COMMANDS: tuple[click.Command, ...] = (new, open_kit, info, person, handout, rebuild)
