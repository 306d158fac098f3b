"""Places: list, show, add, edit, delete."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_date, format_distance, format_time, language, ngettext
from collabmap.cli import kinds
from collabmap.cli.desk import (
    Desk,
    find_place,
    pass_desk,
    project_argument,
    say,
    say_json,
    say_table,
    short,
    take_turn,
    uuid_text,
)
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceRow, PlaceView
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.geometry import FLAW_WORDS, Prepared, from_geojson, prepare
from collabmap.errors import FileMissing, GeometryUnreadable
from collabmap.formats.geojson import iso_time

STATES = {
    FeatureState.PENDING: N_("awaiting review"),
    FeatureState.ACCEPTED: N_("reviewed"),
    FeatureState.CHANGE_PROPOSED: N_("change awaiting review"),
    FeatureState.DELETE_PROPOSED: N_("deletion awaiting review"),
    FeatureState.REJECTED: N_("refused"),
}
place_argument = click.argument("place")
as_person = option(
    "--as", "person", metavar="NAME", help=N_("Who is speaking: a first name or a nickname.")
)


# --- list and show ----------------------------------------------------------------------------


@click.command(
    "list",
    cls=Verb,
    help=N_(
        "List the places of a map.\n\n"
        "The short number at the start of a line names the place in other commands."
    ),
    examples=(
        "collabmap list condamine.collabmap",
        "collabmap list condamine.collabmap --text fontaine --near 7.4203,43.7311",
        "collabmap list condamine.collabmap --json --limit 1000",
    ),
)
@project_argument
@option("--text", default="", help=N_("Only places with these words in name or description."))
@option("--area", metavar=kinds.BBOX, callback=kinds.bbox, help=N_("Only places in this box."))
@option("--near", metavar=kinds.LNG_LAT, callback=kinds.lng_lat, help=N_("Nearest first."))
@option(
    "--limit",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help=N_("At most so many lines."),
)
@as_json
@pass_desk
def list_places(
    desk: Desk,
    project: Path,
    text: str,
    area: Bbox | None,
    near: LngLat | None,
    limit: int,
    as_json: bool,
) -> None:
    with desk.opened(project) as session:
        rows, total = session.reader.places(bbox=area, text=text, near=near, limit=limit)
        if as_json:
            say_json({"total": total, "places": [_row_json(session, row) for row in rows]})
            return
        say_table([_row_words(session, row, near) for row in rows])
        count = ngettext("{count} place", "{count} places", total).format(count=total)
        if total > len(rows):
            shown = _("{shown} of {places} shown; --limit shows more")
            count = shown.format(shown=len(rows), places=count)
        say(count)


def _row_words(session: Session, row: PlaceRow, near: LngLat | None) -> list[str]:
    state = _(STATES[row.state])
    if row.disagreement:
        state = f"{state}, {_('disagreement')}"
    words = [short(row.id), row.name, session.theme.category(row.category).label(language())]
    if near is not None:
        words.append(format_distance(row.distance_m))
    return [*words, row.author_name, state]


def _row_json(session: Session, row: PlaceRow) -> dict[str, Any]:
    return {
        "id": uuid_text(row.id),
        "name": row.name,
        "category": row.category,
        "category_label": session.theme.category(row.category).label(language()),
        "lng": row.lng,
        "lat": row.lat,
        "state": row.state.value,
        "author": row.author_name,
        "disagreement": row.disagreement,
    }


@click.command(
    "show",
    cls=Verb,
    help=N_("Show all that is known about a place: also its comments and disagreements."),
    examples=(
        "collabmap show condamine.collabmap 9f3a01bc",
        "collabmap show condamine.collabmap 'Marché de la Condamine' --json",
    ),
)
@project_argument
@place_argument
@as_json
@pass_desk
def show(desk: Desk, project: Path, place: str, as_json: bool) -> None:
    with desk.opened(project) as session:
        view = find_place(session, place)
        if as_json:
            say_json(place_json(view))
        else:
            say_table(_view_words(session, view))


def place_json(view: PlaceView) -> dict[str, Any]:
    """Return a place as scripts read it; `contact` only where this device may see it."""
    told: dict[str, Any] = {
        "id": uuid_text(view.id),
        "name": view.name,
        "category": view.category,
        "description": view.description,
        "tags": list(view.tags),
        "lng": view.lng,
        "lat": view.lat,
        "state": view.state.value,
        "published": view.is_published,
        "author": view.author_name,
        "created": iso_time(view.born_ms),
        "changed": iso_time(view.changed_ms),
        "reason": view.reason,
        "disagreements": [
            {
                "field": s.field,
                "value": value_words(s.value),
                "author": s.author_name,
                "at": iso_time(s.at_ms),
            }
            for s in view.siblings
        ],
        "comments": [
            {"author": c.author_name, "at": iso_time(c.at_ms), "text": c.text}
            for c in view.comments
        ],
    }
    if view.contact is not None:
        told["contact"] = view.contact
    return told


def value_words(value: object) -> str:
    """Return a field's value as one line of text."""
    if isinstance(value, LngLat):
        return f"{value.lng:.7g}, {value.lat:.7g}"
    if isinstance(value, tuple | list):
        return ", ".join(str(each) for each in value)
    return str(value)


def _view_words(session: Session, view: PlaceView) -> list[list[str]]:
    rows = [
        [_("Number"), short(view.id)],
        [_("Name"), view.name],
        [_("Category"), session.theme.category(view.category).label(language())],
        [_("A few words"), view.description],
        [_("Tags"), ", ".join(view.tags)],
        [_("Position"), f"{view.lng:.7g}, {view.lat:.7g}"],
        [_("State"), _(STATES[view.state])],
        [_("Reason"), view.reason],
        [_("Added by"), f"{view.author_name}, {when(view.born_ms)}"],
        [_("Contact"), _contact_words(view)],
    ]
    also = _("also suggested for {field}, by {name}")
    rows += [
        [also.format(field=s.field, name=s.author_name), value_words(s.value)]
        for s in view.siblings
    ]
    rows += [[f"{c.author_name}, {when(c.at_ms)}", c.text] for c in view.comments]
    return [row for row in rows if row[1]]


def _contact_words(view: PlaceView) -> str:
    if view.contact_hidden:
        return _("known, only coordinators can read it")
    return view.contact or ""


def when(at_ms: int) -> str:
    """Return a date and a time of this computer's clock."""
    return f"{format_date(at_ms)}, {format_time(at_ms)}"


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
@option("--description", default="", help=N_("A few words."))
@option("--tag", "tags", multiple=True, help=N_("A word to find it by; may be repeated."))
@option("--contact", default="", help=N_("How to reach somebody; never published."))
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
    description: str,
    tags: tuple[str, ...],
    contact: str,
    person: str | None,
    as_json: bool,
) -> None:
    if (position is None) == (shape is None):
        raise click.UsageError(
            _("Say where it is: --at LNG,LAT for a place, --shape FILE for a line or a zone.")
        )
    drawn = _read_shape(shape) if shape is not None else None
    where = drawn.position if drawn else position
    assert where is not None, "one of the two was given"
    draft = PlaceDraft(
        name=name,
        category=category,
        lng=where.lng,
        lat=where.lat,
        description=description,
        tags=tags,
        contact=contact,
        geometry_wkb=drawn.wkb if drawn else None,
    )
    with desk.opened(project, to_write=True) as session:
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
    **named: Any,
) -> None:
    values = {field: value for field, value in named.items() if value is not None}
    if tags or no_tags:
        values["tags"] = () if no_tags else tags
    if not values:
        raise click.UsageError(_("Say what changes, such as --name or --at."))
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
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
    examples=("collabmap delete condamine.collabmap 9f3a01bc --as Paul",),
)
@project_argument
@place_argument
@as_person
@pass_desk
def delete(desk: Desk, project: Path, place: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
        take_turn(session, person)
        if session.delete(view):
            say(_("“{name}” is gone.").format(name=view.name))
        else:
            waits = _("You suggest to delete “{name}”. A coordinator will look at it.")
            say(waits.format(name=view.name))


COMMANDS: tuple[click.Command, ...] = (list_places, show, add, edit, delete)
