"""How one comes in: invitations, and the recovery key on paper."""

import io
from pathlib import Path
from typing import Any

import click

from collabmap.app.inviting import InvitationView
from collabmap.app.session import Session
from collabmap.app.words import N_, _, ngettext
from collabmap.cli.desk import Desk, pass_desk, project_argument, say, say_json
from collabmap.cli.people import ROLES, letters_of, say_role
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.errors import InvitationClosed


@click.command(
    "invite",
    cls=Verb,
    help=N_(
        "Make an invitation: a code to read out or scan; who has it is a resident.\n\n"
        "For laptops that have the map already. A copy handed out (.cmkit) brings its own."
    ),
    examples=("collabmap invite condamine.collabmap", "collabmap invite condamine.collabmap --qr"),
)
@project_argument
@option("--qr", "with_qr", is_flag=True, help=N_("Draw it to be scanned, too."))
@as_json
@pass_desk
def invite(desk: Desk, project: Path, with_qr: bool, as_json: bool) -> None:
    with desk.opened(project, to_write=True) as session:
        view = session.invite()
    if as_json:
        say_json(_invitation_json(view))
        return
    say(view.code)
    if with_qr:
        say(_drawn(view.scanned))
    say(_("Whoever types it is a resident: collabmap join MAP CODE"))


def _drawn(text: str) -> str:
    import segno

    drawn = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue().rstrip("\n")


@click.command(
    "invitations",
    cls=Verb,
    help=N_("List the invitations to a map, and who came with each."),
    examples=("collabmap invitations condamine.collabmap",),
)
@project_argument
@as_json
@pass_desk
def invitations(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        views = session.invitations()
    if as_json:
        say_json([_invitation_json(view) for view in views])
        return
    for number, view in enumerate(views, start=1):
        state = _("open") if view.is_open else _("closed")
        say(f"{number}  {state}  {view.code or _('made on another computer')}")
        for device in view.came:
            people = ", ".join(device.people) or "–"
            say(f"   {device.code}  {_(ROLES[device.role])}  {people}")
    if not views:
        say(_("Nobody has been invited yet."))


def _invitation_json(view: InvitationView) -> dict[str, Any]:
    return {
        "key": view.key.hex(),
        "code": view.code or None,
        "scanned": view.scanned or None,
        "open": view.is_open,
        "came": [{"code": d.code, "role": d.role, "people": list(d.people)} for d in view.came],
    }


@click.command(
    "close-invitation",
    cls=Verb,
    help=N_(
        "Close an invitation: who came by now stays, nobody else comes in by it.\n\n"
        "WHICH is its number, as `invitations` lists them, or its code; all without it."
    ),
    examples=(
        "collabmap close-invitation condamine.collabmap",
        "collabmap close-invitation condamine.collabmap 2",
    ),
)
@project_argument
@click.argument("which", required=False)
@pass_desk
def close_invitation(desk: Desk, project: Path, which: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        views = session.invitations()
        chosen = [
            view
            for number, view in enumerate(views, start=1)
            if view.is_open and (which in (None, str(number)) or _is_code(view, which))
        ]
        if which is not None and not chosen:
            raise InvitationClosed(name=session.name)
        for view in chosen:
            session.close_invitation(view.key)
        closed = {view.key for view in chosen}
        came = {d.code for v in session.invitations() if v.key in closed for d in v.came}
    words = ngettext("{count} invitation closed.", "{count} invitations closed.", len(chosen))
    say(words.format(count=len(chosen)))
    words = ngettext("{count} computer came by it.", "{count} computers came.", len(came))
    say(words.format(count=len(came)))


def _is_code(view: InvitationView, which: str | None) -> bool:
    return bool(which and view.code) and letters_of(which or "") == letters_of(view.code)


@click.command(
    "join",
    cls=Verb,
    help=N_("Take an invitation that was read out or scanned: this computer is a resident."),
    examples=("collabmap join condamine.collabmap 8M3K-0A2T-…",),
)
@project_argument
@click.argument("code")
@pass_desk
def join(desk: Desk, project: Path, code: str) -> None:
    with desk.opened(project, to_write=True) as session:
        session.join(code)
        _say_own_role(session)


def _say_own_role(session: Session) -> None:
    say(_("This computer is now: {role}").format(role=_(ROLES[session.role])))


# --- the key on paper ---------------------------------------------------------------------------


@click.command(
    "recover",
    cls=Verb,
    help=N_(
        "Make this computer coordinator by the recovery key on paper.\n\n"
        "For when the founder's computer is lost. `new` says the key, once."
    ),
    examples=(
        "collabmap recover condamine.collabmap 000G-40R4-…",
        "collabmap recover condamine.collabmap 000G-40R4-… --revoke-founder",
    ),
)
@project_argument
@click.argument("code")
@option(
    "--revoke-founder",
    is_flag=True,
    help=N_("The founder's computer was stolen: take its role away, too."),
)
@pass_desk
def recover(desk: Desk, project: Path, code: str, revoke_founder: bool) -> None:
    with desk.opened(project, to_write=True) as session:
        session.recover(code, revoke_founder=revoke_founder)
        _say_own_role(session)
        if revoke_founder:
            founder = next(view for view in session.devices() if view.is_founder)
            say_role(session, founder.rid)
    say(_("Others hear of it with your next contribution. Put the paper back in a safe place."))


COMMANDS: tuple[click.Command, ...] = (invite, invitations, close_invitation, join, recover)
