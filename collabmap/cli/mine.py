"""One's own contributions and what is gone: mine, withdraw, propose, deleted, restore."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from collabmap.app.contribution_words import deleted_words, outcome_words, state_words, what_words
from collabmap.app.field_words import field_word
from collabmap.app.session import Session
from collabmap.app.words import N_, _
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
    take_turn,
    uuid_text,
)
from collabmap.cli.looking import when
from collabmap.cli.places import as_person
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.theme import Theme
from collabmap.errors import NobodyHere, PlaceUnclear, PlaceUnknown
from collabmap.formats.geojson import iso_time
from collabmap.review.contributions import Contribution
from collabmap.review.deleted import DeletedPlace

R = TypeVar("R", bound=Contribution | DeletedPlace)


@click.command(
    "mine",
    cls=Verb,
    help=N_("List what somebody contributed from this computer, and what became of it."),
    examples=("collabmap mine condamine.collabmap", "collabmap mine condamine.collabmap --as Inès"),
)
@project_argument
@option("--as", "person", metavar="NAME", help=N_("Whose: a person of this computer."))
@as_json
@pass_desk
def mine(desk: Desk, project: Path, person: str | None, as_json: bool) -> None:
    with desk.opened(project) as session:
        rows, theme = session.reader.mine(_person(session, person)), session.theme
    if as_json:
        say_json([_json(row) for row in rows])
        return
    for row in rows:
        say("  ".join([short(row.id), row.name or _("(removed)"), _words(row, theme)]))
    if not rows:
        say(_("Nothing yet."))


def _person(session: Session, name: str | None) -> bytes:
    """Return a person of this computer by name, or the one in force.  Raises NobodyHere."""
    wanted = (name or "").strip().casefold()
    found = [p for p in session.people_here() if p.name.casefold() == wanted]
    chosen = next(iter(found), None) if name else session.person
    if chosen is None:
        raise NobodyHere
    return chosen.id


def _fields(names: tuple[str, ...], theme: Theme) -> str:
    return ", ".join(field_word(name, theme) for name in names)


def _words(row: Contribution, theme: Theme) -> str:
    lines = [f"{state_words(row.state)}; {what_words(row, _fields(row.fields, theme))}"]
    lines.append(outcome_words(row, _fields(row.edited, theme)))
    lines += [f"“{row.question.text}”"] if row.question is not None else []
    lines += [f"“{row.reason}”"] if row.reason else []
    return "\n          ".join(lines)


def _json(row: Contribution) -> dict[str, Any]:
    return {
        "id": uuid_text(row.id),
        "name": row.name,
        "state": row.state,
        "what": list(row.what),
        "fields": list(row.fields),
        "at": iso_time(row.at_ms),
        "question": row.question.text if row.question is not None else "",
        "reason": row.reason,
        "by": row.by_name,
        "edited": list(row.edited),
        "on_map": row.is_there,
    }


@click.command(
    "withdraw",
    cls=Verb,
    help=N_(
        "Take back what you contributed to a place and nobody has accepted yet.\n\n"
        "“restore” brings it back, and “undo” too."
    ),
    examples=("collabmap withdraw condamine.collabmap Fontaine --as Inès",),
)
@project_argument
@place_argument
@as_person
@pass_desk
def withdraw(desk: Desk, project: Path, place: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
        take_turn(session, person)
        words = {
            "gone": _("“{name}” is taken back: it is off the map."),
            "back": _("What you wrote about “{name}” is taken back."),
            "kept": _("You take “{name}” back. Others wrote about it: a coordinator decides."),
        }[session.withdraw(view.id)]
        say(words.format(name=view.name))


@click.command(
    "propose",
    cls=Verb,
    help=N_("Propose again what was refused of yours, and say why it should be there."),
    examples=("collabmap propose condamine.collabmap 9f3a01bc 'Elle est derrière l’église.'",),
)
@project_argument
@place_argument
@click.argument("text")
@as_person
@pass_desk
def propose(desk: Desk, project: Path, place: str, text: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        take_turn(session, person)
        rows = session.reader.mine(_person(session, None))
        refused = [row for row in rows if row.state == "refused"]
        row = _find(refused, place)
        session.propose_again(row.id, text)
        say(_("“{name}” is proposed again.").format(name=row.name))


@click.command(
    "deleted",
    cls=Verb,
    help=N_("List what is gone from the map, what went last first.\n\n“restore” brings it back."),
    examples=("collabmap deleted condamine.collabmap",),
)
@project_argument
@as_json
@pass_desk
def deleted(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        rows = session.reader.recently_deleted()
    if as_json:
        say_json([_deleted_json(row) for row in rows])
    elif not rows:
        say(_("Nothing was deleted."))
    else:
        say_table(
            [
                [short(row.id), row.name or _("(removed)"), when(row.at_ms), deleted_words(row)]
                for row in rows
            ]
        )


def _deleted_json(row: DeletedPlace) -> dict[str, Any]:
    return {
        "id": uuid_text(row.id),
        "name": row.name,
        "category": row.category,
        "at": iso_time(row.at_ms),
        "by": row.by_name,
        "agreed_by": row.agreed_name,
        "author": row.author_name,
        "reason": row.reason,
        "withdrawn": row.is_withdrawn,
        "lng": row.lng if row.is_placed else None,
        "lat": row.lat if row.is_placed else None,
    }


@click.command(
    "restore",
    cls=Verb,
    help=N_(
        "Bring back a place that is gone, or what you took back.\n\n"
        "What a coordinator has deleted comes back once a coordinator agrees."
    ),
    examples=(
        "collabmap restore condamine.collabmap Fontaine",
        "collabmap restore condamine.collabmap 9f3a01bc --reason 'Elle est toujours là.'",
    ),
)
@project_argument
@place_argument
@option("--reason", default="", help=N_("Why: a coordinator will read it."))
@as_person
@pass_desk
def restore(desk: Desk, project: Path, place: str, reason: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        take_turn(session, person)
        rows: list[Contribution | DeletedPlace] = [*session.reader.recently_deleted()]
        own = session.reader.mine(_person(session, None))
        rows += [row for row in own if row.may_restore and all(row.id != r.id for r in rows)]
        row = _find(rows, place)
        if session.restore(row.id, reason) == "here":
            say(_("“{name}” is back.").format(name=row.name))
        else:
            say(_("You ask to have “{name}” back. A coordinator decides.").format(name=row.name))


def _find(rows: Sequence[R], which: str) -> R:
    """Return the row that an id, its end, or a name means.  Raises PlaceUnknown, PlaceUnclear."""
    digits, wanted = which.replace("-", "").lower(), which.strip().casefold()
    found = [row for row in rows if len(digits) >= 4 and row.id.hex().endswith(digits)]
    found = found or [row for row in rows if row.name.casefold() == wanted]
    if not found:
        raise PlaceUnknown(value=which)
    if len({row.id for row in found}) > 1:
        raise PlaceUnclear(value=which, ids=", ".join(sorted(short(row.id) for row in found)))
    return found[0]


COMMANDS: tuple[click.Command, ...] = (mine, withdraw, propose, deleted, restore)
