"""A shared folder (Nextcloud, Dropbox, a network drive): one file a segment, written once.

    FOLDER/README.txt
    FOLDER/<project>/<replica>/<number of the first change>-<segment name>.cmseg
    FOLDER/<project>/blobs/     photos, as beside a project (store/blobs.py)

Ids and names are in hex.  A file keeps its bytes once it has its name, so that several laptops can
write at once and no program that carries the folder ever finds two versions of one.  The number,
ten digits long, puts a replica's files in order of the log without opening them; nothing else is
believed of a name: what a file holds must be signed, and must be the segment its name says.

Files are written under another name (.part), fsynced, then renamed.  Whatever else lies here (a
half-carried file, a "conflicted copy", somebody's holiday pictures) is left alone.  A laptop that
meets a file that has been broken for a while leaves a note beside it (.again); one that holds the
segment then writes it anew.

The one reason to write a sound file anew: payloads that were redacted lie in it.  Whoever has
dropped them writes the segment without them, under the same name and signature.
"""

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from collabmap.domain import segment as wire
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.errors import CollabMapError, DiskFull, FolderGone, ProjectGone
from collabmap.store.blobs import Blobs, Manifest
from collabmap.store.database import translated
from collabmap.sync.transport import Holdings, Listed, Traffic, Trouble

SUFFIX, AGAIN, PART = ".cmseg", ".again", ".part"
README = "README.txt"
_FILE = re.compile(r"(\d{10})-([0-9a-f]{64})\.cmseg(\.again)?")
_REPLICA = re.compile(r"[0-9a-f]{32}")
# A file younger than that may still be on its way, and is not asked for again.
_PATIENCE_S = 600.0


class _File(NamedTuple):
    """A file of a segment, as its name says."""

    first: int
    name: bytes
    path: Path


class FolderTransport:
    """A shared folder as the other side of one exchange; a broken file is read once in it."""

    can_push = True

    def __init__(self, folder: Path, project: bytes, readme: str = "") -> None:
        """readme: what a person who looks into the folder reads."""
        self.folder = folder
        self.traffic = Traffic()
        self.troubles: list[Trouble] = []
        self._project = project
        self._root = folder / project.hex()
        self._blobs = Blobs(self._root / "blobs")
        self._readme = readme
        self._files: dict[bytes, dict[bytes, _File]] = {}
        self._broken: dict[bytes, _File] = {}
        self._asked: dict[bytes, Path] = {}

    # --- looking ------------------------------------------------------------------------------

    def look(self) -> frozenset[bytes]:
        """List the folder by names alone: ten thousand files take a blink.  Raises FolderGone."""
        self._files.clear()
        self._asked.clear()
        with self._reached():
            if not self.folder.is_dir():
                raise FolderGone(folder=self.folder)
            for entry in _entries(self._root):
                if _REPLICA.fullmatch(entry.name) and entry.is_dir():
                    self._list(bytes.fromhex(entry.name), Path(entry.path))
        return frozenset(rid for rid, files in self._files.items() if files)

    def _list(self, rid: bytes, folder: Path) -> None:
        files = self._files.setdefault(rid, {})
        for entry in _entries(folder):
            known = _FILE.fullmatch(entry.name)
            if known is None:
                if entry.name.endswith(SUFFIX) and not entry.name.startswith("."):
                    # "… (conflicted copy).cmseg": whatever is whole also lies under its own name.
                    self._note(Trouble(entry.name, is_partial=False))
            elif known[3]:
                self._asked[bytes.fromhex(known[2])] = Path(entry.path)
            else:
                name = bytes.fromhex(known[2])
                files[name] = _File(int(known[1]), name, Path(entry.path))

    # --- taking -------------------------------------------------------------------------------

    def fetch(self, rid: bytes, here: Holdings) -> Iterator[Segment]:
        """Yield what the project lacks of a replica's log, parents first.  Raises FolderGone."""
        files = self._files.get(rid, {})
        lacking = here.missing(files.keys() - self._broken.keys())
        for file in sorted(files.values()):
            if file.name in lacking:
                segment = self._read(rid, file)
                if segment is not None:
                    yield segment

    def _read(self, rid: bytes, file: _File) -> Segment | None:
        """Return the segment a file holds, None if it is broken: that is noted."""
        try:
            with file.path.open("rb") as opened:
                # One byte more than any segment has: what is larger is not read whole.
                data = opened.read(wire.MAX_SEGMENT_BYTES + 1)
        except OSError as error:
            if not self.folder.is_dir():
                raise FolderGone(folder=self.folder) from error
            # The cloud's program has the name but not yet the content, or holds the file.
            self._note_broken(file, is_partial=True)
            return None
        self.traffic.received += len(data)
        try:
            segment = wire.parse_received(data, self._project)
            if segment.name != file.name or segment.rid != rid:
                raise SegmentInvalid("of another name")
        except SegmentInvalid:
            self._note_broken(file, is_partial=_breaks_off(data))
            return None
        return segment

    def _note_broken(self, file: _File, *, is_partial: bool) -> None:
        self._note(Trouble(file.path.name, is_partial))
        self._broken[file.name] = file

    def _note(self, trouble: Trouble) -> None:
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    # --- giving -------------------------------------------------------------------------------

    def lacking(self, here: Holdings) -> list[Listed]:
        """Return what is not in the folder, or lies there broken and was asked for again.

        And what lies there with payloads that were dropped here.
        """
        stripped = here.stripped()
        return [each for each in here.listed() if self._is_lacking(each, stripped, here)]

    def _is_lacking(self, each: Listed, stripped: dict[bytes, int], here: Holdings) -> bool:
        file = self._files.get(each.rid, {}).get(each.name)
        if file is None or each.name in self._asked:
            return True
        size = stripped.get(each.name)
        return size is not None and self._tells_more(file, each.rid, size, here)

    def _tells_more(self, file: _File, rid: bytes, size: int, here: Holdings) -> bool:
        """Whether a file holds payloads that were dropped here.  size: of the segment here."""
        try:
            # Of the same size it is most likely the same: not read each time.
            if file.path.stat().st_size == size:
                return False
        except OSError:
            return False
        there = self._read(rid, file)
        dropped = wire.forgotten(here.segment(file.name))
        return there is not None and not dropped <= wire.forgotten(there)

    def push(self, segments: Iterable[Segment]) -> None:
        """Write segments.  Raises FolderGone, FolderNotWritable, DiskFull."""
        touched: set[Path] = set()
        with self._reached():
            for segment in segments:
                place = self._root / segment.rid.hex()
                if not touched:
                    self._begin()
                place.mkdir(parents=True, exist_ok=True)
                segment = self._without_dropped(segment)
                target = place / f"{segment.head.first:010}-{segment.name.hex()}{SUFFIX}"
                self.traffic.sent += _write(target, segment.data)
                if (note := self._asked.get(segment.name)) is not None:
                    note.unlink(missing_ok=True)
                touched.add(place)
            for place in touched:
                _sync_folder(place)
        self._ask_again()

    def _without_dropped(self, segment: Segment) -> Segment:
        """Return a segment without what somebody has dropped from its file already."""
        file = self._files.get(segment.rid, {}).get(segment.name)
        there = self._read(segment.rid, file) if file is not None else None
        lacking = wire.forgotten(there) if there is not None else frozenset()
        return wire.forget(segment, lacking) if lacking else segment

    def _begin(self) -> None:
        if not self.folder.is_dir():
            raise FolderGone(folder=self.folder)
        readme = self.folder / README
        if self._readme and not readme.exists():
            self.traffic.sent += _write(readme, self._readme.encode())

    def _ask_again(self) -> None:
        """Leave a note beside files that have been broken for a while."""
        for file in self._broken.values():
            # Not being able to ask is no reason to fail: somebody else may be.
            with contextlib.suppress(OSError):
                if time.time() - file.path.stat().st_mtime > _PATIENCE_S:
                    file.path.with_name(file.path.name + AGAIN).touch()

    # --- blobs --------------------------------------------------------------------------------

    def blobs(self) -> frozenset[bytes]:
        """Return the names of the blobs in the folder."""
        with self._reached():
            return frozenset(self._blobs.names())

    def manifest(self, name: bytes) -> Manifest | None:
        """Return what a blob is made of, None if it is not there whole."""
        try:
            found = self._blobs.manifest(name)
        except OSError:
            found = None
        if found is None:
            self._note(Trouble(self._blobs.path(name).name, is_partial=True))
        return found

    def chunk(self, name: bytes, index: int) -> bytes:
        """Return one chunk of a blob."""
        with self._reached():
            data = self._blobs.chunk(name, index)
        self.traffic.received += len(data)
        return data

    def push_blob(self, name: bytes, here: Blobs) -> None:
        """Write a blob.  Raises FolderGone, FolderNotWritable, DiskFull."""
        with self._reached(), here.open(name) as file:
            if not self.folder.is_dir():
                raise FolderGone(folder=self.folder)
            self._blobs.put(file)
        self.traffic.sent += here.size_of(name)

    # --- comparing ----------------------------------------------------------------------------

    def agrees(self, here: Holdings) -> bool:
        """Whether folder and project had the same segments at the last look, all of them whole."""
        there = {name for files in self._files.values() for name in files}
        return there == here.names() and not self._asked.keys() & there

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        """Turn the system's errors about the folder into ours."""
        try:
            with translated(self.folder / README):
                yield
        except CollabMapError as error:
            if not self.folder.is_dir() or isinstance(error, ProjectGone):
                raise FolderGone(folder=self.folder) from error
            if isinstance(error, DiskFull):
                raise DiskFull(name=self.folder.name) from error
            raise


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    """Return what lies in a folder, nothing where there is none yet."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _write(target: Path, data: bytes) -> int:
    """Write a file under another name, make sure of it, give it its name; return its size."""
    # Short: Windows refuses long paths, and the folder may lie deep.
    temporary = target.with_name(f".{secrets.token_hex(6)}{PART}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return len(data)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system knows how to."""
    if os.name == "nt":
        return
    # Some network drives refuse to sync a folder; the files themselves are written.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _breaks_off(data: bytes) -> bool:
    """Whether a file is the beginning of a segment, and not something else."""
    try:
        msgspec.msgpack.decode(data, type=tuple[bytes, bytes, bytes])
    except msgspec.DecodeError as error:
        return not data or "truncated" in str(error)
    return False
