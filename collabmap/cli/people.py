"""Who may do what: devices, grant, revoke, admit, and notes on wrong clocks."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from collabmap.app.people import DeviceView
from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_date, format_number, format_time, ngettext
from collabmap.cli.desk import Desk, pass_desk, project_argument, say, say_json, say_table
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.codes import CodeKind
from collabmap.domain.ids import replica_id
from collabmap.domain.signing import KEY_BYTES
from collabmap.errors import DeviceUnclear, DeviceUnknown
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
    letters = letters_of(which)
    views = session.devices()
    found = [view for view in views if letters == letters_of(view.code)]
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
    if len(letters_of(which.rpartition(":")[2])) >= CodeKind.DEVICE.letters - 1:
        return session.read_device_code(which)
    return find_device(session, which).rid


def letters_of(code: str) -> str:
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


def say_role(session: Session, key: bytes) -> None:
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
        say_role(session, key)


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
        say_role(session, key)


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
        say_role(session, view.rid)


# --- clocks -----------------------------------------------------------------------------------


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
    clock_note,
)
