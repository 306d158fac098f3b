"""Whether all is ready for an evening."""

import shlex
from pathlib import Path
from typing import Any

import click

from collabmap.app import evening, map_cover, readiness
from collabmap.app.progress import stepper
from collabmap.app.readiness import Line, Readiness, Value
from collabmap.app.readiness_words import percent_words, rest_words, says, state_words, title
from collabmap.app.session import Session
from collabmap.app.words import N_, explain
from collabmap.cli.desk import Desk, long_work, pass_desk, project_argument, say, say_json
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.formats.geojson import iso_time

# What leaves a command that found something to do (see docs/command-line.md).
NOT_READY = 1
_SIGNS = {"done": "✓", "running": "…", "look": "!", "todo": "○"}
# By action: the command that does it; PROJECT is put in.
_COMMANDS = {
    "make_base_map": "collabmap basemap build EXTRACT {stem}.mbtiles",
    "people": "collabmap devices {project}",
    "review": "collabmap review {project}",
    "give_back": "collabmap bundle {project} FILE --all",
    "send": "collabmap bundle {project} FILE",
    "hand_out": "collabmap handout {project} KIT",
    "check_paper": "collabmap ready {project} --paper CODE",
}


@click.command(
    "ready",
    cls=Verb,
    help=N_(
        "Ready for the evening? Say what is there, what is to be looked at and what is to do.\n\n"
        "The base map is looked through once, under all places; the answer is remembered."
    ),
    examples=(
        "collabmap ready condamine.collabmap",
        "collabmap ready condamine.collabmap --json",
    ),
)
@project_argument
@option(
    "--paper",
    metavar="CODE",
    help=N_("Compare the recovery key on paper with this map, to be sure of it."),
)
@as_json
@pass_desk
def ready(desk: Desk, project: Path, paper: str | None, as_json: bool) -> None:
    with desk.opened(project) as session:
        if paper is not None:
            evening.check_paper(session, paper)
        found = _look(session)
    if as_json:
        say_json(_to_json(found))
    else:
        _say(found, project)
    if not found.is_ready:
        click.get_current_context().exit(NOT_READY)


def _look(session: Session) -> Readiness:
    """Look at all of it, the tiles too."""
    found = readiness.look(session)
    if found.to_measure is None:
        return found
    asked = found.to_measure
    with long_work() as (progress, cancel):
        step = stepper(progress, cancel, "check", asked.tiles)
        map_cover.remember(session, asked, map_cover.measure(asked, step))
    return readiness.look(session)


def _say(found: Readiness, project: Path) -> None:
    for line in found.lines:
        say(f"{_SIGNS[line.state]} {title(line)} ({state_words(line)})", f"  {says(line)}")
        if line.problem is not None:
            say(f"  {explain(line.problem)[1]}")
        command = _COMMANDS.get(line.action)
        if command is not None and line.state in ("look", "todo"):
            quoted = shlex.quote(str(project))
            say("  " + command.format(project=quoted, stem=project.stem))
    say("", percent_words(found))
    if words := rest_words(found):
        say(words)


def _to_json(found: Readiness) -> dict[str, Any]:
    return {
        "ready": found.is_ready,
        "percent": found.percent,
        "minutes": found.minutes,
        "lines": [_line_json(line) for line in found.lines],
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "state": line.state,
        "found": line.found,
        "action": line.action or None,
        "problem": line.problem.code if line.problem is not None else None,
        **dict(_value_json(name, value) for name, value in line.values.items()),
    }


def _value_json(name: str, value: Value) -> tuple[str, Any]:
    """Return a value with its name: moments as every command writes them."""
    if name.endswith("_ms") and isinstance(value, int):
        return name.removesuffix("_ms"), iso_time(value)
    return name, list(value) if isinstance(value, tuple) else value


COMMANDS: tuple[click.Command, ...] = (ready,)
