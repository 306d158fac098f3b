"""What belongs together of what was written to a feature: the deeds of its history."""

from collections.abc import Iterable

from collabmap.domain.change import TAG, Change, Kind
from collabmap.domain.hlc import ms_of

# What one person does in one go: so close in their own log.
_AT_ONCE_MS = 1000
_KEYWORDS_MS = 60_000


def deeds(changes: Iterable[Change]) -> list[list[Change]]:
    """Return changes as they were written together, one after the other in a log."""
    found: list[list[Change]] = []
    for change in sorted(changes, key=lambda c: (c.id.segment, c.id.ordinal)):
        if found and _is_of_one_deed(found[-1][-1], change):
            found[-1].append(change)
        else:
            found.append([change])
    return found


def _is_of_one_deed(before: Change, change: Change) -> bool:
    segment, ordinal = change.id
    if before.id != (segment, ordinal - 1) or before.person != change.person:
        return False
    apart_ms = ms_of(change.stamp.time) - ms_of(before.stamp.time)
    is_keyword = change.kind == Kind.ADD and change.element == TAG
    is_value = before.kind in (Kind.CREATE, Kind.SET) or before.element == TAG
    return apart_ms <= (_KEYWORDS_MS if is_keyword and is_value else _AT_ONCE_MS)
