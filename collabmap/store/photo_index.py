"""Which blobs the photos of a project name: read from the signed log, each segment once.

A place is cheap to ask for its own photos (features.py).  To know what is wanted everywhere, or
what goes into a bundle, the segments themselves are asked.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from collabmap.domain import segment as wire
from collabmap.domain.change import PHOTO, Change, Kind, WireChange, decode, encode
from collabmap.domain.hlc import ms_of
from collabmap.domain.segment import HINT_CONTENT, Segment
from collabmap.store.blobs import MAX_BLOB_BYTES, NAME_BYTES
from collabmap.store.log import TAIL
from collabmap.store.project import Project

MAX_THUMBNAIL_BYTES = 8192
MAX_FIELD = 64
# How an ADD of a photo begins and goes on: most segments need not be unpacked further.
_WORD = encode(PHOTO)


class PhotoWords(NamedTuple):
    """What a change says of a photo.  text: in words, for whoever cannot see it.

    field: of the theme, which it answers; '' for none.
    """

    blob: bytes
    size_bytes: int
    thumbnail: bytes
    text: str
    field: str


class NamedBlob(NamedTuple):
    """A blob that a change names.  at_ms: when the photo was added; subject: to which feature."""

    blob: bytes
    subject: bytes
    at_ms: int


def photo_of(change: Change) -> PhotoWords | None:
    """Return what an ADD says of a photo; None for anything else, and for a forgotten one."""
    if change.kind != Kind.ADD or change.element != PHOTO:
        return None
    return _words(change.payload)


def _words(payload: Any) -> PhotoWords | None:
    """Return a payload as words.  It is not trusted: anybody may have written it."""
    if not isinstance(payload, dict):
        return None
    blob, thumbnail = payload.get("blob"), payload.get("thumbnail")
    size, text, field = payload.get("bytes"), payload.get("text"), payload.get("field")
    if not (isinstance(blob, bytes) and len(blob) == NAME_BYTES):
        return None
    return PhotoWords(
        blob,
        size if isinstance(size, int) and 0 < size <= MAX_BLOB_BYTES else 0,
        thumbnail
        if isinstance(thumbnail, bytes) and len(thumbnail) <= MAX_THUMBNAIL_BYTES
        else b"",
        text if isinstance(text, str) else "",
        field if isinstance(field, str) and len(field) <= MAX_FIELD else "",
    )


def named_in(segment: Segment) -> tuple[NamedBlob, ...]:
    """Return the blobs that the photos of a segment name, in the order they were added.

    Raises SegmentInvalid: the file is damaged.
    """
    if not segment.is_readable or not segment.head.hint & HINT_CONTENT:
        return ()
    found = (_named(change) for change in wire.open_body(segment).changes)
    return tuple(named for named in found if named is not None)


def _named(change: WireChange) -> NamedBlob | None:
    if change.kind != Kind.ADD or _WORD not in change.structure or not change.payload:
        return None
    try:
        structure, payload = decode(change.structure), decode(change.payload)
    except ValueError:
        return None
    if not (isinstance(structure, list) and len(structure) > 1 and structure[1] == PHOTO):
        return None
    words = _words(payload)
    return NamedBlob(words.blob, change.subject, ms_of(change.time)) if words else None


# By segment name, which never stands for anything else: ids of rows are given again after a
# rehearsal that was rolled back.
_read: WeakKeyDictionary[Project, dict[bytes, tuple[NamedBlob, ...]]] = WeakKeyDictionary()


def named_everywhere(project: Project) -> list[NamedBlob]:
    """Return the blobs that applied changes name, the latest first.  Inside `reading`."""
    known = _read.setdefault(project, {})
    rows = project.connection.execute("SELECT name FROM segment WHERE state = 1").fetchall()
    found = [
        NamedBlob(words.blob, change.subject, ms_of(change.stamp.time))
        for change in project.log.changes_of(TAIL)
        if (words := photo_of(change)) is not None
    ]
    for (name,) in rows:
        if name not in known:
            data = project.connection.execute("SELECT data FROM segment WHERE name = ?", (name,))
            known[name] = named_in(wire.parse(data.fetchone()[0], verify=False))
        found += known[name]
    return newest_first(found)


def newest_first(found: Iterable[NamedBlob]) -> list[NamedBlob]:
    return sorted(found, key=lambda named: (-named.at_ms, named.blob))


def in_effect(project: Project, named: Iterable[NamedBlob]) -> list[NamedBlob]:
    """Return those whose photo everybody sees now, in the order given.  Inside `reading`.

    A photo that was taken away, refused or forgotten is left out: its blob never comes back.
    """
    shown: dict[bytes, frozenset[bytes]] = {}
    kept = []
    for one in named:
        if one.subject not in shown:
            elements = project.model.outcome(one.subject).shown.elements
            words = (photo_of(element) for element in elements)
            shown[one.subject] = frozenset(w.blob for w in words if w is not None)
        if one.blob in shown[one.subject]:
            kept.append(one)
    return kept
