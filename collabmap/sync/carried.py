"""Bundles as the other side of an exchange: what they hold can be taken, nothing can be given."""

from collections.abc import Iterable, Iterator

from collabmap.domain.segment import Segment
from collabmap.store.blobs import Blobs, Manifest
from collabmap.sync.bundle import Bundle
from collabmap.sync.transport import Holdings, Listed, Traffic, Trouble


class BundleTransport:
    """Any number of bundles that were read; a segment that several hold is taken once."""

    can_push = False

    def __init__(self, bundles: Iterable[Bundle]) -> None:
        bundles = list(bundles)
        self.traffic = Traffic(received=sum(each.size_bytes for each in bundles))
        self.troubles = [
            Trouble(each.path.name, is_partial=not each.refused)
            for each in bundles
            if each.problem is not None
        ]
        self._segments: dict[bytes, dict[bytes, Segment]] = {}
        for bundle in bundles:
            for segment in bundle.segments:
                found = self._segments.setdefault(segment.rid, {})
                # One copy may lack what was redacted; where another file has it whole, that counts.
                if segment.is_whole or segment.name not in found:
                    found[segment.name] = segment

    def look(self) -> frozenset[bytes]:
        """Return the replicas whose changes the bundles hold."""
        return frozenset(self._segments)

    def fetch(self, rid: bytes, here: Holdings) -> Iterator[Segment]:
        """Yield what the project lacks of a replica's log, parents first."""
        segments = self._segments.get(rid, {})
        lacking = here.missing(segments)
        for segment in sorted(segments.values(), key=lambda each: (each.head.first, each.name)):
            if segment.name in lacking:
                yield segment

    def lacking(self, here: Holdings) -> list[Listed]:
        """Return nothing: a bundle is never written to again."""
        return []

    def push(self, segments: Iterable[Segment]) -> None:
        """Leave the bundles as they are."""

    def agrees(self, here: Holdings) -> bool:
        """Whether the project has all that is in the bundles."""
        return all(not here.missing(each) for each in self._segments.values())

    def blobs(self) -> frozenset[bytes]:
        """Return nothing: photos travel beside bundles, not in them."""
        return frozenset()

    def manifest(self, name: bytes) -> Manifest | None:
        """Return None: there are no blobs."""
        return None

    def chunk(self, name: bytes, index: int) -> bytes:
        """Return nothing: there are no blobs."""
        return b""

    def push_blob(self, name: bytes, here: Blobs) -> None:
        """Leave the bundles as they are."""
