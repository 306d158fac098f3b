"""The themes there are: those that come with the program, in files, and the one of an open map."""

import functools
from pathlib import Path
from weakref import WeakKeyDictionary

from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.definitions import Definitions
from collabmap.domain.theme import Theme
from collabmap.domain.theme_file import MAX_BYTES, parse_theme
from collabmap.domain.theme_parts import defined
from collabmap.errors import FileMissing, ThemeUnknown, ThemeUnreadable
from collabmap.store.project import Project

# The theme of a map whose theme is not one that comes with the program: nothing, and what was
# defined since.
BLANK_THEME = "blank"


@functools.lru_cache(maxsize=32)
def ready_theme(name: str) -> Theme:
    """Return a theme that comes with the program; the usual one for a name not known here.

    Categories that a theme does not know are shown all the same (domain/theme.py).
    """
    if name == BLANK_THEME:
        return Theme(BLANK_THEME)
    path = resource("themes") / f"{name}.json"
    if name not in ready_names():
        path = resource("themes") / f"{DEFAULT_THEME}.json"
    return parse_theme(path.read_text(encoding="utf-8"), path.name)


def ready_names() -> tuple[str, ...]:
    """Return the names of the themes that come with the program, the usual one first."""
    names = sorted(path.stem for path in resource("themes").glob("*.json"))
    return (DEFAULT_THEME, *(name for name in names if name != DEFAULT_THEME))


def read_theme(path: Path) -> Theme:
    """Return the theme of a file.

    Raises FileMissing, ThemeUnreadable, ThemeTooNew, ThemeInvalid with all that is wrong.
    """
    from collabmap.app.icon_words import icon_names

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise FileMissing(name=path.name) from error
    except UnicodeDecodeError as error:
        raise ThemeUnreadable(name=path.name) from error
    if len(data) > MAX_BYTES:
        raise ThemeUnreadable(name=path.name)
    return parse_theme(text, path.name, icon_names())


def find_theme(name: str) -> Theme:
    """Return a theme that comes with the program, by its name, or the one of a file.

    Raises ThemeUnknown, and as `read_theme` does.
    """
    if name in ready_names():
        return ready_theme(name)
    if not name.lower().endswith(".json") and not Path(name).is_file():
        raise ThemeUnknown(value=name, names=", ".join(ready_names()))
    return read_theme(Path(name))


_known: WeakKeyDictionary[Project, tuple[Definitions, Theme]] = WeakKeyDictionary()


def theme_of(project: Project) -> Theme:
    """Return the theme of a map as it is defined now; inside `reading`."""
    definitions = project.model.ledger.definitions
    before = _known.get(project)
    # Asked for with every place that is written: built anew only when somebody said more.
    if before is None or before[0] is not definitions:
        theme = defined(ready_theme(project.genesis.theme), definitions)
        before = _known[project] = (definitions, theme)
    return before[1]
