"""Who may do what: devices, grant, revoke, admit, invitations, recovery, wrong clocks."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from collabmap.app.inviting import InvitationView
from collabmap.app.people import DeviceView
from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_date, format_number, format_time, ngettext
from collabmap.cli.desk import Desk, pass_desk, project_argument, say, say_json, say_table
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.codes import CodeKind
from collabmap.domain.ids import replica_id
from collabmap.domain.signing import KEY_BYTES
from collabmap.errors import DeviceUnclear, DeviceUnknown, InvitationClosed
from collabmap.formats.geojson import iso_time

ROLES = {
    "coordinator": N_("coordinator"),
    "resident": N_("resident"),
    "guest": N_("guest"),
}
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
# Below this nobody would notice, and every two clocks differ a little.
_AHEAD_MS = 10 * 60 * 1000

device_argument = click.argument("device")


# --- which computer ---------------------------------------------------------------------------


def find_device(session: Session, which: str) -> DeviceView:
    """Return the computer with this code, or on which only one person of this name wrote.

    Raises DeviceUnknown, DeviceUnclear.
    """
    letters = _letters(which)
    views = session.devices()
    found = [view for view in views if letters == _letters(view.code)]
    if not found:
        wanted = which.strip().casefold()
        found = [view for view in views if wanted in (name.casefold() for name in view.people)]
    if len(found) > 1:
        raise DeviceUnclear(value=which, codes=", ".join(view.code for view in found))
    if not found:
        raise DeviceUnknown(value=which)
    return found[0]


def find_key(session: Session, which: str) -> bytes:
    """Return the key of a computer by its long code, or by what `find_device` takes."""
    if len(_letters(which.rpartition(":")[2])) >= CodeKind.DEVICE.letters - 1:
        return session.read_device_code(which)
    return find_device(session, which).rid


def _letters(code: str) -> str:
    return re.sub(r"[\W_]", "", code).upper()


# --- devices ----------------------------------------------------------------------------------


@click.command(
    "devices",
    cls=Verb,
    help=N_(
        "List the computers that write on a map: who uses them and what they may do.\n\n"
        "Also says the long code of this computer, by which a coordinator can give it a role."
    ),
    examples=(
        "collabmap devices condamine.collabmap",
        "collabmap devices condamine.collabmap --json",
    ),
)
@project_argument
@as_json
@pass_desk
def devices(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        views, code = session.devices(), session.device_code()
    if as_json:
        say_json({"here": code, "devices": [_device_json(view) for view in views]})
        return
    say_table([_device_row(view) for view in views])
    say("", _("The long code of this computer: {code}").format(code=code))


def _device_row(view: DeviceView) -> list[str]:
    notes = []
    if view.is_here:
        notes.append(_("this computer"))
    if view.is_founder:
        notes.append(_("founder"))
    if view.was_revoked:
        notes.append(_("a role was taken away"))
    if view.copies > 1:
        notes.append(_("was copied: {count} ends").format(count=view.copies))
    if view.ahead_ms > _AHEAD_MS:
        notes.append(_("its clock is ahead by {time}").format(time=_span_words(view.ahead_ms)))
    if view.shift_ms:
        later, earlier = _("times shown {time} later"), _("times shown {time} earlier")
        words = later if view.shift_ms > 0 else earlier
        notes.append(words.format(time=_span_words(abs(view.shift_ms))))
    count = ngettext("{count} contribution", "{count} contributions", view.changes)
    last = f"{format_date(view.last_ms)}, {format_time(view.last_ms)}" if view.last_ms else "–"
    return [
        view.code,
        _(ROLES[view.role]),
        ", ".join(view.people) or "–",
        count.format(count=format_number(view.changes)),
        last,
        ", ".join(notes),
    ]


def _span_words(span_ms: int) -> str:
    minutes = span_ms // 60_000
    if minutes >= 2 * 24 * 60:
        count = minutes // (24 * 60)
        words = ngettext("{count} day", "{count} days", count)
    elif minutes >= 2 * 60:
        count = minutes // 60
        words = ngettext("{count} hour", "{count} hours", count)
    else:
        count = minutes
        words = ngettext("{count} minute", "{count} minutes", count)
    return words.format(count=format_number(count))


def _device_json(view: DeviceView) -> dict[str, Any]:
    return {
        "code": view.code,
        "id": view.rid.hex(),
        "role": view.role,
        "people": list(view.people),
        "changes": view.changes,
        "copies": view.copies,
        "last": iso_time(view.last_ms) if view.last_ms else None,
        "ahead_ms": view.ahead_ms,
        "shift_ms": view.shift_ms,
        "founder": view.is_founder,
        "here": view.is_here,
        "revoked": view.was_revoked,
        "may_change": list(view.may_change),
    }


def _say_role(session: Session, key: bytes) -> None:
    """Say what a computer may do now.  key: its replica id or its public key."""
    rid = replica_id(key) if len(key) == KEY_BYTES else key
    view = next(view for view in session.devices() if view.rid == rid)
    words = _("{code} ({people}) is now: {role}")
    people = ", ".join(view.people) or "–"
    say(words.format(code=view.code, people=people, role=_(ROLES[view.role])))


# --- roles ------------------------------------------------------------------------------------


@click.command(
    "grant",
    cls=Verb,
    help=N_(
        "Make a computer coordinator, or resident.\n\n"
        "DEVICE is its short code or the name of who uses it, as `devices` lists them; for one"
        " that has not sent anything yet, its long code."
    ),
    examples=(
        "collabmap grant condamine.collabmap K7Q-492-MR --role coordinator",
        "collabmap grant condamine.collabmap Marcel --role resident",
    ),
)
@project_argument
@device_argument
@option(
    "--role",
    required=True,
    type=click.Choice(["resident", "coordinator"]),
    help=N_("A coordinator reviews and invites; a resident adds and proposes."),
)
@pass_desk
def grant(desk: Desk, project: Path, device: str, role: Any) -> None:
    with desk.opened(project, to_write=True) as session:
        key = find_key(session, device)
        session.grant(key, role)
        _say_role(session, key)


@click.command(
    "admit",
    cls=Verb,
    help=N_(
        "Let a guest's computer in as resident: what it sent and was kept apart is shown.\n\n"
        "Such as one that came after an invitation was closed."
    ),
    examples=("collabmap admit condamine.collabmap K7Q-492-MR",),
)
@project_argument
@device_argument
@pass_desk
def admit(desk: Desk, project: Path, device: str) -> None:
    with desk.opened(project, to_write=True) as session:
        key = find_key(session, device)
        session.admit(key)
        _say_role(session, key)


@click.command(
    "revoke",
    cls=Verb,
    help=N_(
        "Take a computer's role away: nothing it writes from now on counts on any map.\n\n"
        "What is known here of it stays. What a coordinator accepted stays in any case."
    ),
    examples=(
        "collabmap revoke condamine.collabmap K7Q-492-MR",
        "collabmap revoke condamine.collabmap K7Q-492-MR --keep-nothing",
    ),
)
@project_argument
@device_argument
@option("--keep-nothing", is_flag=True, help=N_("Nothing it ever wrote stays by itself."))
@pass_desk
def revoke(desk: Desk, project: Path, device: str, keep_nothing: bool) -> None:
    with desk.opened(project, to_write=True) as session:
        view = find_device(session, device)
        session.revoke(view.rid, keep=not keep_nothing)
        _say_role(session, view.rid)


# --- invitations ------------------------------------------------------------------------------


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
    return bool(which and view.code) and _letters(which or "") == _letters(view.code)


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


# --- recovery and clocks ----------------------------------------------------------------------


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
            _say_role(session, founder.rid)
    say(_("Others hear of it with your next contribution. Put the paper back in a safe place."))


def _span(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """Return '3d 4h' or '90m' as milliseconds."""
    if value is None:
        return None
    parts = re.findall(r"(\d{1,6})\s*([dhms])", value.lower())
    if not parts or re.sub(r"\d{1,6}\s*[dhms]", "", value.lower()).strip():
        words = _("“{value}” is no time. Write days, hours, minutes: 3650d, 2h, 1d12h, 45m")
        raise click.BadParameter(words.format(value=value))
    span = sum((timedelta(**{_UNITS[u]: int(n)}) for n, u in parts), start=timedelta())
    return int(span.total_seconds() * 1000)


@click.command(
    "clock-note",
    cls=Verb,
    help=N_(
        "Move the times shown of a computer whose clock was wrong.\n\n"
        "It changes what people read, and decides nothing."
    ),
    examples=(
        "collabmap clock-note condamine.collabmap K7Q-492-MR --earlier 3650d",
        "collabmap clock-note condamine.collabmap Marcel --later 1h",
        "collabmap clock-note condamine.collabmap Marcel --as-written",
    ),
)
@project_argument
@device_argument
@option("--earlier", callback=_span, metavar="TIME", help=N_("Its clock was ahead by this."))
@option("--later", callback=_span, metavar="TIME", help=N_("Its clock was behind by this."))
@option("--as-written", is_flag=True, help=N_("Show its times as they were written."))
@pass_desk
def clock_note(
    desk: Desk,
    project: Path,
    device: str,
    earlier: int | None,
    later: int | None,
    as_written: bool,
) -> None:
    if (earlier is not None) + (later is not None) + as_written != 1:
        raise click.UsageError(_("Say one of --earlier, --later and --as-written."))
    shift_ms = (later or 0) - (earlier or 0)
    with desk.opened(project, to_write=True) as session:
        view = find_device(session, device)
        session.set_clock_note(view.rid, shift_ms)
        moved = find_device(session, view.code)
    last = f"{format_date(moved.last_ms)}, {format_time(moved.last_ms)}" if moved.last_ms else "–"
    say(_("{code} wrote last: {time}").format(code=moved.code, time=last))


COMMANDS: tuple[click.Command, ...] = (
    devices,
    grant,
    revoke,
    admit,
    invite,
    invitations,
    close_invitation,
    join,
    recover,
    clock_note,
)
