"""Putting corrections of one outline together, vertex by vertex, against what all had seen.

A three-way merge (Khanna, Kunal and Pierce 2007, "A formal investigation of diff3") of the
sequences of vertices.  It gives nothing rather than a guess: only corrections of disjoint parts of
an outline are put together, and only where what comes out is a valid shape.
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Part, Ring, Sketch


class _Edit(NamedTuple):
    """Vertices start to end (exclusive) of the base become others; start == end inserts."""

    start: int
    end: int
    vertices: Ring

    @property
    def counts_otherwise(self) -> bool:
        return len(self.vertices) != self.end - self.start


class _Unmergeable(Exception):
    """Two have changed the same part."""


def merge_sketches(base: Sketch, sides: Sequence[Sketch]) -> Sketch | None:
    """Return a line or zone with the corrections of all sides, each exactly as it was made.

    WGS84, as in Sketch.  base: what all had seen.  sides: in any order, which makes no difference.
    None for points, where two have changed the same vertex (also if to the same) or put new ones
    into the same edge, and where the result is no valid shape, or crosses itself while no side
    does.
    """
    if base.kind == "point" or any(side.kind != base.kind for side in sides):
        return None
    changed = [side for side in sides if side != base]
    if len(changed) < 2:
        return changed[0] if changed else base
    try:
        merged = Sketch(base.kind, _merged_parts(base, changed))
    except _Unmergeable:
        return None
    if not merged.is_finished or merged.problems():
        return None
    is_tangled = not _is_simple(merged) and all(map(_is_simple, changed))
    return None if is_tangled else merged


def _is_simple(sketch: Sketch) -> bool:
    """Whether a line does not cross itself, which is no flaw by itself; zones are valid here."""
    return sketch.kind == "zone" or bool(sketch.geometry().is_simple)


def _merged_parts(base: Sketch, sides: Sequence[Sketch]) -> tuple[Part, ...]:
    if any(len(side.parts) != len(base.parts) for side in sides):
        raise _Unmergeable
    closed = base.kind == "zone"
    return tuple(
        _merged_part(part, [side.parts[number] for side in sides], closed=closed)
        for number, part in enumerate(base.parts)
    )


def _merged_part(base: Part, sides: Sequence[Part], *, closed: bool) -> Part:
    changed = [side for side in sides if side != base]
    if len(changed) < 2:
        return changed[0] if changed else base
    paired = [_paired(base, side) for side in changed]
    rings = []
    for number, ring in enumerate(base):
        became = [of[number] for of in paired if of[number] != ring]
        if None not in became:
            rings.append(_merged_ring(ring, [r for r in became if r], closed=closed))
        elif len(became) > 1:
            # A hole that one has taken away must be as it was for all others.
            raise _Unmergeable
    # New holes in an order of their own, so that it makes no difference who comes first.
    return (*rings, *sorted(hole for side in changed for hole in side[len(base) :]))


def _paired(base: Part, side: Part) -> list[Ring | None]:
    """Return the ring of a side that each ring of the base has become, None for one taken away.

    Raises _Unmergeable where it cannot be told.
    """
    if len(side) >= len(base):
        return list(side[: len(base)])
    if not set(side[1:]) <= set(base[1:]):
        raise _Unmergeable
    return [side[0], *(ring if ring in side[1:] else None for ring in base[1:])]


def _merged_ring(base: Ring, changed: Sequence[Ring], *, closed: bool) -> Ring:
    if len(changed) < 2:
        return changed[0] if changed else base
    if not closed:
        return _merged_run(base, changed)
    # A ring has no beginning: all are cut open at a vertex that nobody has changed.
    rings = (base, *changed)
    anchor = next((v for v in base if all(ring.count(v) == 1 for ring in rings)), None)
    if anchor is None:
        raise _Unmergeable
    run, *others = (_opened(ring, anchor) for ring in rings)
    merged = _merged_run(run, others)[:-1]
    # Begun where the base begins, if that vertex is still there.
    return _opened(merged, base[0])[:-1] if base[0] in merged else merged


def _opened(ring: Ring, anchor: LngLat) -> Ring:
    """Return a ring that begins and ends with one of its vertices."""
    at = ring.index(anchor)
    return (*ring[at:], *ring[:at], anchor)


def _merged_run(base: Ring, sides: Sequence[Ring]) -> Ring:
    # What is put in at a place comes before what is changed there.
    edits = sorted(
        (edit for side in sides for edit in _edits(base, side)), key=lambda e: (e.start, e.end)
    )
    if any(_meet(a, b) for a, b in pairwise(edits)):
        raise _Unmergeable
    vertices: list[LngLat] = []
    at = 0
    for edit in edits:
        vertices += base[at : edit.start]
        vertices += edit.vertices
        at = edit.end
    return (*vertices, *base[at:])


def _edits(base: Ring, side: Ring) -> list[_Edit]:
    """Return what a side has changed, in order.  Most of an outline stays as it was."""
    head = _common(base, side)
    tail = _common(base[head:][::-1], side[head:][::-1])
    old, new = base[head : len(base) - tail], side[head : len(side) - tail]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _Edit(head + a, head + b, new[c:d])
        for word, a, b, c, d in matcher.get_opcodes()
        if word != "equal"
    ]


def _common(one: Iterable[LngLat], other: Iterable[LngLat]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _meet(one: _Edit, other: _Edit) -> bool:
    """Whether two edits are about the same vertices, or nobody could tell which comes first."""
    if one.start < other.end and other.start < one.end:
        return True
    is_beside = one.end == other.start or other.end == one.start
    return is_beside and one.counts_otherwise and other.counts_otherwise
