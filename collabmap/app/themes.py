"""The themes there are: those that come with the program, and the one of an open map."""

import functools
from weakref import WeakKeyDictionary

from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.definitions import Definitions
from collabmap.domain.theme import Theme
from collabmap.domain.theme_file import parse_theme
from collabmap.domain.theme_parts import defined
from collabmap.store.project import Project


@functools.lru_cache(maxsize=32)
def ready_theme(name: str) -> Theme:
    """Return a theme that comes with the program; the usual one for a name not known here.

    Categories that a theme does not know are shown all the same (domain/theme.py).
    """
    path = resource("themes") / f"{name}.json"
    if name not in ready_names():
        path = resource("themes") / f"{DEFAULT_THEME}.json"
    return parse_theme(path.read_text(encoding="utf-8"))


def ready_names() -> tuple[str, ...]:
    """Return the names of the themes that come with the program, the usual one first."""
    names = sorted(path.stem for path in resource("themes").glob("*.json"))
    return (DEFAULT_THEME, *(name for name in names if name != DEFAULT_THEME))


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
