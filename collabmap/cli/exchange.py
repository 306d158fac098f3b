"""Contributions on their way: bundle and merge."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from collabmap.app.field_words import field_word
from collabmap.app.merging import MergePreview, MergeReport
from collabmap.app.words import N_, _, explain, format_size, ngettext
from collabmap.cli.desk import (
    SHORT,
    Desk,
    long_work,
    pass_desk,
    project_argument,
    say,
    say_json,
    uuid_text,
)
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.feature import Mark, PersonView
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError


@click.command(
    "bundle",
    cls=Verb,
    help=N_(
        "Write your contribution into a file (.cmbundle) to hand to a coordinator.\n\n"
        "A coordinator gives the map back with --all: everybody's contributions and the verdicts."
    ),
    examples=(
        "collabmap bundle condamine.collabmap marcel.cmbundle",
        "collabmap bundle condamine.collabmap retour.cmbundle --all",
    ),
)
@project_argument
@click.argument("bundle", type=click.Path(path_type=Path))
@option("--all", "give_back", is_flag=True, help=N_("Give the whole map back, not only mine."))
@as_json
@pass_desk
def bundle(desk: Desk, project: Path, bundle: Path, give_back: bool, as_json: bool) -> None:
    with desk.opened(project, to_write=True) as session, long_work() as (progress, cancel):
        write = session.give_back if give_back else session.send
        report = write(bundle, progress=progress, cancel=cancel)
    if as_json:
        say_json(
            {
                "path": str(report.path),
                "places": report.places,
                "changes": report.changes,
                "size_bytes": report.size_bytes,
                "verified": report.verified,
                "code": report.code,
            }
        )
        return
    places = ngettext("{count} place", "{count} places", report.places).format(count=report.places)
    words = _("{path}: {places}, {size}.")
    say(words.format(path=report.path, places=places, size=format_size(report.size_bytes)))
    if report.verified:
        say(_("Read back and found whole. Code: {code}").format(code=report.code))


@click.command(
    "merge",
    cls=Verb,
    help=N_(
        "Take in contributions: files (.cmbundle), or folders and sticks that hold them.\n\n"
        "With --preview nothing is written: see what would come first."
    ),
    examples=(
        "collabmap merge condamine.collabmap marcel.cmbundle --preview",
        "collabmap merge condamine.collabmap /media/stick",
        "collabmap merge condamine.collabmap *.cmbundle --json",
    ),
)
@project_argument
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--preview", is_flag=True, help=N_("Only say what would come; write nothing."))
@as_json
@pass_desk
def merge(desk: Desk, project: Path, paths: tuple[Path, ...], preview: bool, as_json: bool) -> None:
    with desk.opened(project, to_write=True) as session, long_work() as (progress, cancel):
        if preview:
            seen = session.preview(paths, progress=progress, cancel=cancel)
            theme = session.theme
            told, problems = _preview_json(seen), [f.problem for f in seen.files if f.problem]
        else:
            done = session.merge(paths, progress=progress, cancel=cancel)
            told, problems = _report_json(done), list(done.problems)
    if as_json:
        say_json(told)
    elif preview:
        _say_preview(told, theme)
    else:
        _say_report(told)
    _say_problems(problems)


def _say_problems(problems: list[CollabMapError]) -> None:
    """Say what was wrong with some of the files; the exit code is that of the first."""
    for problem in problems:
        for line in explain(problem):
            click.echo(line, err=True)
    if problems:
        click.get_current_context().exit(problems[0].exit_code)


# --- as values --------------------------------------------------------------------------------


def _mark_json(mark: Mark) -> dict[str, Any]:
    return {
        "id": uuid_text(mark.id),
        "name": mark.name,
        "category": mark.category,
        "lng": mark.lng,
        "lat": mark.lat,
    }


def _problem_json(problem: CollabMapError | None) -> dict[str, str] | None:
    if problem is None:
        return None
    message, hint = explain(problem)
    return {"code": problem.code, "message": message, "hint": hint}


def _preview_json(seen: MergePreview) -> dict[str, Any]:
    return {
        "written": False,
        "files": [
            {
                "path": str(f.path),
                "ok": f.ok,
                "problem": _problem_json(f.problem),
                "persons": f.persons,
                "changes": f.changes,
                "size_bytes": f.size_bytes,
            }
            for f in seen.files
        ],
        "added": [_mark_json(mark) for mark in seen.added],
        "changed": [
            _mark_json(c.mark) | {"fields": list(c.fields), "by": c.by} for c in seen.changed
        ],
        "deleted": [_mark_json(mark) for mark in seen.deleted],
        "disagreements": [_mark_json(mark) for mark in seen.disagreements],
        "duplicates": [
            _mark_json(found.mark) | {"other": uuid_text(found.other)}
            for found in seen.duplicates or ()
        ],
        "by_person": _people_json(seen.by_person),
        "changes": seen.changes,
        "nothing_new": seen.nothing_new,
    }


def _report_json(done: MergeReport) -> dict[str, Any]:
    return {
        "written": True,
        "added": done.added,
        "changed": done.changed,
        "deleted": done.deleted,
        "disagreements": done.disagreements,
        "by_person": _people_json(done.by_person),
        "changes": done.changes,
        "digest": done.digest,
        "problems": [_problem_json(problem) for problem in done.problems],
    }


def _people_json(by_person: Sequence[tuple[PersonView, int]]) -> list[dict[str, Any]]:
    return [{"name": person.name, "changes": count} for person, count in by_person]


# --- as sentences -----------------------------------------------------------------------------


def _say_preview(told: dict[str, Any], theme: Theme) -> None:
    if told["nothing_new"]:
        say(_("Nothing new: all of this is on your map already."))
    else:
        say(_counts({key: len(told[key]) for key in _COUNTED}))
        if count := len(told["duplicates"]):
            found = ngettext("{count} possible duplicate", "{count} possible duplicates", count)
            say(found.format(count=count))
        for key, sign in (
            ("added", "+"),
            ("changed", "~"),
            ("deleted", "-"),
            ("duplicates", "≈"),
            ("disagreements", "≠"),
        ):
            for mark in told[key]:
                words = [field_word(f, theme) for f in mark["fields"]] if key == "changed" else []
                words += [mark["by"]] if key == "changed" else []
                extra = f" ({', '.join(words)})" if words else ""
                say(f"  {sign} {mark['id'][-SHORT:]}  {mark['name']}{extra}")
        _say_people(told)
    say(_("Nothing has been written yet."))


def _say_report(told: dict[str, Any]) -> None:
    if told["changes"] == 0:
        say(_("Nothing new: all of this is on your map already."))
    else:
        say(_counts(told))
        _say_people(told)
    say(_("Digest: {digest}").format(digest=told["digest"]))


_COUNTED = ("added", "changed", "deleted", "disagreements")


def _counts(told: dict[str, Any]) -> str:
    words = {
        "added": ngettext("{count} new", "{count} new", told["added"]),
        "changed": ngettext("{count} changed", "{count} changed", told["changed"]),
        "deleted": ngettext("{count} deleted", "{count} deleted", told["deleted"]),
        "disagreements": ngettext(
            "{count} disagreement", "{count} disagreements", told["disagreements"]
        ),
    }
    return ", ".join(words[key].format(count=told[key]) for key in _COUNTED)


def _say_people(told: dict[str, Any]) -> None:
    for person in told["by_person"]:
        words = ngettext("{count} contribution", "{count} contributions", person["changes"])
        found = words.format(count=person["changes"])
        say("  " + _("{what}: {found}").format(what=person["name"], found=found))


COMMANDS: tuple[click.Command, ...] = (bundle, merge)
