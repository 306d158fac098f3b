"""Clock notes: by how much a coordinator moves the times shown of a laptop whose clock was wrong.

They decide nothing: which of two values is in force never depends on them.
"""

from collections.abc import Iterable

from collabmap.domain.authority import Standing
from collabmap.domain.change import Change
from collabmap.domain.roles import Role

# A hundred years: more than any clock is wrong by, and less than what a date can hold.
MAX_SHIFT_MS = 100 * 366 * 24 * 3600 * 1000


def find_shifts(notes: Iterable[Change], standing: Standing) -> dict[bytes, int]:
    """Return by how many milliseconds the times of each replica are moved; the last word counts."""
    said: dict[bytes, list[Change]] = {}
    for note in notes:
        if standing.role(note) == Role.COORDINATOR and abs(note.numbers[0]) <= MAX_SHIFT_MS:
            said.setdefault(note.keys[0], []).append(note)
    shifts = {}
    for rid, words in said.items():
        replaced = frozenset().union(*(word.over.get("") or () for word in words))
        heads = [word for word in words if word.id not in replaced]
        shifts[rid] = max(heads, key=lambda word: word.rank).numbers[0]
    return {rid: shift for rid, shift in shifts.items() if shift}
