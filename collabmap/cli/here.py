"""What concerns this computer and its people: receipts, and hiding places and people here."""

import io
import sys
from pathlib import Path
from typing import Any

import click

from collabmap.app.receipts import ReceiptView
from collabmap.app.session import Session
from collabmap.app.words import N_, _, ngettext
from collabmap.cli.desk import (
    SHORT,
    Desk,
    find_place,
    pass_desk,
    project_argument,
    say,
    say_json,
    short,
    uuid_text,
)
from collabmap.cli.looking import when
from collabmap.cli.taking_back import find_person
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.errors import PersonUnknown, PlaceUnknown
from collabmap.formats.geojson import iso_time

# --- receipts ---------------------------------------------------------------------------------


@click.command(
    "receipt",
    cls=Verb,
    help=N_(
        "List receipts: what others have of what was sent from here, and what came here.\n\n"
        "Codes are the same on both computers if nothing is missing. With --for, one that this"
        " computer wrote is printed, signed, with a QR code on a terminal."
    ),
    examples=(
        "collabmap receipt condamine.collabmap",
        "collabmap receipt condamine.collabmap --for Marcel",
        "collabmap receipt condamine.collabmap --check COLLABMAP1.TFYH…",
    ),
)
@project_argument
@option("--for", "person", metavar="NAME", help=N_("Print the receipt of what this person sent."))
@option("--check", "text", metavar="TEXT", help=N_("Check a receipt on paper."))
@as_json
@pass_desk
def receipt(desk: Desk, project: Path, person: str | None, text: str | None, as_json: bool) -> None:
    if person and text:
        raise click.UsageError(_("Write either --for or --check."))
    views: tuple[ReceiptView, ...]
    paper = ""
    with desk.opened(project) as session:
        if text is not None:
            views = (session.check_receipt(text),)
        elif person is not None:
            views = (_written_for(session, person),)
            paper = session.receipt_text(views[0])
        else:
            views = session.receipts()
    if as_json:
        signed = {"text": paper} if paper else {}
        say_json([_receipt_json(view) | signed for view in views])
        return
    say(*(_receipt_words(view) for view in views))
    if paper:
        _say_paper(paper)
    if not views:
        say(_("No receipt has come yet, and none was written here."))


def _written_for(session: Session, name: str) -> ReceiptView:
    """Return the latest receipt that this computer wrote for a person.  Raises PersonUnknown."""
    wanted = name.strip().casefold()
    for view in session.receipts():
        if view.by_rid == session.rid and view.person_name.casefold() == wanted:
            return view
    raise PersonUnknown(value=name)


def _receipt_words(view: ReceiptView) -> str:
    words = ngettext(
        "{code}  {who} has {count} contribution of {name}, {when}",
        "{code}  {who} has {count} contributions of {name}, {when}",
        view.changes,
    )
    told = words.format(
        code=view.code,
        who=view.by_name or _("somebody"),
        count=view.changes,
        name=view.person_name or _("somebody"),
        when=when(view.at_ms),
    )
    if view.is_true is False:
        return f"{told}; {_('this computer counts otherwise')}"
    return f"{told}; {_('nothing that was sent is missing')}" if view.is_all else told


def _say_paper(text: str) -> None:
    say(text)
    if sys.stdout.isatty():
        import segno

        drawn = io.StringIO()
        segno.make(text, error="m", micro=False).terminal(drawn, border=2, compact=True)
        say(drawn.getvalue().rstrip("\n"))


def _receipt_json(view: ReceiptView) -> dict[str, Any]:
    return {
        "code": view.code,
        "by": view.by_name,
        "by_role": view.by_role,
        "person": view.person_name,
        "changes": view.changes,
        "at": iso_time(view.at_ms),
        "mine": view.is_mine,
        "true": view.is_true,
        "all": view.is_all,
    }


# --- hiding -----------------------------------------------------------------------------------


@click.command(
    "hide",
    cls=Verb,
    help=N_(
        "Hide a place, or all of a person, on this computer only and at once.\n\n"
        "The map, its exports and what others see stay as they are."
    ),
    examples=(
        "collabmap hide condamine.collabmap 9f3a01bc",
        "collabmap hide condamine.collabmap --person Marcel",
    ),
)
@project_argument
@click.argument("place", required=False)
@option("--person", metavar="NAME", help=N_("All that this person made and said."))
@pass_desk
def hide(desk: Desk, project: Path, place: str | None, person: str | None) -> None:
    if (place is None) == (person is None):
        raise click.UsageError(_("Name a place, or a person with --person."))
    with desk.opened(project) as session:
        if person is not None:
            session.hide_person(find_person(session, person))
            name = person
        else:
            view = find_place(session, place or "")
            session.hide_place(view.id)
            name = view.name
    say(_("“{name}” is hidden on this computer.").format(name=name))


@click.command(
    "hidden",
    cls=Verb,
    help=N_("List what is hidden on this computer."),
    examples=("collabmap hidden condamine.collabmap",),
)
@project_argument
@as_json
@pass_desk
def hidden(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        views = session.hidden()
    if as_json:
        say_json([{"id": uuid_text(v.id), "kind": v.kind, "name": v.name} for v in views])
        return
    kinds = {"place": _("place"), "person": _("person")}
    say(*(f"{short(v.id)}  {v.name or _('(removed)')}  ({kinds[v.kind]})" for v in views))
    if not views:
        say(_("Nothing is hidden here."))


@click.command(
    "unhide",
    cls=Verb,
    help=N_("Show a place or a person on this computer again, by name or as `hidden` lists them."),
    examples=("collabmap unhide condamine.collabmap 9f3a01bc",),
)
@project_argument
@click.argument("which")
@pass_desk
def unhide(desk: Desk, project: Path, which: str) -> None:
    wanted, digits = which.strip().casefold(), which.replace("-", "").lower()
    with desk.opened(project) as session:
        found = [
            view
            for view in session.hidden()
            if view.name.casefold() == wanted
            or (len(digits) >= SHORT and view.id.hex().endswith(digits))
        ]
        if not found:
            raise PlaceUnknown(value=which)
        for view in found:
            session.unhide(view.id)
    say(_("“{name}” is shown again.").format(name=found[0].name))


COMMANDS: tuple[click.Command, ...] = (receipt, hide, hidden, unhide)
