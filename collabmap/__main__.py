"""CollabMap: without arguments, with a map's file or with `demo` the window, else a command."""

import gc
import os
import sys
from collections.abc import Sequence

FILE_SUFFIXES = (".collabmap", ".cmkit")
# `demo` with one of these is the command line's.
WITHOUT_WINDOW = {"--headless", "--prepare", "--help", "-h"}


def main(args: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Only the half that is asked for is imported: a command needs no Qt, the window no click.
    """
    words = list(sys.argv[1:] if args is None else args)
    if wants_window(words):
        # Nothing of what is made while modules are read is rubbish: looking for it took an eighth
        # of the start.  ui/memory.py looks again, once the window stands.
        gc.disable()
        from collabmap.ui.main import run

        return run(words)
    from collabmap.cli.main import main as run_command

    run_command(words)
    return 0


def wants_window(words: Sequence[str]) -> bool:
    """Return whether these arguments open the window."""
    if not has_screen():
        return False
    if not words:
        return True
    if words[0] == "demo":
        return not any(word.partition("=")[0] in WITHOUT_WINDOW for word in words)
    # A file manager gives one path; a name of a command never ends like this.
    return len(words) == 1 and words[0].lower().endswith(FILE_SUFFIXES)


def has_screen() -> bool:
    """Return whether a window could open: on Linux there must be a display to open it on."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
