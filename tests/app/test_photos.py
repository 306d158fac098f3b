"""Photos between laptops: the change and its thumbnail at once, the picture when it can come."""

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage
from sharing import view

from collabmap.app import kits, photos, sending
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.session import Session
from collabmap.domain import ids
from collabmap.domain.change import PHOTO, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import Photo, PlaceDraft
from collabmap.domain.structure import add_structure, alias_structure, redact_structure
from collabmap.errors import (
    BundleDamaged,
    NobodyHere,
    PhotoTooLarge,
    PhotoUnreadable,
    ProjectReadOnly,
    TextTooLong,
)
from collabmap.store.blobs import Blobs
from collabmap.store.device import Device

DRAFT = PlaceDraft("Fontaine", "eau", 7.42, 43.73)


def picture(seed: int, side: int = 400) -> bytes:
    """A photo of nothing; every seed gives another."""
    dots = np.random.default_rng(seed).integers(0, 256, (side, side, 4), dtype=np.uint8)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert QImage(dots.data, side, side, QImage.Format.Format_RGB32).save(buffer, "JPG", 80)  # type: ignore[call-overload]
    return bytes(data.data())


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille")
    yield session
    session.close()


@pytest.fixture
def resident(town: Session, tmp_path: Path) -> Iterator[Session]:
    kit = town.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    session = Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "r"))
    session.begin_person("Aïcha")
    yield session
    session.close()


def photographed(session: Session, *seeds: int, text: str = "") -> bytes:
    """Add a place with photos; return its id."""
    place = session.add(DRAFT)
    for seed in seeds:
        session.add_photo(view(session, place), picture(seed), text)
    return place


def only_photo(session: Session, place: bytes) -> Photo:
    (photo,) = view(session, place).photos
    return photo


def blobs_of(session: Session) -> list[bytes]:
    return list(Blobs.beside(session.path).names())


# --- on one laptop ----------------------------------------------------------------------------


def test_a_photo_is_kept_small_beside_the_map(town: Session) -> None:
    photo = only_photo(town, photographed(town, 1, text="  La fontaine  "))
    jpeg = town.photo_bytes(photo.blob)
    assert jpeg is not None
    assert (QImage.fromData(jpeg).width(), len(jpeg)) == (400, photo.size_bytes)
    assert 0 < len(photo.thumbnail) <= 8192
    assert not QImage.fromData(photo.thumbnail).isNull()
    assert (photo.text, photo.author_name, photo.is_here) == ("La fontaine", "Camille", True)
    assert town.path.with_suffix(".blobs").is_dir()
    assert photos.wanted(town) == ()


def test_photos_are_still_there_after_closing_in_the_order_they_were_added(town: Session) -> None:
    place = photographed(town, 1, 2)
    shown = view(town, place).photos
    town.close()
    again = Session.open(town.path, town.device)
    assert view(again, place).photos == shown
    assert len({photo.blob for photo in shown}) == 2
    again.close()


def test_what_cannot_be_kept_leaves_nothing_behind(town: Session) -> None:
    place = view(town, town.add(DRAFT))
    huge = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (50_000).to_bytes(4, "big") * 2
    huge += b"\x08\x00\x00\x00\x00" + bytes(4)
    with pytest.raises(PhotoUnreadable):
        town.add_photo(place, b"holiday")
    with pytest.raises((PhotoTooLarge, PhotoUnreadable)):
        town.add_photo(place, huge)
    with pytest.raises(TextTooLong):
        town.add_photo(place, picture(1), "x" * 501)
    assert view(town, place.id).photos == ()
    assert blobs_of(town) == []


def test_a_photo_that_may_not_be_written_leaves_no_picture(town: Session, tmp_path: Path) -> None:
    place = photographed(town, 1)
    shown = view(town, place)
    before = blobs_of(town)
    town.close()
    looking = Session.open(town.path, town.device, read_only=True)
    for seed in (1, 2):
        with pytest.raises(ProjectReadOnly):
            looking.add_photo(shown, picture(seed))
    looking.close()
    stranger = Session.open(town.path, Device(tmp_path / "s"))
    with pytest.raises(NobodyHere):
        stranger.add_photo(shown, picture(3))
    assert blobs_of(stranger) == before
    stranger.close()


def test_a_picture_that_the_disk_changed_is_wanted_again(town: Session) -> None:
    photo = only_photo(town, photographed(town, 1))
    town.seal()
    path = Blobs.beside(town.path).path(photo.blob)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"?")
    assert town.photo_bytes(photo.blob) is None
    assert photos.wanted(town) == (photo.blob,)
    Blobs.beside(town.path).put(io.BytesIO(whole))
    assert town.photo_bytes(photo.blob) == whole


def test_the_window_need_not_wait_for_qt_before_the_first_photo() -> None:
    script = "import sys, collabmap.app.session; print('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "words",
        {},
        {"blob": 5},
        {"blob": b"short", "thumbnail": b"x"},
        {"blob": "../../../etc/passwd".ljust(32, "x")},
    ],
)
def test_what_is_no_photo_is_not_shown_as_one(town: Session, payload: object) -> None:
    place = photographed(town, 1)
    structure = add_structure(PHOTO, ids.new_id(1), own_accept=True)
    town.write([(Kind.ADD, place, structure, encode(payload))])
    town.seal()
    assert len(view(town, place).photos) == 1
    assert photos.wanted(town) == ()


def test_a_photo_of_another_shape_is_shown_without_what_is_wrong_with_it(town: Session) -> None:
    place = town.add(DRAFT)
    payload = {"blob": b"b" * 32, "bytes": -4, "thumbnail": bytes(8193), "text": [1], "field": 7}
    structure = add_structure(PHOTO, ids.new_id(1), own_accept=True)
    town.write([(Kind.ADD, place, structure, encode(payload))])
    photo = only_photo(town, place)
    assert (photo.thumbnail, photo.text, photo.size_bytes, photo.is_here) == (b"", "", 0, False)
    assert photo.field == ""


# --- taking away ------------------------------------------------------------------------------


def test_ones_own_photo_is_taken_away_at_once(town: Session) -> None:
    place = photographed(town, 1, 2)
    first, second = view(town, place).photos
    effect = town.remove_photo(view(town, place), first.element)
    assert effect.features == frozenset({place})
    assert view(town, place).photos == (second,)
    assert town.remove_photo(view(town, place), first.element).is_empty


def test_anothers_photo_stays_until_a_coordinator_agrees(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    place = photographed(town, 1)
    resident.merge([town.give_back(tmp_path / "back").path])
    resident.remove_photo(view(resident, place), only_photo(resident, place).element)
    assert len(view(resident, place).photos) == 1
    town.merge([resident.send(tmp_path / "sent").path])
    item = town.reader.review_item(place)
    assert item is not None
    town.accept(item)
    assert view(town, place).photos == ()


def test_an_erased_picture_is_gone_and_does_not_come_back(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    place = photographed(resident, 1)
    sent = resident.send(tmp_path / "sent").path
    town.merge([sent])
    photo = only_photo(town, place)
    photos.drop(town, [photo.blob])
    assert town.photo_bytes(photo.blob) is not None, "it is still shown"
    town.remove_photo(view(town, place), photo.element)
    photos.drop(town, [photo.blob])
    assert blobs_of(town) == []
    report = town.merge([sent])
    assert (report.photos, blobs_of(town)) == (0, [])
    assert photos.wanted(town) == ()


def test_a_photo_whose_content_was_taken_back_is_neither_shown_nor_sent(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    place = photographed(resident, 1)
    resident.seal()
    (names,) = view(resident, place).basis.photos.values()
    resident.write([(Kind.REDACT, place, redact_structure(names), None)])
    assert view(resident, place).photos == ()
    sent = resident.send(tmp_path / "sent")
    assert sent.photos == 0
    town.merge([sent.path])
    assert view(town, place).photos == ()
    assert photos.wanted(town) == ()


def test_the_pictures_of_two_places_that_are_one_are_wanted_too(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    first, second = sorted((photographed(resident, 1), photographed(resident, 2)))
    town.merge([sending.send(resident, tmp_path / "none", None, None, 0).path])
    town.write([(Kind.ALIAS, first, alias_structure(second, "same", ()), None)])
    assert [photo.is_here for photo in view(town, first).photos] == [False, False]
    assert len(photos.wanted(town)) == 2
    told: list[Effect] = []
    town.effects.subscribe(told.append)
    assert town.merge([resident.send(tmp_path / "all").path]).photos == 2
    assert told[-1].features == frozenset({first})
    assert [photo.is_here for photo in view(town, first).photos] == [True, True]


def test_a_picture_that_two_places_show_is_erased_with_the_second(town: Session) -> None:
    here, there = photographed(town, 1), photographed(town, 1)
    blob = only_photo(town, here).blob
    assert only_photo(town, there).blob == blob
    for place, left in ((here, [blob]), (there, [])):
        town.remove_photo(view(town, place), only_photo(town, place).element)
        photos.drop(town, [blob])
        assert blobs_of(town) == left


# --- on the way -------------------------------------------------------------------------------


def test_a_picture_comes_with_the_contribution(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    place = photographed(resident, 1)
    told: list[Effect] = []
    town.effects.subscribe(told.append)
    sent = resident.send(tmp_path / "sent")
    assert (sent.photos, sent.photos_left_out) == (1, 0)
    assert resident.last_sent() == sent
    assert town.preview([sent.path]).added
    assert blobs_of(town) == []
    report = town.merge([sent.path])
    assert (report.photos, report.problems) == (1, ())
    theirs, ours = only_photo(resident, place), only_photo(town, place)
    assert ours == theirs
    assert town.photo_bytes(ours.blob) == resident.photo_bytes(theirs.blob)
    assert all(place in (effect.features or ()) for effect in told)
    assert len(told) == 2
    assert town.merge([sent.path]).photos == 0


def test_what_finds_no_room_is_told_and_its_thumbnail_goes(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    places = [photographed(resident, seed) for seed in (1, 2, 3)]
    room = only_photo(resident, places[2]).size_bytes + 10
    sent = sending.send(resident, tmp_path / "sent", None, None, room)
    assert (sent.photos, sent.photos_left_out) == (1, 2)
    town.merge([sent.path])
    assert [only_photo(town, place).is_here for place in places] == [False, False, True]
    assert all(only_photo(town, place).thumbnail for place in places)
    assert set(photos.wanted(town)) == {only_photo(town, p).blob for p in places[:2]}
    # Nothing new but pictures: they come all the same.
    report = town.merge([resident.send(tmp_path / "again").path])
    assert (report.photos, report.changes) == (2, 0)
    assert photos.wanted(town) == ()


def test_a_contribution_cut_among_its_pictures_is_merged_whole(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    places = [photographed(resident, seed) for seed in (1, 2, 3)]
    whole = resident.send(tmp_path / "sent").path
    cut = tmp_path / "cut.cmbundle"
    size = sum(only_photo(resident, place).size_bytes for place in places)
    cut.write_bytes(whole.read_bytes()[: -size // 2])
    preview = town.preview([cut])
    assert [file.is_signed for file in preview.files] == [True]
    report = town.merge([cut])
    assert [type(problem) for problem in report.problems] == [BundleDamaged]
    assert report.photos == 1
    assert [only_photo(town, place).is_here for place in places] == [False, False, True]
    assert town.merge([whole]).photos == 2


def test_pictures_that_nobody_shows_are_not_taken(
    town: Session, resident: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photographed(resident, 1)
    junk = Blobs.beside(resident.path).put(io.BytesIO(random.Random(1).randbytes(3_000_000)))
    everything = list(Blobs.beside(resident.path).names())
    assert junk in everything
    with monkeypatch.context() as changed:
        # A laptop that means harm attaches whatever it likes.
        changed.setattr(
            photos, "in_effect", lambda *_: [photos.NamedBlob(n, b"", 0) for n in everything]
        )
        sent = resident.send(tmp_path / "sent")
    assert sent.photos == 2
    assert town.merge([sent.path]).photos == 1
    assert junk not in blobs_of(town)


def test_a_refused_photo_goes_no_further(town: Session, resident: Session, tmp_path: Path) -> None:
    place = photographed(resident, 1)
    town.merge([resident.send(tmp_path / "sent").path])
    item = town.reader.review_item(place)
    assert item is not None
    town.reject(item, "flou")
    assert town.give_back(tmp_path / "back").photos == 0
    assert town.hand_out(tmp_path / "kit").photos == 0


def test_stopping_among_the_pictures_leaves_the_merge_done(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    place = photographed(resident, 1)
    sent = resident.send(tmp_path / "sent").path
    cancel = CancelToken()
    town.effects.subscribe(lambda _: cancel.cancel())
    report = town.merge([sent], cancel=cancel)
    assert (report.added, report.photos, report.problems) == (1, 0, ())
    assert not only_photo(town, place).is_here


def test_pictures_come_back_with_everybodys_work(
    town: Session, resident: Session, tmp_path: Path
) -> None:
    place = photographed(town, 1)
    other = photographed(resident, 2)
    town.merge([resident.send(tmp_path / "sent").path])
    back = town.give_back(tmp_path / "back")
    assert back.photos == 2
    assert resident.merge([back.path]).photos == 1
    assert only_photo(resident, place).is_here
    assert only_photo(resident, other).is_here


# --- kits -------------------------------------------------------------------------------------


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Path], Session]]:
    """Open a kit in a folder of one's own, or again there."""
    sessions: list[Session] = []

    def open_kit(kit: Path) -> Session:
        folder = tmp_path / "opened"
        folder.mkdir(exist_ok=True)
        for session in sessions:
            session.close()
        sessions.append(Session.open_kit(kit, folder, Device(tmp_path / "o")))
        return sessions[-1]

    yield open_kit
    for session in sessions:
        session.close()


def test_a_map_that_is_handed_out_brings_its_photos(
    town: Session, tmp_path: Path, opened: Callable[[Path], Session]
) -> None:
    place = photographed(town, 1)
    steps: list[Progress] = []
    report = town.hand_out(tmp_path / "kit", progress=steps.append)
    assert (report.photos, report.photos_left_out) == (1, 0)
    session = opened(report.path)
    photo = only_photo(session, place)
    assert photo.is_here
    assert session.photo_bytes(photo.blob) == town.photo_bytes(photo.blob)
    later = photographed(town, 2)
    session = opened(town.hand_out(tmp_path / "kit2").path)
    assert only_photo(session, later).is_here


def test_a_kit_takes_the_latest_photos_up_to_its_cap(
    town: Session, tmp_path: Path, opened: Callable[[Path], Session]
) -> None:
    places = [photographed(town, seed) for seed in (1, 2, 3)]
    room = sum(only_photo(town, place).size_bytes for place in places[1:])
    report = kits.hand_out(town, tmp_path / "kit", None, None, room)
    assert (report.photos, report.photos_left_out) == (2, 1)
    session = opened(report.path)
    assert [only_photo(session, place).is_here for place in places] == [False, True, True]


@pytest.mark.parametrize("how", ["changed", "packed", "swapped", "extra"])
def test_a_kit_with_other_pictures_opens_without_them(
    town: Session, tmp_path: Path, opened: Callable[[Path], Session], how: str
) -> None:
    place = photographed(town, 1)
    photo = only_photo(town, place)
    kit = town.hand_out(tmp_path / "kit").path
    evil = tmp_path / "evil.cmkit"
    with zipfile.ZipFile(kit) as source, zipfile.ZipFile(evil, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename.endswith(photo.blob.hex()):
                if how == "changed":
                    data = data[:-1] + b"?"
                elif how == "swapped":
                    data = picture(9)
                elif how == "packed":
                    target.writestr(member.filename, data, zipfile.ZIP_DEFLATED)
                    continue
                else:
                    target.writestr("map.blobs/../../evil", b"evil")
                    target.writestr("map.blobs/" + "ab" * 32, b"evil")
                    continue
            target.writestr(member.filename, data, member.compress_type)
    session = opened(evil)
    assert session.path.is_file()
    assert not only_photo(session, place).is_here
    assert blobs_of(session) == []
    assert not list(tmp_path.rglob("evil"))
