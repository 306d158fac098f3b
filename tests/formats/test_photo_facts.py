"""What a photo's file says of when and where: read to place it."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import encoded, photo, telling
from PIL import Image

from collabmap.errors import CollabMapError, PhotoFileTooLarge, PhotoUnreadable
from collabmap.formats.photo_facts import PhotoFacts, read_facts


def ms(hour: int, minute: int) -> int:
    return round(datetime(2026, 3, 12, hour, minute, tzinfo=UTC).timestamp() * 1000)


def _parts(degrees: float) -> tuple[int, int, float]:
    seconds = abs(degrees) * 3600
    return int(seconds // 3600), int(seconds % 3600 // 60), seconds % 60


@given(lng=st.floats(-180, 180, allow_nan=False), lat=st.floats(-80, 80, allow_nan=False))
def test_where_is_read_to_a_few_metres(
    tmp_path_factory: pytest.TempPathFactory, lng: float, lat: float
) -> None:
    image = Image.new("RGB", (8, 8))
    exif = Image.Exif()
    parts = [_parts(v) for v in (lat, lng)]
    exif[0x8825] = {
        1: "S" if lat < 0 else "N", 2: parts[0], 3: "W" if lng < 0 else "E", 4: parts[1],
    }  # fmt: skip
    path = tmp_path_factory.mktemp("facts") / "1.jpg"
    image.save(path, exif=exif)
    found = read_facts(path).position

    if abs(lng) < 1e-5 and abs(lat) < 1e-5:
        return
    assert found is not None
    assert abs(found.lng - lng) < 5e-5
    assert abs(found.lat - lat) < 5e-5


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "heic"])
def test_every_kind_says_when_and_where(tmp_path: Path, suffix: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    path = photo(tmp_path / f"1.{suffix}", (7.42, 43.73), 42)
    found = read_facts(path)

    assert found.taken_ms == ms(17, 42)
    assert found.position is not None
    assert (round(found.position.lng, 5), round(found.position.lat, 5)) == (7.42, 43.73)


def test_a_photo_that_says_nothing_is_a_photo_all_the_same(tmp_path: Path) -> None:
    assert read_facts(photo(tmp_path / "1.jpg", None)) == PhotoFacts()


@pytest.mark.parametrize(
    ("tags", "gps"),
    [
        ({0x9003: "0000:00:00 00:00:00"}, {}),
        ({0x9003: "yesterday"}, {2: (12.0, 0.0, 0.0), 4: (1.0, 2.0)}),
        ({}, {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}),
        ({}, {1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (7.0, 0.0, 0.0)}),
        ({}, {7: (25.0, 0.0, 0.0), 29: "2026:03:12"}),
    ],
)
def test_what_makes_no_sense_is_left_out(
    tmp_path: Path, tags: dict[int, object], gps: dict[int, object]
) -> None:
    exif = Image.Exif()
    if tags:
        exif[0x8769] = tags
    if gps:
        exif[0x8825] = gps
    Image.new("RGB", (8, 8)).save(tmp_path / "1.jpg", exif=exif)

    assert read_facts(tmp_path / "1.jpg") == PhotoFacts()


def test_the_receivers_clock_stands_in_for_the_cameras(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x8825] = {7: (17.0, 42.0, 0.0), 29: "2026:03:12"}
    Image.new("RGB", (8, 8)).save(tmp_path / "1.jpg", exif=exif)

    assert read_facts(tmp_path / "1.jpg").taken_ms == ms(17, 42)


def test_what_is_no_photo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.jpg").write_text("not a picture")
    with pytest.raises(PhotoUnreadable):
        read_facts(tmp_path / "letter.jpg")
    with (tmp_path / "film.jpg").open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(PhotoFileTooLarge):
        read_facts(tmp_path / "film.jpg")


@given(st.data())
def test_a_damaged_file_never_stops_the_others(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray(encoded(telling(30, 20), "jpg"))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "1.jpg"
    path.write_bytes(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    with contextlib.suppress(CollabMapError):
        read_facts(path)
