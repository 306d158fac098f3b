"""The demo: the territory that opens in the window, and its story without one."""

import os
import sys
import tempfile
from pathlib import Path

import click

from collabmap.app.words import N_, _, language
from collabmap.cli import kinds
from collabmap.cli.desk import Desk, pass_desk, say
from collabmap.cli.verbs import Verb, option

STORIES_DIFFER = 1


@click.command(
    "demo",
    cls=Verb,
    help=N_(
        "Open the demo territory, a map of Monaco, in the window.\n\n"
        "Without a screen, or with --headless, it plays a story instead: four people on three "
        "laptops, bundles that cross, disagreements, verdicts, and one map for all in the end."
    ),
    examples=(
        "collabmap demo",
        "collabmap demo --headless --dir story",
        "collabmap demo --prepare demo",
    ),
)
@option(
    "--dir",
    "folder",
    type=kinds.Folder(),
    metavar="FOLDER",
    help=N_("Where the story leaves its files; otherwise a new temporary folder."),
)
@option("--headless", is_flag=True, help=N_("Play the story, even where there is a screen."))
@option(
    "--prepare",
    type=kinds.Folder(),
    metavar="FOLDER",
    help=N_("Only make the demo map in a folder, and say its path."),
)
@pass_desk
@click.pass_context
def demo(
    ctx: click.Context, desk: Desk, folder: Path | None, headless: bool, prepare: Path | None
) -> None:
    if prepare is not None:
        from collabmap.app.demo import prepare_demo

        say(str(prepare_demo(prepare, desk.device, language())))
        return
    # The window itself is started before the command line is reached (see __main__.py).
    if not headless and has_screen():
        say(_("Only “collabmap demo” alone opens the window; here the demo tells its story."))
    elif not headless:
        say(_("There is no screen here, so the demo tells its story."))
    from collabmap.app.story import play_story

    folder = folder or Path(tempfile.mkdtemp(prefix="collabmap-demo-"))
    if any(folder.glob("*")):
        words = _("“{folder}” is not empty. Name a new folder for the story.")
        raise click.UsageError(words.format(folder=folder))
    result = play_story(folder, language(), say)
    if not result.is_one_map:
        ctx.exit(STORIES_DIFFER)


def has_screen() -> bool:
    """Return whether a window could open: on Linux there must be a display to open it on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


COMMANDS: tuple[click.Command, ...] = (demo,)
