"""Finds the places of a map that may be one, and keeps them in the file on this computer.

A map that was never looked through is looked through whole; after that only what has changed is
held against what lies around it.  Nobody signs what is found: another computer finds the same.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from collabmap.app.progress import CancelToken, Progress, stepper
from collabmap.domain.change import DIFFERENT
from collabmap.domain.duplicate_groups import Group, groups_of
from collabmap.domain.duplicates import Pair, find_pairs, reaches_m
from collabmap.domain.geo import LngLat
from collabmap.domain.hlc import ms_of
from collabmap.domain.norms import Norms
from collabmap.domain.pair_score import THRESHOLD
from collabmap.domain.places import Places
from collabmap.domain.theme import Theme
from collabmap.store import duplicates, marks
from collabmap.store.duplicates import PairRow, StaleRow
from collabmap.store.features import Hidden
from collabmap.store.photo_index import named_everywhere, photo_of
from collabmap.store.project import Project

# Another way of scoring finds other pairs: all is looked through anew.
_VERSION = 1
# A map of so few places is looked through whole each time: what is usual on it changes quickly.
_SMALL = 500
# Of a larger one that has this much more, or less, than when it was looked through, and of one of
# which so much has changed.
_GROWN, _CHANGED = 1.5, 0.2
# So many features are noted in one transaction, so that nobody waits for it.
_NOTED = 25_000
# Photos can lift a pair above the threshold that is at most so far below it.
_WITHOUT_PHOTOS = THRESHOLD - 0.08


class _Basis(msgspec.Struct, frozen=True, array_like=True):
    """What looks at some places need of the one through the whole map.  count: of its places."""

    version: int
    count: int
    norms: Norms


@dataclass(frozen=True, slots=True)
class Look:
    """What one look has found.

    looked_at: features that were looked at, as they were.  pairs: all of theirs.  found_by: of a
    look through the whole map what the next ones need, else None.
    """

    looked_at: tuple[StaleRow, ...]
    pairs: tuple[Pair, ...]
    found_by: bytes | None = None


def find(
    project: Project,
    theme: Theme,
    ids: Collection[bytes] | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancel: CancelToken | None = None,
) -> Look | None:
    """Look at what is another than when it was looked at; None: there is nothing.

    ids: only at these; None looks for it everywhere.  Raises Cancelled.  Some seconds where a
    large map was never looked through: never on the GUI thread.
    """
    with project.reading():
        if needs_whole(project):
            return _find_everywhere(project, theme, progress, cancel)
        waiting = duplicates.stale(project.connection, ids)
        if len(waiting) > max(_SMALL, _CHANGED * duplicates.count_on_map(project.connection)):
            return _find_everywhere(project, theme, progress, cancel)
        return find_around(project, theme, waiting) if waiting else None


def needs_whole(project: Project) -> bool:
    """Whether what is known does not do for a look at some places; inside `reading`."""
    known = _basis(project)
    count = duplicates.count_on_map(project.connection)
    if known is None:
        return count > 0
    if count <= _SMALL:
        return bool(duplicates.stale(project.connection, None))
    return count > _GROWN * known.count or known.count > _GROWN * count


def keep(project: Project, look: Look) -> frozenset[bytes]:
    """Keep what was found; return the places of pairs that are otherwise than before.

    Stopped half-way, the rest is looked at another time.
    """
    rows = [PairRow.of(pair) for pair in look.pairs]
    first, rest = look.looked_at[:_NOTED], look.looked_at[_NOTED:]
    with project.writing():
        changed = duplicates.keep(project, first, rows, look.found_by)
    for start in range(0, len(rest), _NOTED):
        with project.writing():
            duplicates.note_seen(project.connection, rest[start : start + _NOTED])
    return changed


def refresh(
    project: Project,
    theme: Theme,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Find and keep all that is missing."""
    look = find(project, theme, progress=progress, cancel=cancel)
    if look is not None:
        keep(project, look)


class Grouping:
    """What of possible duplicates goes together, made anew only where they are others."""

    def __init__(self) -> None:
        self._of: tuple[list[duplicates.PairRow], frozenset[frozenset[bytes]]] | None = None
        self._groups: tuple[Group, ...] = ()

    def groups(self, project: Project, hidden: Hidden) -> tuple[Group, ...]:
        """Return what nobody has decided about, pairs and groups, the likeliest first.

        Inside `reading`.  hidden: what this computer does not show.
        """
        rows = duplicates.pairs(project.connection, hidden)
        # Asked after every decision, and hardly ever another answer.
        now = rows, told_apart(project)
        if now != self._of:
            rows, apart = now
            found = (row.pair() for row in rows)
            kept = [p for p in found if frozenset((p.one, p.other)) not in apart]
            self._groups, self._of = groups_of(kept, apart), now
        return self._groups


def told_apart(project: Project) -> frozenset[frozenset[bytes]]:
    """Return the pairs of places, as they go now, of which was said that they are two."""
    ledger = project.model.ledger
    canonical = project.model.canonical
    return frozenset(
        frozenset((canonical(one), canonical(other)))
        for (one, other), words in ledger.pairs.items()
        if words[0].element == DIFFERENT and canonical(one) != canonical(other)
    )


def coming(project: Project, theme: Theme, ids: Collection[bytes]) -> list[Pair]:
    """Return the pairs that some places bring which were not known before, the likeliest first.

    Inside a transaction that has written them, kept or not.
    """
    db = project.connection
    waiting = duplicates.stale(db, ids)
    if not waiting:
        return []
    apart = told_apart(project)
    return [
        pair
        for pair in find_around(project, theme, waiting).pairs
        if frozenset((pair.one, pair.other)) not in apart
        and not duplicates.pairs_among(db, (pair.one, pair.other))
    ]


# --- looking ----------------------------------------------------------------------------------


def _find_everywhere(
    project: Project,
    theme: Theme,
    progress: Callable[[Progress], None] | None,
    cancel: CancelToken | None,
) -> Look:
    db = project.connection
    columns = marks.columns(db, project.model.ledger.shifts)
    taken_ms = {named.subject: named.at_ms for named in reversed(named_everywhere(project))}
    places = Places.of_marks(columns, _natures(theme), None, taken_ms, duplicates.radii_m(db, None))
    norms = Norms.of(places)
    step = stepper(progress, cancel, "duplicates", len(places))
    pairs = find_pairs(places, norms, step=step)
    step(len(places))
    # All of them: what was looked at before was by other norms.
    looked_at = tuple(duplicates.everything(db))
    basis = _Basis(_VERSION, len(places), norms)
    return Look(looked_at, tuple(pairs), msgspec.msgpack.encode(basis))


def find_around(project: Project, theme: Theme, waiting: Collection[StaleRow]) -> Look:
    """Hold some features against what lies around them; inside `reading`."""
    db = project.connection
    known = _basis(project)
    norms = known.norms if known is not None else Norms()
    wanted = {row.uuid for row in waiting}
    places = _places(project, theme, wanted)
    reaches = reaches_m(places, norms)
    positions = map(LngLat, places.lng.tolist(), places.lat.tolist())
    around = duplicates.uuids_around(db, positions, reaches.tolist())
    places = _places(project, theme, wanted | around)
    about = np.array([id_ in wanted for id_ in places.ids], np.bool_)
    found = find_pairs(places, norms, _WITHOUT_PHOTOS, about=about)
    pairs = _with_photos(project, places, norms, found, wanted)
    return Look(tuple(waiting), tuple(pairs))


def _with_photos(
    project: Project, places: Places, norms: Norms, found: list[Pair], wanted: Collection[bytes]
) -> list[Pair]:
    """Return pairs scored anew with the times of their photos."""
    involved = {id_ for pair in found for id_ in (pair.one, pair.other)}
    taken_ms = {id_: at_ms for id_ in involved if (at_ms := _photo_ms(project, id_))}
    if not taken_ms:
        return [pair for pair in found if pair.score >= THRESHOLD]
    rows = np.flatnonzero([id_ in involved for id_ in places.ids])
    some = places.taken(rows)
    some.taken_ms[:] = [taken_ms.get(id_, 0) for id_ in some.ids]
    about = np.array([id_ in wanted for id_ in some.ids], np.bool_)
    return find_pairs(some, norms, about=about)


def _photo_ms(project: Project, place: bytes) -> int:
    """Return when the first photo of a place was added, 0 if there is none."""
    elements = project.model.outcome(place).shown.elements
    return next((ms_of(e.stamp.time) for e in elements if photo_of(e) is not None), 0)


def _places(project: Project, theme: Theme, ids: Collection[bytes]) -> Places:
    db = project.connection
    columns = marks.columns_of(db, ids, project.model.ledger.shifts)
    return Places.of_marks(columns, _natures(theme), radius_m=duplicates.radii_m(db, ids))


def _natures(theme: Theme) -> Mapping[str, str]:
    return {category.id: category.nature for category in theme.categories}


# --- what is kept -----------------------------------------------------------------------------


_read_basis = msgspec.msgpack.Decoder(_Basis).decode


def _basis(project: Project) -> _Basis | None:
    """Return what the last look through the whole map left, None if there was none."""
    kept = duplicates.basis(project)
    try:
        known = _read_basis(kept) if kept else None
    except msgspec.MsgspecError:
        return None  # Of another version.
    return known if known is not None and known.version == _VERSION else None
