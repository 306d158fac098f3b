"""Values that name another feature, and what it is called."""

import re
from collections.abc import Iterable
from typing import Any

from collabmap.store.project import Project

_FEATURE = re.compile(r"[0-9a-f]{32}")


def names_of_references(project: Project, values: Iterable[Any]) -> dict[str, str]:
    """Return the names of features that values name, by their id in hexadecimal.

    values: of the theme's fields, whatever their type: what looks like an id and is one of a
    feature that is known here is looked up.
    """
    wanted = {each for each in values if isinstance(each, str) and _FEATURE.fullmatch(each)}
    found = {}
    for each in sorted(wanted):
        canonical = project.model.canonical(bytes.fromhex(each))
        row = project.connection.execute(
            "SELECT name FROM shown WHERE uuid = ?", (canonical,)
        ).fetchone()
        if row is not None and row[0]:
            found[each] = row[0]
    return found
