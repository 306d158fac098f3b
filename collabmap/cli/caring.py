"""Caring for a map: sync with a shared folder, verify, doctor, copy."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from collabmap.app import checking, copying
from collabmap.app.checking import CheckReport, DoctorReport, Missing, Told
from collabmap.app.folders import FolderReport
from collabmap.app.words import N_, _, explain, format_number, ngettext
from collabmap.cli.desk import Desk, long_work, pass_desk, project_argument, say, say_json
from collabmap.cli.verbs import Verb, as_json
from collabmap.errors import FolderGone

# What leaves a command that found something (see docs/command-line.md).
DAMAGED, LEFT_IN_FOLDER = 3, 6
_MAX_NAMED = 5


@click.command(
    "sync",
    cls=Verb,
    help=N_(
        "Exchange with everybody through a shared folder (Nextcloud, Dropbox, a network drive).\n\n"
        "Takes what is new there, then puts there what it lacks. Without FOLDER: the one before."
    ),
    examples=(
        "collabmap sync condamine.collabmap ~/Nextcloud/Condamine",
        "collabmap sync condamine.collabmap",
    ),
)
@project_argument
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@as_json
@pass_desk
def sync(desk: Desk, project: Path, folder: Path | None, as_json: bool) -> None:
    with desk.opened(project, to_write=True) as session, long_work() as (progress, cancel):
        folder = folder or session.shared_folder
        if folder is None:
            raise click.UsageError(_("Say which folder: this map was not shared through one yet."))
        report = session.sync_folder(folder, progress=progress, cancel=cancel)
    if as_json:
        say_json(_folder_json(report))
    else:
        _say_folder(report)
    _leave_folder(report)


def _leave_folder(report: FolderReport) -> None:
    """Say what went wrong, and leave with the code for it."""
    for problem in report.problems:
        for line in explain(problem):
            click.echo(line, err=True)
    context = click.get_current_context()
    if report.problems:
        context.exit(report.problems[0].exit_code)
    if report.partial or report.damaged or report.refused:
        context.exit(LEFT_IN_FOLDER)


def _say_folder(report: FolderReport) -> None:
    came = report.received
    words = ngettext("Taken: {count} contribution.", "Taken: {count} contributions.", came.changes)
    say(words.format(count=format_number(came.changes)))
    words = _("{added} new, {changed} changed, {deleted} deleted, {disagreements} disagreements.")
    if came.changes:
        say(
            words.format(
                added=format_number(came.added),
                changed=format_number(came.changed),
                deleted=format_number(came.deleted),
                disagreements=format_number(came.disagreements),
            )
        )
    words = ngettext(
        "Given: {count} contribution.", "Given: {count} contributions.", report.sent_changes
    )
    say(words.format(count=format_number(report.sent_changes)))
    _say_left(report)


def _say_left(report: FolderReport) -> None:
    if report.partial:
        words = ngettext(
            "{count} file is still on its way: {names}",
            "{count} files are still on their way: {names}",
            len(report.partial),
        )
        say(words.format(count=len(report.partial), names=_some(report.partial)))
    if report.damaged:
        words = ngettext(
            "{count} file holds something else, and was left alone: {names}",
            "{count} files hold something else, and were left alone: {names}",
            len(report.damaged),
        )
        say(words.format(count=len(report.damaged), names=_some(report.damaged)))
    if report.is_done:
        say(_("Map and folder hold the same now."))
    elif not report.problems:
        say(_("The folder holds more than could be taken now. Run this again later."))


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_MAX_NAMED]) + (" …" if len(names) > _MAX_NAMED else "")


def _folder_json(report: FolderReport) -> dict[str, Any]:
    came = report.received
    return {
        "folder": str(report.folder),
        "done": report.is_done,
        "sent_changes": report.sent_changes,
        "changes": came.changes,
        "added": came.added,
        "changed": came.changed,
        "deleted": came.deleted,
        "disagreements": came.disagreements,
        "digest": came.digest,
        "waiting": report.waiting,
        "partial": list(report.partial),
        "damaged": list(report.damaged),
        "refused": report.refused,
        "problems": [problem.code for problem in report.problems],
    }


# --- verify -----------------------------------------------------------------------------------


@click.command(
    "verify",
    cls=Verb,
    help=N_(
        "Check that a map's file is whole: every signature, every line, every photo.\n\n"
        "Nothing is written. A map that is open in a window can be checked too."
    ),
    examples=(
        "collabmap verify condamine.collabmap",
        "collabmap verify condamine.collabmap --json",
    ),
)
@project_argument
@as_json
@pass_desk
def verify(desk: Desk, project: Path, as_json: bool) -> None:
    with long_work() as (progress, cancel):
        report = checking.verify(project, progress=progress, cancel=cancel)
    if as_json:
        say_json({**asdict(report), "path": str(report.path)})
    else:
        _say_check(report)
    if not report.ok:
        click.get_current_context().exit(DAMAGED)


def _say_check(report: CheckReport) -> None:
    words = _("Checked: {changes} contributions in {segments} signed runs, {photos} photos.")
    say(
        words.format(
            changes=format_number(report.changes),
            segments=format_number(report.segments),
            photos=format_number(report.photos),
        )
    )
    _say_findings(report.findings)
    if report.ok:
        say(_("All is as it was written."))


def _say_findings(findings: tuple[Told, ...]) -> None:
    for finding in findings:
        say(finding.what, f"  {finding.meaning}", f"  {finding.advice}")


# --- doctor -----------------------------------------------------------------------------------


@click.command(
    "doctor",
    cls=Verb,
    help=N_(
        "Repair a damaged map from what is whole in it.\n\n"
        "The damaged file stays beside it under another name; nothing is thrown away."
    ),
    examples=("collabmap doctor condamine.collabmap",),
)
@project_argument
@as_json
@pass_desk
def doctor(desk: Desk, project: Path, as_json: bool) -> None:
    with long_work() as (progress, cancel):
        report = checking.doctor(project, desk.device, progress=progress, cancel=cancel)
    if as_json:
        backup = str(report.backup) if report.backup else None
        say_json({**asdict(report), "path": str(report.path), "backup": backup})
        return
    _say_findings(report.found)
    if report.was_sound:
        say(_("There was nothing to repair, and nothing was touched."))
    else:
        _say_repair(report)


def _say_repair(report: DoctorReport) -> None:
    words = _("Repaired: {path}, with {changes} contributions in {segments} signed runs.")
    changes, segments = format_number(report.changes), format_number(report.segments)
    say(words.format(path=report.path, changes=changes, segments=segments))
    say(_("The damaged file is kept: {path}").format(path=report.backup))
    if report.unsigned_lost:
        words = ngettext(
            "{count} contribution that nobody else had is lost.",
            "{count} contributions that nobody else had are lost.",
            report.unsigned_lost,
        )
        say(words.format(count=format_number(report.unsigned_lost)))
    if not report.missing:
        say(_("Nothing is missing."))
    for each in report.missing:
        say(_missing_words(each))
    if any(each.is_own for each in report.missing):
        say(_("Some of it is your own: get it back before you add anything here."))
    if report.missing:
        say(
            _(
                "Exchange with anybody who has received them, a coordinator first:"
                " they come again by themselves."
            )
        )


def _missing_words(missing: Missing) -> str:
    who = ", ".join(missing.people) or _("somebody")
    if missing.changes is None:
        words = _("Missing: contributions of {who} (laptop {code}).")
        return words.format(who=who, code=missing.code)
    words = ngettext(
        "Missing: {count} contribution of {who} (laptop {code}).",
        "Missing: {count} contributions of {who} (laptop {code}).",
        missing.changes,
    )
    return words.format(count=format_number(missing.changes), who=who, code=missing.code)


# --- copy -------------------------------------------------------------------------------------


@click.command(
    "copy",
    cls=Verb,
    help=N_(
        "Copy a map from a stick or a network drive to this computer.\n\n"
        "With its base map and photos, checked whole. Work on the copy: sticks are pulled out."
    ),
    examples=("collabmap copy /media/stick/condamine.collabmap ~/Documents",),
)
@project_argument
@click.argument("folder", type=click.Path(path_type=Path))
@pass_desk
def copy(desk: Desk, project: Path, folder: Path) -> None:
    if not folder.is_dir():
        raise FolderGone(folder=folder)
    with long_work():
        path = copying.copy_to_computer(project, folder, desk.device)
    say(_("Your copy is ready: {path}").format(path=path))


COMMANDS: tuple[click.Command, ...] = (sync, verify, doctor, copy)
