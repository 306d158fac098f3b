"""Bundles that were cut, or of which a bit was flipped on the way."""

import random
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.signing import SIGNATURE_BYTES
from collabmap.errors import BundleDamaged
from collabmap.sync.bundle import read_bundle

from .conftest import Laptops
from .flipping import fill, flipped, is_accepted, read

FLIPS = 500


@pytest.fixture
def sender(laptops: Laptops) -> Session:
    sender = laptops("Aïcha")
    fill(sender)
    return sender


@pytest.fixture
def bundle(sender: Session, tmp_path: Path) -> Path:
    return sender.send(tmp_path / "sent").path


def test_of_a_bundle_cut_at_every_kilobyte_what_is_whole_is_taken_and_the_rest_later(
    town: Session, sender: Session, bundle: Path, tmp_path: Path
) -> None:
    whole = bundle.read_bytes()
    cut = tmp_path / "cut.cmbundle"
    places = []
    for length in range(1024, len(whole), 1024):
        cut.write_bytes(whole[:length])
        report = town.merge([cut])
        (problem,) = report.problems
        assert isinstance(problem, BundleDamaged)
        assert town.project.log.unapplied() == 0
        assert town.rebuild() == report.digest
        places.append(len(town.reader.marks()))
    assert places == sorted(places)
    assert len(set(places)) > 4
    town.merge([bundle])
    sender.merge([town.give_back(tmp_path / "back").path])
    assert town.info().digest_hex == sender.info().digest_hex


def test_a_bundle_cut_in_its_last_words_gives_all_and_is_not_believed_to_be_whole(
    town: Session, sender: Session, bundle: Path
) -> None:
    whole = bundle.read_bytes()
    segments = len(read_bundle(bundle, town.project.id).segments)
    for length in range(len(whole) - 100, len(whole)):
        bundle.write_bytes(whole[:length])
        found = read_bundle(bundle, town.project.id)
        assert isinstance(found.problem, BundleDamaged)
        assert found.sender in (b"", sender.key.public)
        assert len(found.segments) == segments


def test_a_flipped_bit_is_told_also_where_the_last_length_says_more_than_is_there(
    town: Session, bundle: Path
) -> None:
    whole = bundle.read_bytes()
    # The last words: a length of four bytes, three numbers in four bytes, a signature.
    at = len(whole) - SIGNATURE_BYTES - 4 - 4
    assert whole[at : at + 4] == (4 + SIGNATURE_BYTES).to_bytes(4, "big")
    for bit in range(32):
        data = bytearray(whole)
        data[at + bit // 8] ^= 1 << bit % 8
        bundle.write_bytes(data)
        assert isinstance(read_bundle(bundle, town.project.id).problem, BundleDamaged)


def test_no_flipped_bit_brings_in_what_its_author_did_not_sign(
    town: Session, sender: Session, bundle: Path
) -> None:
    whole = read_bundle(bundle, town.project.id)
    chance = random.Random(1)
    found = [read(path, town.project.id) for path in flipped(bundle, chance, FLIPS)]
    assert [f for f in found if is_accepted(f, whole)] == []
    # What the flips have left whole is taken: one bad bit does not cost a whole evening.
    survivors = {s.name: s for f in found if f is not None for s in f.segments}
    assert survivors.keys() == {s.name for s in whole.segments}
    with town.project.writing():
        assert town.ingest.receive(survivors.values()).refused == 0
    signed = {s.data for s in sender.project.log.since({})}
    assert {s.data for s in town.project.log.since({}) if s.rid == sender.rid} <= signed
    assert town.project.log.unapplied() == 0


def test_a_merge_of_flipped_bundles_is_the_merge_of_the_whole_one(
    town: Session, sender: Session, bundle: Path, tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number, path in enumerate(flipped(bundle, random.Random(2), 30)):
        path.rename(many / f"{number}.cmbundle")
    report = town.merge([many])
    assert len(report.problems) == 30
    sender.merge([town.give_back(tmp_path / "back").path])
    assert town.info().digest_hex == sender.info().digest_hex
    assert town.rebuild() == sender.info().digest_hex
