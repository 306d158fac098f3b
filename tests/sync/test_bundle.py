from collections.abc import Iterator
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.signing import SigningKey
from collabmap.errors import (
    BundleDamaged,
    BundleOfAnotherProject,
    NotABundle,
    NothingToReceive,
)
from collabmap.store.device import Device
from collabmap.sync.bundle import find_bundles, pack_vector, read_bundle, unpack_vector


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "map", Device(tmp_path / "device"), "Ville", "Camille")
    for number in range(12):
        session.add(PlaceDraft(f"Lieu {number}", "eau", 7.4, 43.7, description="x" * 50))
        session.seal()
    yield session
    session.close()


@pytest.fixture
def bundle(session: Session, tmp_path: Path) -> Path:
    return session.give_back(tmp_path / "all").path


def test_a_bundle_reads_back_whole_and_signed_by_its_sender(session: Session, bundle: Path) -> None:
    read = read_bundle(bundle, session.project.id)
    assert read.problem is None
    assert read.sender == session.device.key.public
    assert read.vector == session.project.log.vector()
    assert [s.data for s in read.segments] == [s.data for s in session.project.log.since({})]


def test_of_a_bundle_cut_anywhere_every_whole_segment_is_read(
    session: Session, bundle: Path, tmp_path: Path
) -> None:
    whole = bundle.read_bytes()
    names = [s.name for s in read_bundle(bundle, session.project.id).segments]
    cut = tmp_path / "cut.cmbundle"
    kept = []
    for length in range(20, len(whole) - 1, 61):
        cut.write_bytes(whole[:length])
        read = read_bundle(cut, session.project.id)
        assert isinstance(read.problem, BundleDamaged)
        assert [s.name for s in read.segments] == names[: len(read.segments)]
        # What was signed may be whole, and only the figures of the photos behind it be cut.
        assert read.sender == (session.key.public if read.blobs_at else b"")
        kept.append(len(read.segments))
    assert kept == sorted(kept)
    assert set(kept) >= {0, 5, 11}


def test_no_flipped_bit_brings_anything_false_in(
    session: Session, bundle: Path, tmp_path: Path
) -> None:
    whole = bundle.read_bytes()
    true = {s.name: s.data for s in read_bundle(bundle, session.project.id).segments}
    flipped = tmp_path / "flipped.cmbundle"
    for position in range(9, len(whole), 37):
        data = bytearray(whole)
        data[position] ^= 0x10
        flipped.write_bytes(data)
        read = read_bundle(flipped, session.project.id)
        assert read.problem is not None
        assert all(true.get(s.name) == s.data for s in read.segments)


def test_a_bundle_of_another_map_is_refused(bundle: Path) -> None:
    with pytest.raises(BundleOfAnotherProject):
        read_bundle(bundle, b"another project.")


def test_a_file_that_is_no_bundle_is_refused(session: Session, tmp_path: Path) -> None:
    (tmp_path / "x.cmbundle").write_bytes(b"holiday picture")
    with pytest.raises(NotABundle):
        read_bundle(tmp_path / "x.cmbundle", session.project.id)


def test_an_incoming_bundle_is_never_written_to(session: Session, bundle: Path) -> None:
    before = bundle.read_bytes(), bundle.stat().st_mtime_ns
    session.merge([bundle])
    assert (bundle.read_bytes(), bundle.stat().st_mtime_ns) == before


def test_a_folder_is_searched_and_half_written_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.cmbundle", "deep/a.cmbundle", ".c.cmbundle", "note.txt"):
        (tmp_path / name).touch()
    found = find_bundles([tmp_path, tmp_path / "b.cmbundle"])
    assert [p.name for p in found] == ["b.cmbundle", "a.cmbundle"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToReceive):
        find_bundles([tmp_path / "empty"])


def test_a_version_vector_survives_being_kept() -> None:
    rid = SigningKey.generate().public[:16]
    vector = {rid: ((3, b"n" * 32), (5, b"m" * 32))}
    assert unpack_vector(pack_vector(vector)) == vector
    assert unpack_vector(None) == {}
