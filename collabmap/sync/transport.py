"""What a bundle, a shared folder and a hub have in common: segments, and which of them are there.

A transport moves bytes and knows nothing of the map.  One engine (engine.py) serves them all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from collabmap.domain import segment as wire
from collabmap.domain.segment import Segment, Vector
from collabmap.store.blobs import Blobs, Manifest
from collabmap.store.project import Project


@dataclass(slots=True)
class Traffic:
    """Bytes moved: read from the other side, and written to it."""

    received: int = 0
    sent: int = 0

    @property
    def total(self) -> int:
        return self.received + self.sent


class Trouble(NamedTuple):
    """A file that could not be taken.

    name: of the file.  is_partial: it ends too early, and may still be on its way.
    """

    name: str
    is_partial: bool


class Listed(NamedTuple):
    """A segment as the project lists it, unread.  first: the number of its first change."""

    name: bytes
    rid: bytes
    first: int


class Holdings:
    """What a project has of the log, for a transport to compare with the other side.

    tried: what was fetched in this exchange, kept or not: nothing is fetched twice.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self.tried: set[bytes] = set()

    @property
    def project_id(self) -> bytes:
        return self._project.id

    def listed(self) -> list[Listed]:
        """Return every segment here, applied or not, parents before children."""
        with self._project.reading():
            rows = self._project.connection.execute(
                "SELECT name, rid, first FROM segment ORDER BY rid, first, id"
            )
            return [Listed(*row) for row in rows]

    def names(self) -> set[bytes]:
        """Return the names of all segments here."""
        return {each.name for each in self.listed()}

    def missing(self, names: Iterable[bytes]) -> set[bytes]:
        """Return those of some segments that are neither here nor were tried."""
        with self._project.reading():
            log = self._project.log
            return {name for name in names if name not in self.tried and not log.holds(name)}

    def stripped(self) -> dict[bytes, int]:
        """Return the segments here from which payloads were dropped, with their size in bytes."""
        with self._project.reading():
            rows = self._project.connection.execute(
                "SELECT name, length(data) FROM segment WHERE NOT whole"
            )
            return dict(rows.fetchall())

    def vector(self) -> Vector:
        """Return every tip of every branch, for a side that can find out what follows them."""
        with self._project.reading():
            return self._project.log.vector()

    def segment(self, name: bytes) -> Segment:
        """Return a segment that is listed here."""
        with self._project.reading():
            (data,) = self._project.connection.execute(
                "SELECT data FROM segment WHERE name = ?", (name,)
            ).fetchone()
        return wire.parse(data, verify=False)


class Transport(Protocol):
    """A way to another copy of the same map.

    Errors: FolderGone and the like for the whole; what is wrong with one file is a Trouble.
    """

    traffic: Traffic
    troubles: list[Trouble]
    can_push: bool

    def look(self) -> frozenset[bytes]:
        """Ask anew what the other side has; return the replicas whose changes it holds."""
        ...

    def fetch(self, rid: bytes, here: Holdings) -> Iterator[Segment]:
        """Yield what the project lacks of a replica's log: whole, signed, parents first."""
        ...

    def lacking(self, here: Holdings) -> list[Listed]:
        """Return what the other side lacks, parents first."""
        ...

    def push(self, segments: Iterable[Segment]) -> None:
        """Give segments; each is there whole or not at all, whenever this breaks off."""
        ...

    def agrees(self, here: Holdings) -> bool:
        """Whether both sides had the same segments when this was last asked with `look`."""
        ...

    # --- photos and other blobs: asked for one by one, after the log --------------------------

    def blobs(self) -> frozenset[bytes]:
        """Return the names of the blobs that the other side holds."""
        ...

    def manifest(self, name: bytes) -> Manifest | None:
        """Return what a blob is made of, None if it is not there as it was named."""
        ...

    def chunk(self, name: bytes, index: int) -> bytes:
        """Return one chunk of a blob; the caller checks it."""
        ...

    def push_blob(self, name: bytes, here: Blobs) -> None:
        """Give a blob that lies here."""
        ...
