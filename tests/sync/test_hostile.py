"""Bundles from a laptop that is broken or means harm: refused or kept, and nothing else happens."""

import contextlib
import hashlib
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from collabmap.app.session import Session
from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import TAG, Kind, WireChange, encode
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.roles import enrolment_words
from collabmap.domain.segment import Segment
from collabmap.domain.signing import INVITATION, SigningKey, key_of_secret
from collabmap.domain.structure import add_structure, create_structure, keys_structure
from collabmap.errors import CollabMapError
from collabmap.store.device import Device
from collabmap.sync.bundle import read_bundle

Row = tuple[int, bytes, bytes, bytes | None]
START_MS = 1_773_000_000_000
POINT = struct.pack("<BIdd", 1, 1, 7.42, 43.73)
DRAFT = PlaceDraft("Fontaine", "eau", 7.42, 43.73, "fraîche", ("eau",))
CREATE = create_structure(["name", "geometry"], own_accept=False)
WORDS = encode({"name": "Puits", "geometry": POINT})


class Stranger(NamedTuple):
    """A laptop with an invitation that writes whatever it likes."""

    key: SigningKey
    project: bytes
    invitation: SigningKey

    def seal(self, *rows: Row) -> Segment:
        words = enrolment_words(self.project, ids.replica_id(self.key.public))
        structure = keys_structure(self.invitation.public, self.invitation.sign(words))
        person = b"p" * 16
        rows = (
            (Kind.ENROL, b"", structure, None),
            (Kind.SESSION, person, encode([]), None),
            *rows,
        )
        changes = [WireChange(row[0], (START_MS << 16) + n, *row[1:]) for n, row in enumerate(rows)]
        return wire.seal(
            self.key,
            self.project,
            first=0,
            previous=b"",
            person=b"",
            seed=b"s" * 16,
            changes=changes,
        )

    def with_head(self, segment: Segment, **parts: object) -> Segment:
        """Return the segment under another head, rightly signed."""
        head = segment.head._replace(**parts)  # type: ignore[arg-type]
        data = encode(list(head))
        return Segment(head, ids.segment_name(data), data, self.key.sign(data), segment.body)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille")
    yield session
    session.close()


@pytest.fixture
def place(town: Session) -> bytes:
    return town.add(DRAFT)


@pytest.fixture
def resident(town: Session, place: bytes, tmp_path: Path) -> Iterator[Session]:
    kit = town.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    session = Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "r"))
    session.begin_person("Aïcha")
    yield session
    session.close()


@pytest.fixture
def stranger(town: Session, resident: Session) -> Stranger:
    secret = resident.device.note(town.project.id, "invitation")
    invitation = key_of_secret(secret, INVITATION)
    return Stranger(SigningKey.generate(), town.project.id, invitation)


def written(path: Path, stranger: Stranger, parts: Sequence[bytes], header: bytes = b"") -> Path:
    """Write a whole, rightly signed bundle of anything."""
    header = header or encode([stranger.project, stranger.key.public, [], 0])
    data = b"CMBUNDLE\x01" + b"".join(struct.pack(">I", len(p)) + p for p in (header, *parts))
    hashed = hashlib.blake2b(data, digest_size=32, person=b"collabmap-file").digest()
    figures = encode([0, 0, 0])
    signed = stranger.key.sign(encode(["collabmap blobs", hashed, figures]))
    no_blobs = bytes(4) + struct.pack(">I", len(figures + signed)) + figures + signed
    path.write_bytes(data + bytes(4) + hashed + stranger.key.sign(hashed) + no_blobs)
    return path


def everything(session: Session, bundle: Path) -> None:
    """Do with a bundle all that people do; an error that has words for them is an answer."""
    for act in (
        lambda: session.preview([bundle]),
        lambda: session.merge([bundle]),
        lambda: [session.reader.place(row.id) for row in session.reader.places()[0]],
        lambda: session.export_geojson(bundle.with_suffix(".geojson"), draft=True),
        lambda: [session.accept(item) for item in session.reader.review_items()],
        lambda: session.export_geojson(bundle.with_suffix(".geojson")),
        lambda: session.rebuild(),
    ):
        with contextlib.suppress(CollabMapError):
            act()


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


@pytest.mark.parametrize("parts", [{"hint": 1 << 63}, {"hint": 1 << 63, "min_reader": 9}])
def test_numbers_that_no_file_can_hold_are_refused(
    town: Session, stranger: Stranger, tmp_path: Path, parts: dict[str, int]
) -> None:
    segment = stranger.with_head(stranger.seal((Kind.CREATE, b"i" * 16, CREATE, WORDS)), **parts)
    everything(town, bundle := written(tmp_path / "x.cmbundle", stranger, [segment.data]))
    assert read_bundle(bundle, town.project.id).refused == 1
    assert len(town.reader.marks()) == 1


@pytest.mark.parametrize("depth", [40, 600, 5000])
def test_values_that_nest_too_deep_are_refused_whatever_the_room_on_the_stack(
    town: Session, stranger: Stranger, tmp_path: Path, depth: int
) -> None:
    segments = [
        stranger.seal((Kind.CREATE, b"i" * 16, nested(depth), WORDS)),
        stranger.seal((Kind.CREATE, b"i" * 16, CREATE, nested(depth))),
    ]
    parts = [*(s.data for s in segments), encode([nested(depth), b"", b""])]
    everything(town, bundle := written(tmp_path / "x.cmbundle", stranger, parts))
    assert read_bundle(bundle, town.project.id).refused == 3
    assert len(town.reader.marks()) == 1


def test_a_header_that_is_not_one_does_not_cost_the_segments_behind_it(
    town: Session, stranger: Stranger, tmp_path: Path
) -> None:
    segment = stranger.seal((Kind.CREATE, b"i" * 16, CREATE, WORDS))
    for header in (nested(5000), encode([1 << 40, b"", [], 0]), encode(["x"]), b"\xc1"):
        bundle = written(tmp_path / "x.cmbundle", stranger, [segment.data], header)
        read = read_bundle(bundle, town.project.id)
        assert [s.name for s in read.segments] == [segment.name]
        assert read.problem is not None
        assert read.sender == b""


@pytest.mark.parametrize("key", [1 << 40, (1 << 64) - 1, "text", [1], None])
def test_what_is_no_key_has_no_effect_and_takes_no_memory(
    town: Session, place: bytes, stranger: Stranger, tmp_path: Path, key: object
) -> None:
    segment = stranger.seal(
        (Kind.ADD, place, encode([0, TAG, key]), encode("spam")),
        (Kind.INVITE, b"", encode([key]), None),
        (Kind.ENROL, b"", encode([key, key]), None),
    )
    everything(town, written(tmp_path / "x.cmbundle", stranger, [segment.data]))
    view = town.reader.place(place)
    assert view is not None
    assert view.tags == ("eau",)
    assert town.project.log.holds(segment.name)


@pytest.mark.parametrize("subject", [b"", b"a", b"fifteen letters"])
def test_a_place_without_an_identity_has_no_effect(
    town: Session, stranger: Stranger, tmp_path: Path, subject: bytes
) -> None:
    segment = stranger.seal((Kind.CREATE, subject, CREATE, WORDS))
    everything(town, written(tmp_path / "x.cmbundle", stranger, [segment.data]))
    assert len(town.reader.marks()) == 1


@pytest.mark.parametrize("payload", [[1], "words", 5, {"description": [1]}, None])
def test_a_payload_of_another_shape_does_not_stop_the_review(
    town: Session, place: bytes, stranger: Stranger, tmp_path: Path, payload: object
) -> None:
    structure = encode([0, {"description": None, "name": None, "contact": None}])
    segment = stranger.seal(
        (Kind.SET, place, structure, encode(payload)),
        (Kind.CREATE, b"i" * 16, create_structure(["name"], own_accept=False), encode(payload)),
        (Kind.ADD, place, add_structure(TAG, b"e" * 16, own_accept=False), encode(payload)),
        (Kind.PERSON, b"q" * 16, encode([]), encode(payload)),
        (Kind.SET, place, structure, b"\xa1\xff"),
    )
    everything(town, written(tmp_path / "x.cmbundle", stranger, [segment.data]))
    assert town.project.log.holds(segment.name)


def test_words_that_were_left_out_on_the_way_are_not_taken_for_the_whole(
    town: Session, resident: Session, stranger: Stranger, tmp_path: Path
) -> None:
    mine = resident.add(DRAFT)
    resident.seal()
    segments = list(resident.project.log.since({}))
    emptied = [wire.forget(s, range(500)) for s in segments if s.rid == resident.device.rid]
    bundle = written(tmp_path / "emptied.cmbundle", stranger, [s.data for s in emptied])
    everything(town, bundle)
    assert town.reader.place(mine) is None
    with town.project.writing():
        assert town.ingest.receive(emptied).refused == len(emptied)
    town.merge([resident.send(tmp_path / "whole").path])
    view = town.reader.place(mine)
    assert view is not None
    assert view.name == "Fontaine"


def test_random_bytes_in_the_place_of_every_part_end_in_words_for_people(
    town: Session, stranger: Stranger, tmp_path: Path
) -> None:
    for size in (1, 9, 300):
        junk = os.urandom(size)
        parts = [junk, encode([junk, junk, junk]), b""]
        everything(town, written(tmp_path / "x.cmbundle", stranger, parts[:2]))
        (tmp_path / "y.cmbundle").write_bytes(b"CMBUNDLE\x01" + junk)
        everything(town, tmp_path / "y.cmbundle")
    assert len(town.reader.marks()) == 1
