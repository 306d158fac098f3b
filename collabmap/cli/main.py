"""The command line: one group, its errors in words, its exit codes."""

import contextlib
import gettext
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from collabmap import __version__
from collabmap.app.settings import resource
from collabmap.app.words import N_, _, explain, set_language
from collabmap.cli import (
    auditing,
    base_maps,
    basemap,
    caring,
    claiming,
    demo,
    duplicates,
    ecosystem,
    exchange,
    export,
    gazetteer,
    here,
    inviting,
    kinds,
    linking,
    looking,
    mine,
    people,
    places,
    project,
    readings,
    ready,
    review,
    taking_back,
    theming,
    tile_files,
)
from collabmap.cli.desk import Desk
from collabmap.cli.verbs import Option, Verbs
from collabmap.errors import Cancelled, CollabMapError

FAULT, INTERRUPTED = 70, 130
# What a double click hands over; with a screen the window takes it (see __main__.py).
_FILE_SUFFIXES = (".collabmap", ".cmkit")

EXIT_CODES = {
    0: N_("done"),
    1: N_("could not be done"),
    2: N_("what was written cannot be used"),
    3: N_("the map cannot be opened"),
    4: N_("the map is open elsewhere, or for looking only"),
    5: N_("a file, a folder or the disk"),
    6: N_("a contribution file"),
    7: N_("a base map or an extract"),
    8: N_("not allowed, or nobody said their name"),
    9: N_("stopped at your request"),
    FAULT: N_("a fault of CollabMap; the log says more"),
    INTERRUPTED: N_("broken off with Ctrl+C"),
}


class Program(Verbs):
    """The group itself: every way out of a command becomes words and an exit code."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> None:
        words = list(sys.argv[1:] if args is None else args)
        _speak(_option(words, "--language"))
        extra["standalone_mode"] = False
        try:
            # In this mode click returns the code of --help and --version instead of leaving.
            code = super().main(words, prog_name or "collabmap", **extra) or 0
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except CollabMapError as error:
            code = _say_error(error)
        except (click.Abort, KeyboardInterrupt):
            _say_error(Cancelled())
            code = INTERRUPTED
        except Exception:
            code = _say_fault(_option(words, "--home"))
        sys.exit(code)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0].lower().endswith(_FILE_SUFFIXES):
            words = _("There is no screen to open “{name}” on. Try: collabmap info “{name}”")
            raise click.UsageError(words.format(name=args[0]), ctx)
        return super().resolve_command(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Exit codes")):
            formatter.write_dl([(str(code), _(words)) for code, words in EXIT_CODES.items()])


def _option(words: Sequence[str], name: str) -> str | None:
    """Return the value of a global option before click reads it: help needs the language."""
    waiting = iter(words)
    for word in waiting:
        if word in ("--home", "--language"):
            value = next(waiting, None)
            if word == name:
                return value
        elif word.startswith(f"{name}="):
            return word.partition("=")[2]
        elif not word.startswith("-"):
            break
    return None


def _speak(language: str | None) -> None:
    """Choose the language of everything said from here on, click's own words too."""
    chosen = set_language(language)
    os.environ["LANGUAGE"] = chosen
    gettext.bindtextdomain("collabmap", str(resource("translations")))
    gettext.textdomain("collabmap")
    for stream in (sys.stdout, sys.stderr):
        # A Windows console that is redirected would write the code page of the last century.
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(io.UnsupportedOperation):
                stream.reconfigure(encoding="utf-8", errors="replace")


def _say_error(error: CollabMapError) -> int:
    message, hint = explain(error)
    click.echo(message, err=True)
    click.echo(hint, err=True)
    return error.exit_code


def _say_fault(home: str | None) -> int:
    """Write the traceback into the log and a plain sentence on the screen."""
    log = _log_path(home)
    kind, value, trace = sys.exc_info()
    # The message of an exception may hold what a person wrote; the places in the code don't.
    lines = [*traceback.format_tb(trace), f"{kind.__name__ if kind else ''}\n"]
    if isinstance(value, OSError):
        lines.append(f"{value.strerror}\n")
    with contextlib.suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"CollabMap {__version__}, Python {sys.version}\n")
            file.writelines([*lines, "\n"])
    click.echo(_("This is a fault of CollabMap, not yours. What was saved is kept."), err=True)
    click.echo(_("Please send us this file: {path}").format(path=log), err=True)
    return FAULT


def _log_path(home: str | None) -> Path:
    import platformdirs

    folder = home or os.environ.get("COLLABMAP_HOME")
    base = Path(folder) if folder else Path(platformdirs.user_data_dir("CollabMap", False))
    return base / "collabmap.log"


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=N_(
        "A town's people make their own map: offline, merged, reviewed, theirs.\n\n"
        "Without a command, or with a map's file alone, CollabMap opens its window."
    ),
)
@click.option(
    "--home",
    cls=Option,
    type=kinds.Folder(),
    metavar="FOLDER",
    help=N_("The folder of this device: its key, its people. Also $COLLABMAP_HOME."),
)
@click.option(
    "--language",
    cls=Option,
    type=click.Choice(["fr", "en"]),
    help=N_("French or English; otherwise as this computer is set."),
)
@click.version_option(
    __version__,
    "--version",
    prog_name="CollabMap",
    cls=Option,
    help=N_("Show the version and exit."),
)
@click.pass_context
def cli(ctx: click.Context, home: Path | None, language: str | None) -> None:
    desk = ctx.obj = Desk(home)
    ctx.call_on_close(desk.close)


for room in (
    project,
    looking,
    places,
    linking,
    readings,
    mine,
    exchange,
    review,
    claiming,
    auditing,
    duplicates,
    ecosystem,
    taking_back,
    people,
    inviting,
    here,
    ready,
    caring,
    export,
    theming,
    basemap,
    tile_files,
    base_maps,
    gazetteer,
    demo,
):
    for command in room.COMMANDS:
        cli.add_command(command)


def main(args: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    cli.main(args)
