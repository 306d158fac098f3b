"""Taking back and asking: merges, hold, release, redact, ask, answer."""

from pathlib import Path
from typing import Any

import click

from collabmap.app.field_words import field_word
from collabmap.app.merges import MergedDeed, MergeView
from collabmap.app.session import Session
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
from collabmap.cli.looking import when
from collabmap.cli.places import as_person
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import ChangeId, PlaceView
from collabmap.domain.theme import Theme
from collabmap.errors import Cancelled, FieldUnknown, PersonUnclear, PersonUnknown
from collabmap.formats.geojson import iso_time

DEEDS = {"added": N_("added"), "changed": N_("changed"), "marked": N_("marked for deletion")}
# What `redact --field` takes away.
REDACTED = ("name", "category", "description", "contact", "geometry")

merge_argument = click.argument("merge", type=kinds.Count())


# --- merges -----------------------------------------------------------------------------------


@click.command(
    "merges",
    cls=Verb,
    help=N_(
        "List what was received here, the latest first; with MERGE, all that one of them brought."
    ),
    examples=("collabmap merges condamine.collabmap", "collabmap merges condamine.collabmap 3"),
)
@project_argument
@click.argument("merge", type=kinds.Count(), required=False)
@as_json
@pass_desk
def merges(desk: Desk, project: Path, merge: int | None, as_json: bool) -> None:
    with desk.opened(project) as session:
        if merge is None:
            views = session.merges()
            if as_json:
                say_json([_merge_json(view) for view in views])
                return
            say(*(_merge_words(view) for view in views))
            if not views:
                say(_("Nothing has been received here yet."))
            return
        deeds, theme = session.merge_details(merge), session.theme
    if as_json:
        say_json([_deed_json(deed) for deed in deeds])
        return
    say(*(_deed_words(deed, theme) for deed in deeds))


def _merge_words(view: MergeView) -> str:
    count = ngettext("{count} contribution", "{count} contributions", view.changes)
    words = [when(view.at_ms), ", ".join(view.names) or "–", count.format(count=view.changes)]
    if view.is_held:
        words.append(_("on hold"))
    if view.later and view.is_held:
        later = ngettext("{count} later change waits", "{count} later changes wait", view.later)
        words.append(later.format(count=view.later))
    return f"{view.id}  {'; '.join(words)}"


def _merge_json(view: MergeView) -> dict[str, Any]:
    return {
        "merge": view.id,
        "at": iso_time(view.at_ms),
        "names": list(view.names),
        "changes": view.changes,
        "held": view.is_held,
        "can_hold": view.can_undo,
        "later": view.later,
    }


def _deed_words(deed: MergedDeed, theme: Theme) -> str:
    name = deed.name or _("(removed)")
    fields = ", ".join(field_word(field, theme) for field in deed.fields)
    what = _(DEEDS[deed.what])
    who = deed.person or _("somebody")
    return f"{short(deed.subject)}  {name}  {what}, {who}" + (f" ({fields})" if fields else "")


def _deed_json(deed: MergedDeed) -> dict[str, Any]:
    return {
        "id": uuid_text(deed.subject),
        "name": deed.name,
        "category": deed.category,
        "what": deed.what,
        "person": deed.person,
        "fields": list(deed.fields),
    }


@click.command(
    "hold",
    cls=Verb,
    help=N_(
        "Undo a merge on this computer: what it brought is kept, but counts here no more.\n\n"
        "What comes later from the same laptops waits behind it. Nobody else is touched."
    ),
    examples=("collabmap hold condamine.collabmap 3",),
)
@project_argument
@merge_argument
@pass_desk
def hold(desk: Desk, project: Path, merge: int) -> None:
    with desk.opened(project, to_write=True) as session:
        session.hold(merge)
        view = next(view for view in session.merges() if view.id == merge)
    say(_("Merge {number} is on hold here.").format(number=merge))
    if view.later:
        later = ngettext("{count} later change waits", "{count} later changes wait", view.later)
        say(later.format(count=view.later))


@click.command(
    "release",
    cls=Verb,
    help=N_("Let in again what was put on hold."),
    examples=("collabmap release condamine.collabmap 3",),
)
@project_argument
@merge_argument
@pass_desk
def release(desk: Desk, project: Path, merge: int) -> None:
    with desk.opened(project, to_write=True) as session:
        session.release(merge)
    say(_("Merge {number} counts again.").format(number=merge))


# --- redact -----------------------------------------------------------------------------------


@click.command(
    "redact",
    cls=Verb,
    help=N_(
        "Take words or photos away for everybody and for good.\n\n"
        "One's own at once; what a coordinator takes away of others leaves the disks after seven"
        " days. All of a place, or one of its fields, comments or photos; or all of a person."
    ),
    examples=(
        "collabmap redact condamine.collabmap Fontaine --field description --yes",
        "collabmap redact condamine.collabmap Fontaine --comment 2 --reason 'numéro privé'",
        "collabmap redact condamine.collabmap --person Marcel",
    ),
)
@project_argument
@click.argument("place", required=False)
@option("--person", "erased", metavar="NAME", help=N_("All that this person wrote, and the name."))
@option("--field", metavar="ID", help=N_("One field only, also one of the theme."))
@option("--comment", type=kinds.Count(), metavar="N", help=N_("One comment, as `show` lists them."))
@option("--photo", type=kinds.Count(), metavar="N", help=N_("One photo, in the order they came."))
@option("--reason", default="", help=N_("Why; it is kept in the map."))
@option("--yes", is_flag=True, help=N_("Do not ask first: this cannot be undone."))
@as_person
@pass_desk
def redact(
    desk: Desk,
    /,
    project: Path,
    place: str | None,
    erased: str | None,
    reason: str,
    yes: bool,
    person: str | None,
    **part: Any,
) -> None:
    chosen = {name: value for name, value in part.items() if value is not None}
    if (place is None) == (erased is None) or len(chosen) > 1 or (erased and chosen):
        raise click.UsageError(_("Name one place, or one part of it, or a person with --person."))
    with desk.opened(project, to_write=True) as session:
        take_turn(session, person)
        if erased is not None:
            found, name = find_person(session, erased), erased
        else:
            view = find_place(session, place or "")
            name = view.name or _("(removed)")
        if not yes:
            question = _("Take “{name}” away for good? This cannot be undone.")
            if not click.confirm(question.format(name=name), err=True):
                raise Cancelled
        if erased is not None:
            session.redact_person(found, reason)
        elif "field" in chosen:
            session.redact_field(view.id, _register(session, chosen["field"]), reason)
        elif chosen:
            session.redact_change(_named(view, chosen), reason)
        else:
            session.redact_place(view.id, reason)
    say(_("Taken away. Pass the map on, so that it leaves the other computers too."))


def _register(session: Session, field: str) -> str:
    """Return what a field is called inside.  Raises FieldUnknown."""
    if field in REDACTED:
        return field
    if session.theme.field(field) is None:
        raise FieldUnknown(value=field)
    return f"{FIELD_PREFIX}{field}"


def find_person(session: Session, which: str) -> bytes:
    """Return the person of this name, or whose id ends so.  Raises PersonUnknown, PersonUnclear."""
    wanted, digits = which.strip().casefold(), which.replace("-", "").lower()
    with session.project.reading():
        rows: list[tuple[bytes, str]] = session.project.connection.execute(
            "SELECT uuid, name FROM person"
        ).fetchall()
    found = {person for person, name in rows if name and name.casefold() == wanted}
    if not found and len(digits) >= 4:
        found = {person for person, _name in rows if person.hex().endswith(digits)}
    if len(found) > 1:
        ids = ", ".join(sorted(short(each) for each in found))
        raise PersonUnclear(value=which, ids=ids)
    if not found:
        raise PersonUnknown(value=which)
    return found.pop()


def _named(view: PlaceView, part: dict[str, int]) -> frozenset[ChangeId]:
    """Return the changes that a comment or a photo by number came with."""
    ((kind, number),) = part.items()
    among = view.comments if kind == "comment" else view.photos
    if not 1 <= number <= len(among):
        words = ngettext("There is {count} of them.", "There are {count} of them.", len(among))
        raise click.BadParameter(words.format(count=len(among)), param_hint=f"--{kind}")
    if kind == "comment":
        return frozenset({view.comments[number - 1].change})
    return view.basis.photos[view.photos[number - 1].element]


# --- asking -----------------------------------------------------------------------------------


@click.command(
    "ask",
    cls=Verb,
    help=N_("Ask about what awaits review, before deciding; the map carries the question."),
    examples=("collabmap ask condamine.collabmap Fontaine 'De quel côté de la place ?'",),
)
@project_argument
@place_argument
@click.argument("question")
@as_person
@pass_desk
def ask(desk: Desk, project: Path, place: str, question: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
        take_turn(session, person)
        item = session.reader.review_item(view.id)
        if item is None:
            say(_("“{name}”: nothing awaits review.").format(name=view.name))
            return
        session.ask(item, question)
    say(_("Your question about “{name}” is saved.").format(name=view.name))


@click.command(
    "answer",
    cls=Verb,
    help=N_("Answer what a coordinator asked about a place."),
    examples=("collabmap answer condamine.collabmap Fontaine 'Côté port.' --as Inès",),
)
@project_argument
@place_argument
@click.argument("text")
@as_person
@pass_desk
def answer(desk: Desk, project: Path, place: str, text: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_place(session, place)
        take_turn(session, person)
        session.answer(view, text)
    say(_("Your words about “{name}” are saved.").format(name=view.name))


COMMANDS: tuple[click.Command, ...] = (
    merges,
    hold,
    release,
    redact,
    ask,
    answer,
)
