"""Photos of places: adding, taking away, looking at, and fetching those that are not here yet.

A change holds a thumbnail and the name of the picture; the picture itself lies beside the map
(store/blobs.py) and travels behind the changes.  Nothing waits for a picture.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from collabmap.app.desk import Desk, WriteRow
from collabmap.app.editing import create_rows, member_of, remove_rows
from collabmap.app.entry import checked_text
from collabmap.domain import ids
from collabmap.domain.change import PHOTO, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, PlaceDraft, PlaceView
from collabmap.domain.segment import Segment
from collabmap.domain.structure import add_structure
from collabmap.errors import Cancelled, CollabMapError
from collabmap.store.blobs import BlobInvalid, Blobs, manifest_of
from collabmap.store.database import translated
from collabmap.store.photo_index import (
    NamedBlob,
    in_effect,
    named_everywhere,
    named_in,
    newest_first,
)
from collabmap.sync import blob_parts, bundle
from collabmap.sync.blob_parts import DEFAULT_CAP_BYTES, Attached
from collabmap.sync.bundle import Bundle

if TYPE_CHECKING:
    from collabmap.render.photo import Prepared

MAX_PHOTO_TEXT = 500


class Added(NamedTuple):
    """Photos that came to a place.  names: of all changes written for it."""

    place: bytes
    names: tuple[ChangeId, ...]


class Fetched(NamedTuple):
    """Pictures that came: how many, what that changed, what went wrong on the way."""

    photos: int = 0
    effect: Effect = Effect()
    problems: tuple[CollabMapError, ...] = ()


# --- at one place -----------------------------------------------------------------------------


def add_photo(desk: Desk, view: PlaceView, data: bytes, text: str) -> Effect:
    """Add a photo to a place.  data: the file as it was chosen; text: what there is to see.

    It is made small, and all but the picture is left out.  Raises PhotoUnreadable, PhotoCut,
    PhotoTooLarge, TextTooLong, NobodyHere.
    """
    # Qt, which the first window must not wait for.
    from collabmap.render.photo import prepare

    effect, names = write_photos(desk, member_of(desk, view.id), [prepare(data)], text)
    desk.remember(PHOTO, view.id, names=names)
    return effect


def add_photos(
    desk: Desk, place: bytes | PlaceDraft, photos: Sequence["Prepared"], field: str = ""
) -> Added:
    """Add photos that were made small already to a place, or to a new one; nothing is remembered.

    field: of the theme, which they answer; '' for none.
    Several of these may be one deed: see `remember_added`.
    """
    if isinstance(place, PlaceDraft):
        subject, rows = create_rows(desk, place)
    else:
        subject, rows = member_of(desk, place), []
    _effect, names = write_photos(desk, subject, photos, field=field, before=rows)
    return Added(subject if isinstance(place, PlaceDraft) else place, tuple(names))


def remember_added(desk: Desk, added: Sequence[Added]) -> None:
    """Let all that was added be undone at once, and be called the photos of the first place."""
    names = [name for one in added for name in one.names]
    if names:
        desk.remember("photos" if len(names) > 1 else PHOTO, added[0].place, names=names)


def write_photos(
    desk: Desk,
    subject: bytes,
    photos: Sequence["Prepared"],
    text: str = "",
    field: str = "",
    before: Sequence[WriteRow] = (),
) -> tuple[Effect, list[ChangeId]]:
    """Keep pictures and write the changes that name them.  before: rows that go first."""
    text = checked_text(text, MAX_PHOTO_TEXT)
    blobs = Blobs.beside(desk.path)
    rows, new = list(before), []
    try:
        with translated(desk.path):
            for photo in photos:
                blob = manifest_of(io.BytesIO(photo.jpeg)).name
                if not blobs.has(blob):
                    new.append(blob)
                # Before the change that names it: a photo without its picture helps nobody.
                blobs.put(io.BytesIO(photo.jpeg))
                rows.append(_row(desk, subject, photo, blob, text, field))
        return desk.write(rows)
    except BaseException:
        for blob in new:
            blobs.remove(blob)
        raise


def _row(
    desk: Desk, subject: bytes, photo: "Prepared", blob: bytes, text: str, field: str
) -> WriteRow:
    payload: dict[str, Any] = {
        "blob": blob,
        "bytes": len(photo.jpeg),
        "type": "image/jpeg",
        "thumbnail": photo.thumbnail,
        "width": photo.width,
        "height": photo.height,
        "text": text,
    }
    if field:
        payload["field"] = field
    structure = add_structure(PHOTO, ids.new_id(desk.now()), own_accept=desk.is_coordinator)
    return (Kind.ADD, subject, structure, encode(payload))


def remove_photo(desk: Desk, view: PlaceView, element: bytes) -> Effect:
    """Take a photo away; another's only once a coordinator agrees.  Its picture stays kept."""
    rows = remove_rows(desk, view.id, PHOTO, view.basis.photos.get(element, ()), view.basis.tail)
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember("remove_photo", view.id, names=names)
    return effect


def photo_bytes(project: Path, blob: bytes) -> bytes | None:
    """Return a picture (JPEG), None if it is not here; any thread may ask.

    project: the map's path.  One that the disk has changed is dropped, and so wanted again.
    """
    blobs = Blobs.beside(project)
    with translated(project):
        try:
            return blobs.read(blob)
        except BlobInvalid:
            blobs.remove(blob)
            return None


# --- everywhere -------------------------------------------------------------------------------


def wanted(desk: Desk) -> tuple[bytes, ...]:
    """Return the pictures that photos on the map name and that are not here, the latest first."""
    return tuple(_lacking(desk))


def _lacking(desk: Desk) -> dict[bytes, set[bytes]]:
    """Return the places of each picture that is wanted, the latest photo first."""
    blobs = Blobs.beside(desk.path)
    found: dict[bytes, set[bytes]] = {}
    with desk.project.reading():
        missing = [n for n in named_everywhere(desk.project) if not blobs.has(n.blob)]
        for named in in_effect(desk.project, missing):
            # The place that is shown: two may have been found to be one.
            place = desk.project.model.canonical(named.subject)
            found.setdefault(named.blob, set()).add(place)
    return found


def drop(desk: Desk, names: Iterable[bytes]) -> None:
    """Erase pictures whose photos were forgotten, unless another photo on the map shows them."""
    blobs, names = Blobs.beside(desk.path), set(names)
    with desk.project.reading():
        named = [n for n in named_everywhere(desk.project) if n.blob in names]
        kept = {n.blob for n in in_effect(desk.project, named)}
    with translated(desk.path):
        for name in names - kept:
            blobs.remove(name)


def fetch(desk: Desk, bundles: Sequence[Bundle], step: Callable[[int], None]) -> Fetched:
    """Take from bundles the pictures that are wanted here, and no others.

    Whatever goes wrong is told and not raised: the changes are merged already.  What a stranger
    attached, or what was erased here, is left where it is.
    """
    offering = [b for b in bundles if b.blobs.blobs or (b.problem and b.blobs_at)]
    lacking = _lacking(desk) if offering else {}
    blobs = Blobs.beside(desk.path)
    came: set[bytes] = set()
    problems: list[CollabMapError] = []

    def wants(name: bytes) -> bool:
        return name in lacking and not blobs.has(name)

    for each in offering:
        if came >= lacking.keys():
            break
        try:
            with translated(desk.path):
                # One by one, so that those that came before a break are counted.
                for part in bundle.parts_in(each, wants):
                    step(len(came))
                    came.update(blob_parts.take(blobs, [part]).names)
        except Cancelled:
            break
        except CollabMapError as error:
            problems.append(error)
    places = frozenset(place for name in came for place in lacking[name])
    effect = Effect(features=places, changed=len(places))
    return Fetched(len(came), effect, tuple(problems))


# --- sending them along -----------------------------------------------------------------------


def along(
    desk: Desk, segments: Iterable[Segment], cap_bytes: int = DEFAULT_CAP_BYTES
) -> tuple[Iterator[Segment], Attached]:
    """Return segments, and the pictures that go with them, for a bundle.

    The pictures are those of the segments that were drawn by then; inside `reading`.
    """
    named: list[NamedBlob] = []

    def passing() -> Iterator[Segment]:
        for segment in segments:
            named.extend(named_in(segment))
            yield segment

    def names() -> Iterator[bytes]:
        for one in in_effect(desk.project, newest_first(named)):
            yield one.blob

    return passing(), Attached(Blobs.beside(desk.path), names(), cap_bytes)


def everywhere(desk: Desk, cap_bytes: int = DEFAULT_CAP_BYTES) -> Attached:
    """Return all pictures of the map that are here, for a kit."""
    with desk.project.reading():
        named = in_effect(desk.project, named_everywhere(desk.project))
    return Attached(Blobs.beside(desk.path), [n.blob for n in named], cap_bytes)
