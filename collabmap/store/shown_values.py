"""What is in some of the theme's fields, of all that is on the map."""

from collections.abc import Collection
from typing import Any

from collabmap.store.features import NOTHING_HIDDEN, Hidden
from collabmap.store.project import Project
from collabmap.store.rows import decode_json


def values_of(
    project: Project, fields: Collection[str], hidden: Hidden = NOTHING_HIDDEN
) -> dict[bytes, dict[str, Any]]:
    """Return values as shown, by feature and field id; features without any are left out.

    Private ones are sealed and never among them.
    """
    is_shown, values = hidden.condition()
    # Few features have values: the text is looked at before it is read.
    rows = project.connection.execute(
        "SELECT f.uuid, f.fields FROM shown f WHERE f.life = 1 AND f.fields LIKE '%\"values\"%'"
        f" AND {is_shown}",
        values,
    )
    found = {}
    for uuid, text in rows:
        given = decode_json(text).get("values", {})
        if wanted := {field: given[field] for field in fields if field in given}:
            found[uuid] = wanted
    return found
