"""Writing places: add, edit, delete, comment, undo, redo."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabmap.app.deed_words import deed_words, left_words
from collabmap.app.shape_words import FLAW_WORDS
from collabmap.app.undoing import UndoLabel, UndoResult
from collabmap.app.words import N_, _, ngettext
from collabmap.cli import kinds
from collabmap.cli.desk import (
    Desk,
    find_place,
    pass_desk,
    place_argument,
    project_argument,
    say,
    say_json,
    short,
    take_turn,
    uuid_text,
)
from collabmap.cli.field_options import as_registers, field_option, read_fields
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.domain.geometry import Prepared, from_geojson, prepare
from collabmap.errors import (
    CollabMapError,
    FileMissing,
    GeometryUnreadable,
    NothingToRedo,
    NothingToUndo,
)

if TYPE_CHECKING:
    from collabmap.app.walks import WalkView

as_person = option(
    "--as", "person", metavar="NAME", help=N_("Who is speaking: a first name or a nickname.")
)

# --- add --------------------------------------------------------------------------------------


@click.command(
    "add",
    cls=Verb,
    help=N_(
        "Add a place.\n\n"
        "The contact is sealed: only coordinators can read it, and no export holds it."
    ),
    examples=(
        "collabmap add condamine.collabmap 'Fontaine' --category eau --at 7.4203,43.7311",
        "collabmap add condamine.collabmap 'Repair café' --category savoir-faire \\",
        "    --at 7.4186,43.7331 --tag vélo --tag radio --contact '06 00 00 00 00' --as Marcel",
        "collabmap add condamine.collabmap 'Parc' --category nature --shape parc.geojson",
        "collabmap add condamine.collabmap 'Le tour du port' --category deplacer --gpx tour.gpx",
        "collabmap add condamine.collabmap 'Salle du Ponant' --category salle \\",
        "    --at 7.4186,43.7331 --field capacity=80 --field 'opening-hours=lun-ven 9h-18h'",
    ),
)
@project_argument
@click.argument("name")
@option("--category", required=True, metavar="ID", help=N_("What it is, such as nature or eau."))
@option(
    "--at",
    "position",
    metavar=kinds.LNG_LAT,
    callback=kinds.lng_lat,
    help=N_("Where it is, in degrees."),
)
@option(
    "--shape",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help=N_("A line or a zone, as a GeoJSON geometry; - reads it from the input."),
)
@option(
    "--gpx",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("Where somebody walked, as a phone or a watch recorded it."),
)
@option("--walk", "number", type=kinds.Count(), help=N_("Which walk of the GPX file."))
@option(
    "--hide-ends",
    "hidden_m",
    type=click.IntRange(min=0),
    metavar="METRES",
    default=100,
    show_default=True,
    help=N_("Hide a walk so near to where it began and ended; 0 shows it whole."),
)
@option("--description", default="", help=N_("A few words."))
@option("--tag", "tags", multiple=True, help=N_("A word to find it by; may be repeated."))
@option("--contact", default="", help=N_("How to reach somebody; never published."))
@field_option
@as_person
@as_json
@pass_desk
def add(
    desk: Desk,
    project: Path,
    name: str,
    category: str,
    position: LngLat | None,
    shape: Path | None,
    gpx: Path | None,
    number: int | None,
    hidden_m: int,
    description: str,
    tags: tuple[str, ...],
    contact: str,
    fields: tuple[str, ...],
    person: str | None,
    as_json: bool,
) -> None:
    if [position, shape, gpx].count(None) != 2:
        raise click.UsageError(
            _(
                "Say where it is: --at LNG,LAT for a place, --shape FILE for a line or a zone, "
                "or --gpx FILE for a walk."
            )
        )
    drawn: Prepared | WalkView | None = None
    if shape is not None:
        drawn = _read_shape(shape)
    elif gpx is not None:
        drawn = _read_walk(gpx, number, hidden_m)
    where = drawn.position if drawn else position
    assert where is not None, "one of the three was given"
    with desk.opened(project, to_write=True) as session:
        draft = PlaceDraft(
            name=name,
            category=category,
            lng=where.lng,
            lat=where.lat,
            description=description,
            tags=tags,
            contact=contact,
            geometry_wkb=drawn.wkb if drawn else None,
            values=read_fields(session, fields),
        )
        take_turn(session, person)
        feature = session.add(draft)
        if as_json:
            say_json({"id": uuid_text(feature), "name": name})
        else:
            say(_("“{name}” is saved, number {number}.").format(name=name, number=short(feature)))


def _read_shape(path: Path) -> Prepared:
    """Return the shape of a GeoJSON geometry or feature; says on stderr what was put right."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise FileMissing(name=path.name) from error
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        raise GeometryUnreadable(found=path.name) from error
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    shape = from_geojson(value)
    if shape is None:
        raise GeometryUnreadable(found=path.name)
    prepared = prepare(shape.geometry)
    for flaw in sorted(shape.flaws | prepared.flaws):
        click.echo(_(FLAW_WORDS[flaw]), err=True)
    return prepared


def _read_walk(path: Path, number: int | None, hidden_m: int) -> "WalkView":
    """Return the walk of a GPX file; says on stderr what was left out and hidden."""
    # Imported late, numpy with it: nobody waits for it who adds a bench.
    from collabmap.app.walks import read_walks, walk_sentences, walk_view, walk_words

    found = read_walks(path)
    if number is None and len(found.tracks) > 1:
        lines = [
            f"  --walk {n}  {whole.name or '–'}  {walk_words(whole)}"
            for n, whole in enumerate(found.whole, 1)
        ]
        words = ngettext(
            "“{name}” holds {count} walk. Say which one:",
            "“{name}” holds {count} walks. Say which one:",
            len(lines),
        ).format(name=path.name, count=len(lines))
        raise click.UsageError("\n".join([words, *lines]))
    if number is not None and number > len(found.tracks):
        raise click.UsageError(_("“{name}” has no such walk.").format(name=path.name))
    walk = walk_view(found.tracks[(number or 1) - 1], hidden_m)
    for sentence in walk_sentences(walk, found):
        click.echo(sentence, err=True)
    return walk


# --- edit and delete --------------------------------------------------------------------------


@click.command(
    "edit",
    cls=Verb,
    help=N_(
        "Change a place.\n\n"
        "What is not named stays as it is; where two values stand side by side, yours settles it."
    ),
    examples=(
        "collabmap edit condamine.collabmap 9f3a01bc --name 'Fontaine de la place'",
        "collabmap edit condamine.collabmap Fontaine --at 7.4204,43.7312 --as Inès",
        "collabmap edit condamine.collabmap Fontaine --tag ombre --tag banc",
        "collabmap edit condamine.collabmap 'Salle du Ponant' --field capacity=120 --field price=",
    ),
)
@project_argument
@place_argument
@option("--name", help=N_("Its name."))
@option("--category", metavar="ID", help=N_("What it is, such as nature or eau."))
@option(
    "--at",
    "position",
    metavar=kinds.LNG_LAT,
    callback=kinds.lng_lat,
    help=N_("Where it is, in degrees."),
)
@option("--description", help=N_("A few words."))
@option("--tag", "tags", multiple=True, help=N_("All its tags from now on; may be repeated."))
@option("--no-tags", is_flag=True, help=N_("Take all its tags away."))
@option("--contact", help=N_("How to reach somebody; never published."))
@field_option
@as_person
@pass_desk
def edit(
    desk: Desk,
    /,
    project: Path,
    place: str,
    person: str | None,
    tags: tuple[str, ...],
    no_tags: bool,
    fields: tuple[str, ...],
    **named: Any,
) -> None:
    values = {field: value for field, value in named.items() if value is not None}
    if tags or no_tags:
        values["tags"] = () if no_tags else tags
    if not (values or fields):
        raise click.UsageError(_("Say what changes, such as --name or --at."))
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
        values |= as_registers(read_fields(session, fields))
        take_turn(session, person)
        session.edit(view, values)
        name = values.get("name", view.name)
        say(_("“{name}” is saved.").format(name=name))


@click.command(
    "delete",
    cls=Verb,
    help=N_(
        "Take a place off the map.\n\n"
        "Somebody else's place stays until a coordinator has looked at it."
    ),
    examples=(
        "collabmap delete condamine.collabmap 9f3a01bc --as Paul",
        "collabmap delete condamine.collabmap Fontaine --reason 'Elle a été démontée.'",
    ),
)
@project_argument
@place_argument
@option("--reason", default="", help=N_("Why: a coordinator will read it."))
@as_person
@pass_desk
def delete(desk: Desk, project: Path, place: str, reason: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
        take_turn(session, person)
        if session.delete(view, reason):
            say(_("“{name}” is gone.").format(name=view.name))
        else:
            waits = _("You suggest to delete “{name}”. A coordinator will look at it.")
            say(waits.format(name=view.name))


@click.command(
    "comment",
    cls=Verb,
    help=N_("Say something about a place."),
    examples=("collabmap comment condamine.collabmap Fontaine 'Elle fuit.' --as Inès",),
)
@project_argument
@place_argument
@click.argument("text")
@as_person
@pass_desk
def comment(desk: Desk, project: Path, place: str, text: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
        take_turn(session, person)
        session.comment(view, text)
        say(_("Your words about “{name}” are saved.").format(name=view.name))


show_deed = option(
    "--show", is_flag=True, help=N_("Only say what would be done; nothing is written.")
)


@click.command(
    "undo",
    cls=Verb,
    help=N_("Undo the last thing that the person at this computer did to this map."),
    examples=("collabmap undo condamine.collabmap", "collabmap undo condamine.collabmap --show"),
)
@project_argument
@show_deed
@pass_desk
def undo(desk: Desk, project: Path, show: bool) -> None:
    with desk.opened(project, to_write=True) as session:
        if show:
            _say_deed(session.undo_words()[0], NothingToUndo())
        else:
            _say_done(session.undo(), _("Undone: {deed}"))


@click.command(
    "redo",
    cls=Verb,
    help=N_("Do again what the person at this computer undid last on this map."),
    examples=("collabmap redo condamine.collabmap",),
)
@project_argument
@show_deed
@pass_desk
def redo(desk: Desk, project: Path, show: bool) -> None:
    with desk.opened(project, to_write=True) as session:
        if show:
            _say_deed(session.undo_words()[1], NothingToRedo())
        else:
            _say_done(session.redo(), _("Done again: {deed}"))


def _say_deed(label: UndoLabel | None, nothing: CollabMapError) -> None:
    if label is None:
        raise nothing
    say(deed_words(label.kind, label.name))


def _say_done(result: UndoResult, words: str) -> None:
    if result.why_not is not None:
        raise result.why_not
    say(words.format(deed=deed_words(result.kind, result.label)))
    if result.left:
        say(left_words(result.left))


COMMANDS: tuple[click.Command, ...] = (add, edit, delete, comment, undo, redo)
