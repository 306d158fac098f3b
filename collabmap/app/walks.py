"""Walks that a phone or a watch recorded, as lines for the map."""

from heapq import nlargest
from pathlib import Path
from typing import NamedTuple

from collabmap.app.shape_words import format_length
from collabmap.app.words import _, format_duration, format_number, ngettext
from collabmap.domain.extent import bbox_of
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.geometry import from_wkb, prepare
from collabmap.domain.sketch import Sketch
from collabmap.domain.track import Track, simplified, trimmed
from collabmap.errors import WalkTooShort
from collabmap.formats.gpx import read_tracks

# Nobody chooses among more of them.
MOST_WALKS = 50
# Within this distance of its ends a walk is hidden, unless somebody wants it whole.
HIDDEN_M = 100


class WalkView(NamedTuple):
    """A walk as it would come onto the map.

    name: of the recording, '' if it has none.  position: of its mark.  left_out: points that made
    no sense.  hidden_m: how far from its ends nothing is shown, 0 where all is.
    """

    name: str
    wkb: bytes
    position: LngLat
    bbox: Bbox
    length_m: float
    duration_s: float | None
    left_out: int
    hidden_m: int

    @property
    def sketch(self) -> Sketch:
        return Sketch.from_wkb(self.wkb)


class Walks(NamedTuple):
    """The walks of a file, the longest first.  whole: each with its ends, in the same order.

    is_cut_short: the file ended in the middle.  shorter: how many more are not here.
    """

    tracks: tuple[Track, ...]
    whole: tuple[WalkView, ...]
    is_cut_short: bool
    shorter: int


def read_walks(path: Path) -> Walks:
    """Return the longest walks of a GPX file; see formats.gpx for what it raises."""
    found = read_tracks(path)
    longest = nlargest(MOST_WALKS, found.tracks, key=lambda track: track.rough_length_m)
    views = [(track, walk_view(track, 0)) for track in longest]
    views.sort(key=lambda pair: -pair[1].length_m)
    tracks, whole = zip(*views, strict=True)
    return Walks(tracks, whole, found.is_cut_short, len(found.tracks) - len(tracks))


def walk_view(track: Track, hidden_m: int) -> WalkView:
    """Return a walk with its ends hidden as far as asked.  Raises WalkTooShort."""
    shown = trimmed(track, hidden_m) if hidden_m > 0 else track
    if shown is None:
        raise WalkTooShort(metres=hidden_m)
    sketch = simplified(shown)
    prepared = prepare(sketch.geometry())
    bbox = bbox_of([from_wkb(prepared.wkb)])
    assert bbox is not None, "a line has a box"
    return WalkView(
        name=track.name,
        wkb=prepared.wkb,
        position=prepared.position,
        bbox=bbox,
        length_m=sketch.length_m(),
        duration_s=shown.duration_s,
        left_out=track.left_out,
        hidden_m=hidden_m,
    )


def walk_words(walk: WalkView) -> str:
    """Return '3,24 km · 48 min', without the time where none was noted."""
    length = format_length(walk.length_m)
    if walk.duration_s is None:
        return length
    return f"{length} · {format_duration(walk.duration_s)}"


def walk_sentences(walk: WalkView, found: Walks) -> list[str]:
    """Return what a person should know of how a walk was read: what is not there of it."""
    said = []
    if walk.hidden_m:
        hidden = _("Nothing is shown within {metres} m of where it began and ended.")
        said.append(hidden.format(metres=format_number(walk.hidden_m)))
    if walk.left_out:
        left_out = ngettext(
            "{count} point that made no sense was left out.",
            "{count} points that made no sense were left out.",
            walk.left_out,
        )
        said.append(left_out.format(count=format_number(walk.left_out)))
    if found.shorter:
        shorter = ngettext(
            "{count} shorter walk of the file is not offered.",
            "{count} shorter walks of the file are not offered.",
            found.shorter,
        )
        said.append(shorter.format(count=format_number(found.shorter)))
    if found.is_cut_short:
        said.append(_("The file ends in the middle: what came before is here."))
    return said
