"""Read where somebody walked from GPX 1.0 and 1.1.

Point by point, so that a file of any size takes little room; no DTD, so that no entity is ever
expanded; with all that phones and watches do: numbers that are none, prefixes nobody declared,
files that end in the middle.  Source: GPX 1.1 (topografix.com/GPX/1/1).
"""

import math
from array import array
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

import numpy as np

from collabmap.domain.track import Leg, Track, cleaned
from collabmap.errors import FileMissing, TracksEmpty, TracksTooLarge, TracksUnreadable

MAX_MEGABYTES = 100
_CHUNK = 1 << 16
# Deeper than any GPX file: elements within elements without end.
_MAX_DEPTH = 64
_MAX_NAME = 200

# Below the root.  A route is a walk of one leg.
_TRACKS = {"/trk", "/rte"}
_LEGS = {"/trk/trkseg", "/rte"}
_POINTS = {"/trk/trkseg/trkpt", "/rte/rtept"}
_TEXTS = {"/trk/name", "/rte/name", "/trk/trkseg/trkpt/time", "/rte/rtept/time"}


class Tracks(NamedTuple):
    """The walks of a file that have a line.  is_cut_short: it ended in the middle."""

    tracks: tuple[Track, ...]
    is_cut_short: bool


def read_tracks(path: Path) -> Tracks:
    """Return the tracks and routes of a GPX file, without points that make no sense.

    What comes before a damaged place is read.  Raises FileMissing, TracksUnreadable, TracksEmpty
    or TracksTooLarge.
    """
    reader = _Reader(path.name)
    try:
        size = path.stat().st_size
        if size > MAX_MEGABYTES * 1_000_000:
            raise TracksTooLarge(
                name=path.name, megabytes=round(size / 1_000_000), limit=MAX_MEGABYTES
            )
        with path.open("rb") as file:
            is_cut_short = reader.read(file)
    except OSError as error:
        raise FileMissing(name=path.name) from error
    tracks = tuple(track for raw in reader.tracks if (track := cleaned(raw)).legs)
    if not tracks:
        raise TracksEmpty(name=path.name)
    return Tracks(tracks, is_cut_short)


class _NotGpx(Exception):
    """Another kind of XML, or one that no GPX file needs."""


class _Reader:
    """Gathers points as expat meets them."""

    def __init__(self, name: str) -> None:
        self.tracks: list[Track] = []
        self._name = name
        self._prefix = ""
        # The way to each open element, the root's being empty.
        self._paths: list[str] = []
        self._text: list[str] | None = None
        self._track_name = ""
        self._legs: list[Leg] = []
        self._lngs, self._lats, self._times = array("d"), array("d"), array("d")

    def read(self, file: BinaryIO) -> bool:
        """Read a file; return whether it ended in the middle."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except _NotGpx as error:
            raise TracksUnreadable(name=self._name) from error
        except (expat.ExpatError, ValueError, LookupError) as error:
            # ValueError and LookupError: an encoding that is broken, or that nobody knows.
            self._close_track()
            if not self.tracks:
                raise TracksUnreadable(name=self._name) from error
            return True
        return False

    # --- what expat calls ----------------------------------------------------------------

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, local = tag.rpartition(":")
        if not self._paths:
            if local != "gpx":
                raise _NotGpx
            self._prefix = prefix
            self._paths.append("")
            return
        if len(self._paths) > _MAX_DEPTH:
            raise _NotGpx
        # Extensions have prefixes of their own.
        path = f"{self._paths[-1]}/{local if prefix == self._prefix else '-'}"
        self._paths.append(path)
        if path in _POINTS:
            self._lngs.append(_number(attributes.get("lon")))
            self._lats.append(_number(attributes.get("lat")))
            self._times.append(math.nan)
        elif path in _TEXTS:
            self._text = []

    def _end(self, _tag: str) -> None:
        path = self._paths.pop()
        if path in _TEXTS:
            text = "".join(self._text or ()).strip()
            self._text = None
            if path.endswith("/name"):
                self._track_name = " ".join(text.split())[:_MAX_NAME]
            else:
                self._times[-1] = _seconds(text)
        if path in _LEGS:
            self._close_leg()
        if path in _TRACKS:
            self._close_track()

    def _say(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _refuse(self, *_doctype: object) -> None:
        raise _NotGpx

    def _close_leg(self) -> None:
        if self._lngs:
            columns = (self._lngs, self._lats, self._times)
            self._legs.append(Leg(*(np.array(column, dtype=np.float64) for column in columns)))
        self._lngs, self._lats, self._times = array("d"), array("d"), array("d")

    def _close_track(self) -> None:
        self._close_leg()
        if self._legs:
            self.tracks.append(Track(self._track_name, tuple(self._legs)))
        self._track_name, self._legs = "", []


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return math.nan


def _seconds(text: str) -> float:
    """Return a time as seconds since 1970; NaN for what is none.  Without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return math.nan
