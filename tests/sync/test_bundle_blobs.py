"""Photos behind the segments of a bundle: what proves itself is taken, wherever the file breaks."""

import io
import random
import struct
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collabmap.app.session import Session
from collabmap.domain.change import encode
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import BundleDamaged, BundleTooNew, BundleTooOld
from collabmap.store.blobs import CHUNK_BYTES, Blobs
from collabmap.store.device import Device
from collabmap.sync.blob_parts import Attached, Figures, Part, is_true, parts_of, read_figures, take
from collabmap.sync.bundle import Written, parts_in, read_bundle, write_bundle

SIZES = (30_000, CHUNK_BYTES + 77, 900, 40_000)
MADE_AT_MS = 1_790_000_000_123


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "map", Device(tmp_path / "device"), "Ville", "Camille")
    for number in range(3):
        session.add(PlaceDraft(f"Lieu {number}", "eau", 7.4, 43.7))
        session.seal()
    yield session
    session.close()


@pytest.fixture
def here(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "there")


@pytest.fixture
def names(here: Blobs) -> list[bytes]:
    dice = random.Random(5)
    return [here.put(io.BytesIO(dice.randbytes(size))) for size in SIZES]


@pytest.fixture
def written(session: Session, here: Blobs, names: list[bytes], tmp_path: Path) -> Written:
    return write(session, tmp_path / "all.cmbundle", Attached(here, names))


def write(session: Session, path: Path, attached: Attached | None) -> Written:
    project = session.project
    segments = project.log.since({})
    return write_bundle(
        path,
        session.key,
        project.id,
        project.log.vector(),
        segments,
        made_at_ms=MADE_AT_MS,
        attached=attached,
    )


def ends_of_parts(path: Path, at: int) -> list[int]:
    """Where in the file each part ends."""
    data, ends = path.read_bytes(), []
    while length := struct.unpack_from(">I", data, at)[0]:
        at += 4 + length
        ends.append(at)
    return ends


def test_blobs_come_out_as_they_went_in(
    session: Session, here: Blobs, there: Blobs, names: list[bytes], written: Written
) -> None:
    assert written.blobs == Figures(4, sum(SIZES), 0)
    read = read_bundle(written.path, session.project.id)
    assert (read.problem, read.blobs, read.made_at_ms) == (None, written.blobs, MADE_AT_MS)
    taken = take(there, parts_in(read))
    assert (list(taken.names), taken.size_bytes, taken.refused) == (names, sum(SIZES), 0)
    assert [there.read(name) for name in names] == [here.read(name) for name in names]
    assert take(there, parts_in(read)).names == ()


def test_only_what_is_wanted_is_taken(
    session: Session, there: Blobs, names: list[bytes], written: Written
) -> None:
    read = read_bundle(written.path, session.project.id)
    assert take(there, parts_in(read, {names[2]}.__contains__)).names == (names[2],)
    assert list(there.names()) == [names[2]]


def test_a_bundle_without_blobs_says_so(session: Session, tmp_path: Path) -> None:
    written = write(session, tmp_path / "none.cmbundle", None)
    read = read_bundle(written.path, session.project.id)
    assert (read.problem, read.blobs, list(parts_in(read))) == (None, Figures(), [])


def test_the_first_ones_go_and_what_finds_no_room_is_counted(
    session: Session, here: Blobs, names: list[bytes], tmp_path: Path
) -> None:
    attached = Attached(here, [b"not here".ljust(32), *names, names[0]], SIZES[0] + SIZES[2] + 1)
    written = write(session, tmp_path / "some.cmbundle", attached)
    assert written.blobs == Figures(2, SIZES[0] + SIZES[2], 2)
    read = read_bundle(written.path, session.project.id)
    assert [part.name for part in parts_in(read)] == [names[0], names[2]]
    assert read.blobs == written.blobs


def test_a_blob_that_the_disk_changed_is_not_sent_and_is_counted(
    session: Session, here: Blobs, names: list[bytes], tmp_path: Path
) -> None:
    here.path(names[1]).write_bytes(b"rot")
    written = write(session, tmp_path / "some.cmbundle", Attached(here, names))
    assert written.blobs == Figures(3, sum(SIZES) - SIZES[1], 1)


def test_of_a_bundle_cut_at_every_kilobyte_all_that_was_whole_is_taken(
    session: Session, names: list[bytes], written: Written, tmp_path: Path
) -> None:
    whole = read_bundle(written.path, session.project.id)
    data, ends = written.path.read_bytes(), ends_of_parts(written.path, whole.blobs_at)
    parts = [(part.name, part.number) for part in parts_in(whole)]
    assert len(parts) == len(ends) == 5
    cut = tmp_path / "cut.cmbundle"
    cut.write_bytes(data)
    for length in range(len(data) - 1, 10, -1024):
        with cut.open("r+b") as file:
            file.truncate(length)
        read = read_bundle(cut, session.project.id)
        assert isinstance(read.problem, BundleDamaged)
        expected = sum(end <= length for end in ends)
        found = list(parts_in(read))
        assert [(part.name, part.number) for part in found] == parts[:expected]
        assert all(map(is_true, found))
        if length >= whole.blobs_at:
            assert read.segments == whole.segments
            assert read.sender == session.key.public, "what was signed is whole"
        else:
            assert read.sender == b""


def test_a_blob_goes_on_in_the_next_bundle_where_the_first_broke_off(
    session: Session, here: Blobs, there: Blobs, names: list[bytes], written: Written
) -> None:
    whole = read_bundle(written.path, session.project.id)
    data, ends = written.path.read_bytes(), ends_of_parts(written.path, whole.blobs_at)
    cut = written.path.with_name("cut.cmbundle")
    cut.write_bytes(data[: ends[1] + 5])
    taken = take(there, parts_in(read_bundle(cut, session.project.id)))
    manifest = here.manifest(names[1])
    assert manifest is not None
    assert (taken.names, there.lacking(manifest)) == ((names[0],), (1,))
    assert take(there, parts_in(whole)).names == tuple(names[1:])


@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_flipped_bit_brings_a_false_byte_in(
    session: Session, here: Blobs, names: list[bytes], written: Written, at: float, bit: int
) -> None:
    changed = bytearray(written.path.read_bytes())
    position = 9 + int(at * (len(changed) - 9))
    changed[position] ^= 1 << bit
    path = written.path.with_name("flipped.cmbundle")
    path.write_bytes(changed)
    read = read_bundle(path, session.project.id)
    found = list(parts_in(read))
    true = {(p.name, p.number): p.data for name in names for p in parts_of(here, name)}
    kept = [part for part in found if is_true(part)]
    assert all(true[part.name, part.number] == part.data for part in kept)
    # Somewhere it shows: in the log, in a part or in the figures.
    assert read.problem is not None or len(kept) < 5
    if position < read.blobs_at - 100:
        assert len(kept) == 5 or read.blobs_at == 0


def test_a_preview_does_not_read_the_pictures(session: Session, written: Written) -> None:
    at = read_bundle(written.path, session.project.id).blobs_at
    data = bytearray(written.path.read_bytes())
    for end in ends_of_parts(written.path, at):
        data[end - 1] ^= 1
    written.path.write_bytes(data)
    read = read_bundle(written.path, session.project.id)
    assert read.problem is None
    assert not any(map(is_true, parts_in(read)))


def test_what_a_stick_kept_otherwise_is_not_called_sent(
    session: Session, here: Blobs, names: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "bad.cmbundle"

    def spoil() -> None:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    project = session.project
    with pytest.raises(BundleDamaged):
        write_bundle(
            path,
            session.key,
            project.id,
            {},
            project.log.since({}),
            copied=spoil,
            attached=Attached(here, names),
        )


def test_however_much_comes_it_takes_the_room_of_a_few_chunks(
    session: Session, here: Blobs, there: Blobs, tmp_path: Path
) -> None:
    dice = random.Random(8)
    names = [here.put(io.BytesIO(dice.randbytes(4 * CHUNK_BYTES))) for _ in range(6)]
    tracemalloc.start()
    written = write(session, tmp_path / "much.cmbundle", Attached(here, names))
    taken = take(there, parts_in(read_bundle(written.path, session.project.id)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(taken.names) == 6
    assert peak < 8 * CHUNK_BYTES < 24 * CHUNK_BYTES == taken.size_bytes


@pytest.mark.parametrize(
    "section",
    [
        b"",
        bytes(4),
        bytes(4) + struct.pack(">I", 68) + encode([0, 0, 0]) + bytes(64),
        bytes(4) + struct.pack(">I", 4) + encode([0, 0, 0]),
        bytes(4) + struct.pack(">I", 1 << 30),
        struct.pack(">I", 1 << 30) + b"x",
        struct.pack(">I", 5) + b"holid",
        (struct.pack(">I", 1) + b"x") * 70_000,
        b"\xff" * 1000,
    ],
)
def test_what_is_no_section_of_blobs_costs_nothing_but_itself(
    session: Session, there: Blobs, written: Written, section: bytes
) -> None:
    whole = read_bundle(written.path, session.project.id)
    data = written.path.read_bytes()
    written.path.write_bytes(data[: whole.blobs_at] + section)
    read = read_bundle(written.path, session.project.id)
    assert read.segments == whole.segments
    assert isinstance(read.problem, BundleDamaged)
    assert take(there, parts_in(read)).names == ()


def test_figures_of_another_bundle_or_of_no_sense_are_not_believed(
    session: Session, written: Written, tmp_path: Path
) -> None:
    session.add(PlaceDraft("Lieu", "eau", 7.4, 43.7))
    session.seal()
    other = write(session, tmp_path / "other.cmbundle", None).path
    at = read_bundle(other, session.project.id).blobs_at
    end = read_bundle(written.path, session.project.id).blobs_at
    mixed = tmp_path / "mixed.cmbundle"
    mixed.write_bytes(written.path.read_bytes()[:end] + other.read_bytes()[at:])
    read = read_bundle(mixed, session.project.id)
    assert (read.blobs, type(read.problem)) == (Figures(), BundleDamaged)
    for nonsense in (encode([0, 0, -1]), encode([0, 0, "x"]), b""):
        section = bytes(4) + struct.pack(">I", len(nonsense) + 64) + nonsense + bytes(64)
        mixed.write_bytes(section)
        with mixed.open("rb") as file:
            assert read_figures(file, lambda *_: True) == (Figures(), False)


def test_parts_that_lie_are_refused_and_the_others_are_taken(
    here: Blobs, there: Blobs, names: list[bytes]
) -> None:
    true = [part for name in names for part in parts_of(here, name)]
    first, last = true[0], true[-1]
    lies = [
        first._replace(name=last.name),
        first._replace(manifest=last.manifest),
        first._replace(number=1),
        first._replace(number=-1),
        first._replace(data=first.data + b"x"),
        first._replace(manifest=b"\xc1"),
        Part(b"", b"", 0, b""),
    ]
    taken = take(there, [*lies, *true, *lies])
    assert list(taken.names) == names
    assert taken.refused == 2 * len(lies)
    assert all(there.verify(name) for name in names)


@pytest.mark.parametrize(("version", "error"), [(0, BundleTooOld), (2, BundleTooNew)])
def test_a_bundle_of_another_version_is_refused_in_words(
    session: Session, written: Written, version: int, error: type[Exception]
) -> None:
    data = bytearray(written.path.read_bytes())
    data[8] = version
    written.path.write_bytes(data)
    with pytest.raises(error):
        read_bundle(written.path, session.project.id)
