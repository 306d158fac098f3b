"""A key that writes whatever it likes, rightly signed: another version, a broken one, an enemy."""

from collections.abc import Iterable
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import Kind, WireChange, encode
from collabmap.domain.roles import enrolment_words
from collabmap.domain.segment import Segment
from collabmap.domain.signing import INVITATION, SigningKey, key_of_secret
from collabmap.domain.structure import create_structure, keys_structure
from collabmap.store.ingest import now_ms
from collabmap.sync.bundle import write_bundle

Row = tuple[int, bytes, bytes, bytes | None]
PERSON = b"p" * 16
TURN: Row = (Kind.SESSION, PERSON, encode([]), None)


def invitation_of(resident: Session) -> SigningKey:
    """Return the invitation that came with a laptop's kit."""
    secret = resident.device.note(resident.project.id, "invitation")
    return key_of_secret(secret, INVITATION)


def create_row(place: bytes, **fields: object) -> Row:
    return (Kind.CREATE, place, create_structure(fields, own_accept=False), encode(fields))


class Stranger:
    """The log of one key, segment by segment."""

    def __init__(self, project: bytes, key: SigningKey | None = None) -> None:
        self.project = project
        self.key = key or SigningKey.generate()
        self.rid = ids.replica_id(self.key.public)
        self.segments: list[Segment] = []
        self._time = now_ms() << 16

    def enrol(self, invitation: SigningKey) -> Row:
        """Return the change with which an invited laptop makes itself a resident."""
        signature = invitation.sign(enrolment_words(self.project, self.rid))
        return (Kind.ENROL, b"", keys_structure(invitation.public, signature), None)

    def write(self, *rows: Row, **head: object) -> Segment:
        """Seal changes behind those before; head: what the signed head says otherwise."""
        changes = []
        for kind, subject, structure, payload in rows:
            self._time += 1
            changes.append(WireChange(kind, self._time, subject, structure, payload))
        last = self.segments[-1] if self.segments else None
        segment = wire.seal(
            self.key,
            self.project,
            first=last.head.last + 1 if last else 0,
            previous=last.name if last else b"",
            person=PERSON if last else b"",
            seed=b"s" * 16,
            changes=changes,
        )
        if head:
            segment = self.with_head(segment, segment.body, **head)
        self.segments.append(segment)
        return segment

    def with_head(self, segment: Segment, body: bytes, **parts: object) -> Segment:
        """Return a segment under another head or around another body, rightly signed."""
        head = segment.head._replace(**parts)  # type: ignore[arg-type]
        data = encode(list(head))
        return Segment(head, ids.segment_name(data), data, self.key.sign(data), body)

    def bundle(self, path: Path, segments: Iterable[Segment] | None = None) -> Path:
        """Write a bundle of these segments, without reading it back: it may be of a wrong kind."""
        segments = self.segments if segments is None else segments
        return write_bundle(path, self.key, self.project, {}, segments).path
