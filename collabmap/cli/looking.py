"""Looking at places: list, show."""

from pathlib import Path
from typing import Any

import click

from collabmap.app.field_words import field_word
from collabmap.app.link_words import groups
from collabmap.app.place_values import sibling_value, value_rows
from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_date, format_distance, format_time, language, ngettext
from collabmap.cli import kinds
from collabmap.cli.desk import (
    Desk,
    find_place,
    pass_desk,
    place_argument,
    project_argument,
    say,
    say_json,
    say_table,
    short,
    uuid_text,
)
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.feature import FeatureState, PlaceRow, PlaceView
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.geometry import point_of_wkb
from collabmap.formats.geojson import iso_time

STATES = {
    FeatureState.PENDING: N_("awaiting review"),
    FeatureState.ACCEPTED: N_("reviewed"),
    FeatureState.CHANGE_PROPOSED: N_("change awaiting review"),
    FeatureState.DELETE_PROPOSED: N_("deletion awaiting review"),
    FeatureState.REJECTED: N_("refused"),
}


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
    type=kinds.Count(),
    metavar="N",
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
    category = session.theme.category(row.category).label(language())
    words = [short(row.id), row.name or _("(removed)"), category]
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
        "questions": [
            {
                "author": q.author_name,
                "at": iso_time(q.at_ms),
                "text": q.text,
                "answers": [{"author": a.author_name, "text": a.text} for a in q.answers],
            }
            for q in view.questions
        ],
        "links": [
            {"to": uuid_text(link.target), "name": link.name, "type": link.type}
            for link in view.links
            if link.target != view.id
        ],
        "removed": list(view.removed),
        "parts": [uuid_text(member) for member in view.members],
        "contested": view.is_contested,
    }
    told["values"] = dict(view.values)
    if view.contact is not None:
        told["contact"] = view.contact
    return told


def value_words(value: object) -> str:
    """Return a field's value as one line of text."""
    if isinstance(value, bytes):
        at = point_of_wkb(value)
        return _("another position") if at is None else f"{at.lng:.7g}, {at.lat:.7g}"
    if isinstance(value, tuple | list):
        return ", ".join(str(each) for each in value)
    return str(value)


def _view_words(session: Session, view: PlaceView) -> list[list[str]]:
    rows = [
        [_("Number"), short(view.id)],
        [_("Parts"), ", ".join(short(member) for member in view.members)],
        [_("Name"), view.name],
        [_("Removed"), ", ".join(field_word(field, session.theme) for field in view.removed)],
        [_("Category"), session.theme.category(view.category).label(language())],
        [_("A few words"), view.description],
        [_("Tags"), ", ".join(view.tags)],
        [_("Position"), f"{view.lng:.7g}, {view.lat:.7g}"],
        [_("State"), _(STATES[view.state])],
        [_("Reason"), view.reason],
        [_("Added by"), f"{view.author_name}, {when(view.born_ms)}"],
        [_("Contact"), _contact_words(view)],
        *([row.label, row.words] for row in value_rows(view, session.theme)),
    ]
    also, theme = _("also suggested for {field}, by {name}"), session.theme
    rows += [
        [
            also.format(field=field_word(s.field, theme), name=s.author_name),
            sibling_value(s, view, theme) or value_words(s.value),
        ]
        for s in view.siblings
    ]
    rows += [[f"{c.author_name}, {when(c.at_ms)}", c.text] for c in view.comments]
    for question in view.questions:
        rows.append([_("Question of {name}").format(name=question.author_name), question.text])
        told = _("Answer of {name}")
        rows += [[told.format(name=a.author_name), a.text] for a in question.answers]
    graph = session.reader.link_graph(view.id)
    for group in groups(session.theme, graph, view.id):
        rows += [[group.words, end.name or _("(removed)")] for _link, end in group.ends]
    if view.is_contested:
        rows.append([_("Decision"), _("coordinators have decided differently")])
    return [row for row in rows if row[1]]


def _contact_words(view: PlaceView) -> str:
    if view.contact_hidden:
        return _("known, only coordinators can read it")
    return view.contact or ""


def when(at_ms: int) -> str:
    """Return a date and a time of this computer's clock."""
    return f"{format_date(at_ms)}, {format_time(at_ms)}"


COMMANDS: tuple[click.Command, ...] = (list_places, show)
