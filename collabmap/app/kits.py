"""Kits (.cmkit): a project, its base maps and an invitation in one file that opens by itself.

The coordinator signs the project file and the hashes of the base maps (kit_maps.py) in it. A copy
that somebody else packed is not opened as it is: what is signed in its log is taken over into a new
file, and nothing else.
"""

import contextlib
import json
import lzma
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from collabmap.app import inviting, kit_maps, photos, trust
from collabmap.app.desk import Desk, Report
from collabmap.app.kit_maps import PackedMap
from collabmap.app.progress import CancelToken, stepper
from collabmap.app.tile_packs import mebibytes
from collabmap.domain import segment as wire
from collabmap.domain import signing
from collabmap.domain.change import encode
from collabmap.domain.codes import SECRET_BYTES
from collabmap.domain.ids import replica_id
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.errors import (
    CollabMapError,
    FileExists,
    KitMapsNotSigned,
    NotAKit,
    NotAllowed,
    NotAProject,
    ProjectDamaged,
)
from collabmap.store import base_maps as store
from collabmap.store.blobs import BlobInvalid, Blobs
from collabmap.store.database import translated
from collabmap.store.device import Device
from collabmap.store.ingest import Ingest
from collabmap.store.project import Project
from collabmap.sync import bundle
from collabmap.sync.blob_parts import DEFAULT_CAP_BYTES

D = TypeVar("D", bound=Desk)

KIT_SUFFIX = ".cmkit"
# 2 says which base maps there are; 1 had one, which nobody signed.
KIT_FORMAT = 2
_KIT_PROJECT, _KIT_NOTE = "map.collabmap", "kit.json"
_KIT_BLOBS = "map.blobs/"
# The base map of a kit of format 1.
_OLD_MAP = PackedMap("", "", b"", 0)
_MAX_NOTE_BYTES = 1 << 16
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    # Encrypted, packed in a way that zipfile does not know, nested without end.
    RuntimeError,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
)


@dataclass(frozen=True, slots=True)
class HandoutReport:
    """photos: pictures that went along.  photos_left_out: those that found no room.

    maps, maps_left_out: titles of the base maps that went along, and of those that stayed.
    """

    path: Path
    size_bytes: int
    with_basemap: bool
    photos: int = 0
    photos_left_out: int = 0
    maps: tuple[str, ...] = ()
    maps_left_out: tuple[str, ...] = ()


def hand_out(
    desk: Desk,
    path: Path,
    progress: Report | None,
    cancel: CancelToken | None,
    cap_bytes: int = DEFAULT_CAP_BYTES,
    maps: Collection[str] | None = None,
) -> HandoutReport:
    """Pack the project, its base maps, its photos and an invitation into one .cmkit.

    cap_bytes: how much of photos goes along at most, the latest first.  maps: files of the base
    maps that go along, None for all.
    """
    if not desk.is_coordinator:
        raise NotAllowed
    path = path if path.suffix == KIT_SUFFIX else path.with_name(path.name + KIT_SUFFIX)
    invitation = inviting.secret_in_use(desk)
    desk.seal()
    with desk.project.writing():
        # The copy knows from birth what its coordinator has, so nobody sends it back.
        vector = bundle.pack_vector(desk.project.log.vector())
        desk.project.set_meta("coordinator_vector", vector)
    rows, left_out = kit_maps.chosen_maps(desk, maps)
    pieces = mebibytes(sum(store.path_of(desk.path, row).stat().st_size for row in rows))
    step = stepper(progress, cancel, "kit", 3 + pieces)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with translated(path):
        try:
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".collabmap-") as folder:
                step(0)
                copy = Path(folder) / _KIT_PROJECT
                desk.project.copy_to(copy)
                step(1)
                with zipfile.ZipFile(temporary, "w") as kit:
                    kit.write(copy, _KIT_PROJECT, zipfile.ZIP_DEFLATED)
                    packed = kit_maps.pack(desk, kit, rows, lambda done: step(2 + done))
                    kit.writestr(_KIT_NOTE, json.dumps(_note(desk, copy, invitation, packed)))
                    tell = stepper(None, cancel, "kit", 0)
                    photos_in, photos_out = _pack_photos(desk, kit, cap_bytes, lambda: tell(0))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        size = path.stat().st_size
    step(3 + pieces)
    titles = tuple(one.title for one in packed)
    return HandoutReport(path, size, bool(packed), photos_in, photos_out, titles, tuple(left_out))


def _note(desk: Desk, copy: Path, invitation: bytes, packed: Sequence[PackedMap]) -> dict[str, Any]:
    words = _signed_words(desk.project.id, copy, invitation, packed)
    return {
        "format": KIT_FORMAT,
        "name": desk.name,
        "invitation": invitation.hex(),
        "base_maps": kit_maps.to_note(packed),
        "signature": desk.key.sign(words).hex(),
    }


def _pack_photos(
    desk: Desk, kit: zipfile.ZipFile, cap_bytes: int, step: Callable[[], None]
) -> tuple[int, int]:
    """Add the pictures that find room; return how many did, and how many did not."""
    attached = photos.everywhere(desk, cap_bytes)
    choice = attached.choose()
    packed = 0
    for name in choice.names:
        step()
        # Read whole: one is less than half a megabyte, and what the disk changed is not sent.
        if (data := photos.photo_bytes(desk.path, name)) is not None:
            kit.writestr(_KIT_BLOBS + name.hex(), data, zipfile.ZIP_STORED)
            packed += 1
    return packed, choice.left_out + len(choice.names) - packed


class _Kit(NamedTuple):
    """What was unpacked.  signature: empty if there was none.

    maps: as the note lists them; None in a kit from before it did, which may have one.
    """

    name: str
    invitation: bytes
    signature: bytes
    project: Path
    maps: tuple[PackedMap, ...] | None


def open_kit(
    desk_type: type[D],
    kit: Path,
    folder: Path,
    device: Device,
    now: Callable[[], int],
    progress: Report | None = None,
    cancel: CancelToken | None = None,
) -> tuple[D, tuple[CollabMapError, ...]]:
    """Unpack a kit into a folder and open it; a map that lies there already takes what is new.

    Return what was opened, and why some of its base maps were left out.  cancel: leaves out those
    that were not unpacked by then; the map is open all the same.
    """
    with translated(kit), tempfile.TemporaryDirectory(dir=folder, prefix=".collabmap-") as inside:
        unpacked = _unpack_kit(kit, Path(inside))
        target = folder / f"{_file_name(unpacked.name)}.collabmap"
        try:
            source = Project.open(unpacked.project, read_only=True)
        except (NotAProject, ProjectDamaged) as error:
            raise NotAKit(name=kit.name) from error
        try:
            words = _signed_words(source.id, unpacked.project, unpacked.invitation, unpacked.maps)
            segments = _signed_segments(source, kit.name)
            if target.exists():
                desk = _open_again(desk_type, source, segments, target, device, now)
            else:
                made = unpacked.project
                # Signed by the founder: then its tables are believed as they are.
                if signing.is_signed(source.genesis.founder, words, unpacked.signature):
                    source.close()
                    # An older file is brought up to date in here, where it needs no backup.
                    Project.open(made).close()
                else:
                    made = _made_anew(source, segments, Path(inside), device, now, kit.name)
                    source.close()
                made.replace(target)
                # Signed by the founder, or just made here: not to be drawn anew a second time.
                trust.note_left(device, source.id, target)
                desk = desk_type.open(target, device, now=now)
        finally:
            source.close()
        problems = _take_maps(desk, kit, unpacked, words, Path(inside), progress, cancel)
    if not desk.is_coordinator:
        inviting.take(desk, unpacked.invitation)
    # The map is open whatever becomes of them: what is missing comes another way.
    with contextlib.suppress(CollabMapError, *_BROKEN):
        _take_photos(desk, kit)
    return desk, problems


def _take_maps(
    desk: Desk,
    kit: Path,
    unpacked: _Kit,
    words: bytes,
    folder: Path,
    progress: Report | None,
    cancel: CancelToken | None,
) -> tuple[CollabMapError, ...]:
    """Put the base maps of a kit beside the open map, those that are what a coordinator signed."""
    try:
        with translated(kit), zipfile.ZipFile(kit) as archive:
            maps = unpacked.maps
            if maps is None:
                is_there = _OLD_MAP.member in archive.namelist()
                maps = (_OLD_MAP._replace(title=desk.name),) if is_there else ()
            if not maps:
                return ()
            with desk.project.reading():
                is_signed = kit_maps.is_signed_by_coordinator(
                    desk.project, words, unpacked.signature
                )
            if not is_signed:
                return (KitMapsNotSigned(name=kit.name),)
            total = mebibytes(sum(one.size_bytes for one in maps))
            step = stepper(progress, cancel, "base-map", total)
            return kit_maps.take(desk, archive, maps, folder, _BROKEN, step)
    except CollabMapError as error:
        return (error,)


def _take_photos(desk: Desk, kit: Path) -> None:
    """Keep the pictures of a kit that photos on the map name, and no others."""
    blobs = Blobs.beside(desk.path)
    with translated(kit), zipfile.ZipFile(kit) as archive:
        inside = {member.filename: member for member in archive.infolist()}
        if not any(name.startswith(_KIT_BLOBS) for name in inside):
            return
        for name in photos.wanted(desk):
            member = inside.get(_KIT_BLOBS + name.hex())
            # Its size is known before it is unpacked: nothing of ours is packed smaller.
            if member is None or member.compress_type != zipfile.ZIP_STORED:
                continue
            with contextlib.suppress(BlobInvalid), archive.open(member) as stream:
                blobs.put_as(name, stream)


def _open_again(
    desk_type: type[D],
    source: Project,
    segments: Iterator[Segment],
    target: Path,
    device: Device,
    now: Callable[[], int],
) -> D:
    """Open the map that was unpacked before, with what the kit has more."""
    desk = desk_type.open(target, device, now=now)
    try:
        if desk.project.id != source.id:
            raise FileExists(name=target.name)
        with desk.project.writing():
            desk.ingest.receive(segments)
        desk.after_receiving()
    except BaseException:
        desk.project.close()
        raise
    return desk


def _made_anew(
    source: Project,
    segments: Iterator[Segment],
    folder: Path,
    device: Device,
    now: Callable[[], int],
    name: str,
) -> Path:
    """Return a new project file with the signed log of another, without its tables."""
    path = folder / f"new-{_KIT_PROJECT}"
    key = device.signing_key(source.id)
    project = Project.create(path, source.genesis)
    try:
        with project.writing():
            project.model.rebuild()
            received = Ingest(project, key, replica_id(key.public), now).receive(segments)
        if received.refused:
            raise NotAKit(name=name)
    finally:
        project.close()
    return path


def _signed_segments(source: Project, name: str) -> Iterator[Segment]:
    """Yield a copied file's segments, each verified.  Raises NotAKit."""
    for (data,) in source.connection.execute("SELECT data FROM segment ORDER BY rid, last, id"):
        try:
            # Payloads may be missing: who redacted them is decided where it is taken in.
            yield wire.parse_received(data, source.id)
        except SegmentInvalid as error:
            raise NotAKit(name=name) from error


def _signed_words(
    project: bytes, file: Path, invitation: bytes, maps: Sequence[PackedMap] | None
) -> bytes:
    """Return what a kit's coordinator signs.  maps: None for a kit of format 1."""
    digest = store.digest_of(file)
    if maps is None:
        return encode(["collabmap kit", project, digest, invitation])
    return encode(["collabmap kit 2", project, digest, invitation, kit_maps.to_sign(maps)])


def _unpack_kit(kit: Path, folder: Path) -> _Kit:
    """Unpack note and project, whatever else the archive holds or calls itself."""
    try:
        with zipfile.ZipFile(kit) as archive:
            if archive.getinfo(_KIT_NOTE).file_size > _MAX_NOTE_BYTES:
                raise ValueError("a note is a few lines")
            note = json.loads(archive.read(_KIT_NOTE))
            name, invitation = str(note["name"]), bytes.fromhex(note["invitation"])
            signature = bytes.fromhex(note.get("signature", ""))
            if len(invitation) != SECRET_BYTES:
                raise ValueError("an invitation is a secret of one length")
            maps = kit_maps.from_note(note["base_maps"]) if "base_maps" in note else None
            archive.extract(_KIT_PROJECT, folder)
    except _BROKEN as error:
        raise NotAKit(name=kit.name) from error
    return _Kit(name, invitation, signature, folder / _KIT_PROJECT, maps)


def _file_name(name: str) -> str:
    """Return a project's name as a file name that every system takes."""
    kept = "".join(c if c.isalnum() or c in " -_,." else "-" for c in name).strip(" .")
    return kept[:80] or "CollabMap"
