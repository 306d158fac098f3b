"""The base maps in a kit: packed with their hashes, which the coordinator signs, and unpacked.

What comes out is hashed as it passes and never larger than it says.  A base map that is not what
was signed is left out; the map itself opens all the same.
"""

import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from collabmap.app import base_maps, photos, tile_packs
from collabmap.app.base_maps import BaseMapView
from collabmap.app.desk import Desk
from collabmap.app.tile_packs import Step, mebibytes
from collabmap.app.words import _
from collabmap.domain import segment as wire
from collabmap.domain import signing
from collabmap.domain.ids import replica_id
from collabmap.domain.roles import Role
from collabmap.errors import BaseMapChanged, CollabMapError, KitMapDamaged
from collabmap.store import base_maps as store
from collabmap.store.base_maps import BaseMapRow
from collabmap.store.database import translated
from collabmap.store.project import Project
from collabmap.sync.blob_parts import DEFAULT_CAP_BYTES

# More than this nobody has; a list without end would keep a laptop busy.
MAX_MAPS = 64
_MAX_BYTES = 1 << 40
_KEYS = ("slug", "title", "blake2b", "bytes", "opacity", "visible")


class PackedMap(NamedTuple):
    """A base map in a kit.  opacity: percent.  digest: empty in kits from before there were any."""

    slug: str
    title: str
    digest: bytes
    size_bytes: int
    opacity: int = 100
    is_visible: bool = True

    @property
    def member(self) -> str:
        """Its name in the archive."""
        return store.file_name(Path("map"), self.slug)


@dataclass(frozen=True, slots=True)
class HandoutPlan:
    """What a kit would hold.  maps: bottom to top.  project_bytes: before it is packed."""

    project_bytes: int
    photo_bytes: int
    maps: tuple[BaseMapView, ...]

    def size_bytes(self, files: Collection[str]) -> int:
        """Return how large the kit is at most, with these base maps."""
        maps = sum(view.size_bytes for view in self.maps if view.file in files)
        return self.project_bytes + self.photo_bytes + maps


class Packed(NamedTuple):
    """maps: in the kit.  left_out: titles of those listed that are not."""

    maps: tuple[PackedMap, ...]
    left_out: tuple[str, ...]


# --- packing ----------------------------------------------------------------------------------


def plan(desk: Desk, cap_bytes: int = DEFAULT_CAP_BYTES) -> HandoutPlan:
    """Return what a kit would hold, and how large that is."""
    views = base_maps.base_maps(desk.project)
    with translated(desk.path):
        size = desk.path.stat().st_size
    return HandoutPlan(size, photos.everywhere(desk, cap_bytes).choose().size_bytes, views)


def chosen_maps(desk: Desk, files: Collection[str] | None) -> tuple[list[BaseMapRow], list[str]]:
    """Return the rows to pack, and the titles of those that stay here or are missing.

    files: names of those that go, None for all.
    """
    rows, left_out = [], []
    for row in base_maps.rows_of(desk.project):
        path = store.path_of(desk.path, row)
        if path.is_file() and (files is None or path.name in files):
            rows.append(row)
        else:
            left_out.append(row.title or path.stem)
    return rows, left_out


def pack(
    desk: Desk, kit: zipfile.ZipFile, rows: Iterable[BaseMapRow], step: Step
) -> tuple[PackedMap, ...]:
    """Write base maps into a kit, hashed as they pass.  step: told mebibytes; may raise.

    Raises BaseMapChanged where the disk or somebody has changed one: nobody signs that unseen.
    """
    packed, before = [], 0
    for row in rows:
        path = store.path_of(desk.path, row)
        title = row.title or path.stem
        one = PackedMap(row.slug, title, b"", 0, round(100 * row.opacity), row.is_visible)
        # Tiles are compressed already, and what is stored can be read again without unpacking.
        info = zipfile.ZipInfo.from_file(path, one.member, strict_timestamps=False)
        with path.open("rb") as source, kit.open(info, "w", force_zip64=True) as target:

            def tell(done: int, before: int = before) -> None:
                step(mebibytes(before + done))

            digest, size = store.copy_hashed(source, target, tell)  # type: ignore[arg-type]
        if row.digest not in (b"", digest):
            raise BaseMapChanged(title=title)
        packed.append(one._replace(digest=digest, size_bytes=size))
        before += size
    return tuple(packed)


def to_note(packed: Iterable[PackedMap]) -> list[dict[str, Any]]:
    """Return the list as it stands in a kit's note."""
    return [
        dict(zip(_KEYS, one._replace(digest=one.digest.hex()), strict=True))  # type: ignore[arg-type]
        for one in packed
    ]


def to_sign(packed: Iterable[PackedMap]) -> list[list[Any]]:
    """Return the list as it is signed."""
    return [list(one) for one in packed]


def from_note(note: object) -> tuple[PackedMap, ...]:
    """Return the list in a kit's note.  Raises ValueError, TypeError, KeyError for none of ours."""
    if not isinstance(note, list) or len(note) > MAX_MAPS:
        raise ValueError("no list of base maps")
    maps = []
    for row in note:
        slug, title, digest, size, opacity, is_visible = (row[key] for key in _KEYS)
        is_ours = (
            store.is_slug(slug)
            and isinstance(title, str)
            and len(title) <= store.MAX_TITLE
            and type(size) is int
            and 0 <= size <= _MAX_BYTES
            and type(opacity) is int
            and 0 <= opacity <= 100
            and isinstance(is_visible, bool)
        )
        one = PackedMap(slug, title, bytes.fromhex(digest), size, opacity, is_visible)
        if not is_ours or len(one.digest) != store.DIGEST_BYTES:
            raise ValueError("a base map's line is another one")
        maps.append(one)
    if len({one.slug for one in maps}) != len(maps):
        raise ValueError("two base maps have one name")
    return tuple(maps)


# --- who signed -------------------------------------------------------------------------------


def is_signed_by_coordinator(project: Project, words: bytes, signature: bytes) -> bool:
    """Whether somebody who coordinates the map now has signed these words; inside `reading`."""
    keys = {project.genesis.founder}
    roles = project.model.roles
    query = "SELECT data FROM segment WHERE rid = ? ORDER BY last LIMIT 1"
    for rid, role in roles.items():
        row = project.connection.execute(query, (rid,)).fetchone()
        if role == Role.COORDINATOR and row is not None:
            keys.add(wire.parse(row[0], project.id).head.public_key)
    return any(
        roles.get(replica_id(key)) == Role.COORDINATOR and signing.is_signed(key, words, signature)
        for key in keys
    )


# --- unpacking --------------------------------------------------------------------------------


def take(
    desk: Desk,
    archive: zipfile.ZipFile,
    packed: Sequence[PackedMap],
    folder: Path,
    broken: tuple[type[Exception], ...],
    step: Step,
) -> tuple[CollabMapError, ...]:
    """Put the base maps of a kit beside a project and on its list; return what was left out, why.

    What is there already stays: a base map with the same bytes is not unpacked again, one that the
    same kit-giver has changed since is hidden under the new one, and a file that somebody put there
    keeps its name.  folder: on the project's disk, to unpack into.  broken: what a damaged archive
    raises.  step: told mebibytes; may raise to leave out the rest.
    """
    problems: list[CollabMapError] = []
    before = 0
    for rank, one in enumerate(packed):
        try:
            # Before anything lies there: a list that was never begun is what lies there.
            rows = base_maps.rows_of(desk.project)

            def tell(done: int, before: int = before) -> None:
                step(mebibytes(before + done))

            if (new := _take_one(desk, archive, one, folder, rows, tell)) is not None:
                rows = _with(rows, new, [_origin(each) for each in packed], rank)
                with desk.project.writing():
                    store.write(desk.project.connection, rows)
        except CollabMapError as error:
            problems.append(error)
        except broken:
            problems.append(KitMapDamaged(title=one.title))
        before += one.size_bytes
    return tuple(problems)


def _take_one(
    desk: Desk,
    archive: zipfile.ZipFile,
    one: PackedMap,
    folder: Path,
    rows: Sequence[BaseMapRow],
    step: Step,
) -> BaseMapRow | None:
    """Put one base map beside a project; return its row, None if it is on the list already."""
    same = next((row for row in rows if one.digest and row.digest == one.digest), None)
    if same is not None:
        path = store.path_of(desk.path, same)
        if path.is_file() and path.stat().st_size == same.size_bytes:
            return None
    if same is None and _is_there_unlisted(desk.path, one, rows):
        path = desk.path.with_name(store.file_name(desk.path, one.slug))
        return _row(one, one.slug, path, one.digest, one.size_bytes)
    part = folder / "base-map.part"
    digest, size = _unpack(archive, one, part, step)
    if same is not None:
        _restore(desk, part, same, rows)
        return None
    slug = one.slug
    if slug in {row.slug for row in rows} or not tile_packs.is_free(desk.path, slug):
        slug = tile_packs.free_slug(desk.path, one.title or slug, rows)
    with translated(desk.path):
        path, slug = tile_packs.place(desk, part, slug, rows)
    return _row(one, slug, path, digest, size)


def _is_there_unlisted(project: Path, one: PackedMap, rows: Sequence[BaseMapRow]) -> bool:
    """Whether the very file lies there already: it was taken off the list and comes back."""
    path = project.with_name(store.file_name(project, one.slug))
    if not one.digest or path not in store.beside(project, rows):
        return False
    with translated(path):
        return path.stat().st_size == one.size_bytes and store.digest_of(path) == one.digest


def _row(one: PackedMap, slug: str, path: Path, digest: bytes, size: int) -> BaseMapRow:
    with translated(path):
        modified = path.stat().st_mtime_ns
    shown = (one.opacity / 100, one.is_visible)
    return BaseMapRow(slug, path.name, one.title, digest, size, modified, *shown, _origin(one))


def _origin(one: PackedMap) -> str:
    return f":{one.slug}"


def _unpack(archive: zipfile.ZipFile, one: PackedMap, part: Path, step: Step) -> tuple[bytes, int]:
    """Unpack a member in pieces; return its hash and size.  Raises KitMapDamaged, DiskFull."""
    member = archive.getinfo(one.member)
    # Ours are not packed: a small file that unpacks to a disk full of nothing is none of ours.
    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise KitMapDamaged(title=one.title)
    expected = one.size_bytes if one.digest else member.file_size
    if member.file_size != expected:
        raise KitMapDamaged(title=one.title)
    tile_packs.check_room(part.parent, expected)
    with archive.open(member) as source, translated(part), part.open("wb") as target:
        digest, size = store.copy_hashed(source, target, step, limit=expected)  # type: ignore[arg-type]
    if size != expected or one.digest not in (b"", digest):
        raise KitMapDamaged(title=one.title)
    return digest, size


def _restore(desk: Desk, part: Path, row: BaseMapRow, rows: Sequence[BaseMapRow]) -> None:
    """Give back a listed file that is gone; what lies there under its name is left alone."""
    slug = row.slug
    if not tile_packs.is_free(desk.path, slug):
        slug = tile_packs.free_slug(desk.path, row.title or slug, rows)
    with translated(desk.path):
        path, slug = tile_packs.place(desk, part, slug, rows)
        modified = path.stat().st_mtime_ns
    again = row._replace(slug=slug, file=path.name, modified_ns=modified)
    with desk.project.writing():
        store.write(desk.project.connection, [again if each is row else each for each in rows])


def _with(
    listed: Sequence[BaseMapRow], new: BaseMapRow, origins: Sequence[str], rank: int
) -> tuple[BaseMapRow, ...]:
    """Return a list with a new base map in it.

    It lies over the older one that came the same way, which is hidden; one that never came before
    lies as in the kit, over those below it there, under those above, or on top.  origins: of all
    base maps of the kit, bottom to top; rank: of this one.
    """
    rows = list(listed)
    places = {row.origin: place for place, row in enumerate(rows) if row.origin}
    older = places.get(new.origin)
    below = [places[origin] for origin in origins[:rank] if origin in places]
    above = [places[origin] for origin in origins[rank + 1 :] if origin in places]
    if older is not None:
        row = rows[older]
        title = _("{title} (older)").format(title=row.title)[: store.MAX_TITLE]
        rows[older] = row._replace(is_visible=False, origin="", title=title)
        new = new._replace(opacity=row.opacity, is_visible=row.is_visible)
        at = older + 1
    elif below:
        at = max(below) + 1
    else:
        at = min(above, default=len(rows))
    rows.insert(at, new)
    return tuple(rows)
