"""A photo that goes into the map: small, upright, and with nothing in it but what one sees."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QColorSpace, QImage, QImageWriter

from collabmap.errors import (
    CollabMapError,
    PhotoHeicUnread,
    PhotoTooLarge,
    PhotoUnreadable,
)
from collabmap.render.photo import MAX_BYTES, MAX_THUMBNAIL_BYTES, Prepared, decode, prepare

SECRETS = (b"GPS-SECRET", b"Owner-Name", b"XMP-SECRET", b"COMMENT-SECRET", b"Exif", b"http")
RED, BLUE = QColor("#d02020"), QColor("#2030d0")


def halves(width: int, height: int) -> QImage:
    """A picture whose upper half is red and whose lower half is blue."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(BLUE)
    for y in range(height // 2):
        for x in range(width):
            image.setPixelColor(x, y, RED)
    return image


def written(image: QImage, name: str, quality: int = 92) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(name.encode()))
    writer.setQuality(quality)
    assert writer.write(image)
    return bytes(data.data())


def noise(width: int, height: int) -> QImage:
    dots = np.random.default_rng(7).integers(0, 256, (height, width, 4), dtype=np.uint8)
    return QImage(dots.data, width, height, QImage.Format.Format_RGB32).copy()


def exif(orientation: int) -> bytes:
    """An EXIF block with an owner and a position.  Source: EXIF 2.32, 4.6; TIFF 6.0, section 2."""
    owner, where = b"Owner-Name\x00", b"GPS-SECRET\x00"
    ifd, gps = 8, 8 + 2 + 3 * 12 + 4
    texts = gps + 2 + 2 * 12 + 4
    entries = [
        struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0),
        struct.pack(">HHII", 0x9C9D, 1, len(owner), texts),
        struct.pack(">HHII", 0x8825, 4, 1, gps),
    ]
    positions = [
        struct.pack(">HHI4s", 0x0001, 2, 2, b"N\x00\x00\x00"),
        struct.pack(">HHII", 0x001D, 2, len(where), texts + len(owner)),
    ]
    tiff = b"MM\x00*" + struct.pack(">I", ifd)
    tiff += struct.pack(">H", len(entries)) + b"".join(entries) + bytes(4)
    tiff += struct.pack(">H", len(positions)) + b"".join(positions) + bytes(4)
    return b"Exif\x00\x00" + tiff + owner + where


def tagged(jpeg: bytes, orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it: EXIF with a position, XMP and a comment before the picture."""
    blocks = [
        (0xE1, exif(orientation)),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>XMP-SECRET</x:xmpmeta>"),
        (0xFE, b"COMMENT-SECRET"),
    ]
    segments = (struct.pack(">BBH", 0xFF, m, len(body) + 2) + body for m, body in blocks)
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def png_of(width: int, height: int, rows: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def colours(prepared: Prepared) -> tuple[str, str]:
    """Say what is at the top and at the bottom of the picture, and that its thumbnail agrees."""
    found = []
    for data in (prepared.jpeg, prepared.thumbnail):
        image = QImage.fromData(data)
        middle = image.width() // 2
        spots = (image.pixelColor(middle, y) for y in (2, image.height() - 3))
        found.append(tuple("red" if c.red() > c.blue() else "blue" for c in spots))
    assert found[0] == found[1]
    top, bottom = found[0]
    return top, bottom


def test_where_and_by_whom_a_photo_was_taken_does_not_leave_the_laptop() -> None:
    photo = tagged(written(halves(640, 480), "jpeg"))
    assert all(secret in photo for secret in SECRETS)
    prepared = prepare(photo)
    for data in (prepared.jpeg, prepared.thumbnail):
        assert [secret for secret in SECRETS if secret in data] == []
        markers = {data[at + 1] for at in range(len(data) - 1) if data[at] == 0xFF}
        # Neither APP1 to APP15 nor a comment: only what JFIF needs.
        assert not markers & {*range(0xE1, 0xF0), 0xFE}
    assert (prepared.width, prepared.height) == (640, 480)


def test_the_words_inside_a_png_do_not_leave_the_laptop() -> None:
    image = halves(200, 100)
    image.setText("Author", "Owner-Name")
    image.setText("Comment", "COMMENT-SECRET")
    photo = written(image, "png")
    assert b"Owner-Name" in photo
    prepared = prepare(photo)
    assert b"Owner-Name" not in prepared.jpeg + prepared.thumbnail
    assert b"COMMENT-SECRET" not in prepared.jpeg + prepared.thumbnail


@pytest.mark.parametrize(
    ("orientation", "size", "seen"),
    [
        (1, (320, 240), ("red", "blue")),
        (3, (320, 240), ("blue", "red")),
        (4, (320, 240), ("blue", "red")),
        (6, (240, 320), None),
        (8, (240, 320), None),
    ],
)
def test_a_photo_that_was_taken_sideways_stands_upright(
    orientation: int, size: tuple[int, int], seen: tuple[str, str] | None
) -> None:
    prepared = prepare(tagged(written(halves(320, 240), "jpeg"), orientation))
    assert (prepared.width, prepared.height) == size
    if seen is not None:
        assert colours(prepared) == seen
    else:
        image = QImage.fromData(prepared.jpeg)
        left = image.pixelColor(3, image.height() // 2)
        # 6: turn clockwise, so what was above is now on the right.
        assert (left.red() < left.blue()) == (orientation == 6)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_each_usual_kind_of_picture_is_taken(name: str) -> None:
    assert colours(prepare(written(halves(300, 200), name))) == ("red", "blue")


def test_a_large_photo_is_made_small_enough_to_travel() -> None:
    prepared = prepare(written(noise(4000, 2500), "jpeg"))
    assert (prepared.width, prepared.height) == (1600, 1000)
    assert len(prepared.jpeg) <= MAX_BYTES
    assert 0 < len(prepared.thumbnail) <= MAX_THUMBNAIL_BYTES
    assert QImage.fromData(prepared.jpeg).width() == 1600
    assert 1 <= QImage.fromData(prepared.thumbnail).width() <= 192


def test_a_small_photo_keeps_its_size() -> None:
    prepared = prepare(written(halves(31, 17), "png"))
    assert (prepared.width, prepared.height) == (31, 17)


def test_a_hair_thin_picture_keeps_both_its_sides() -> None:
    prepared = prepare(written(QImage(9000, 1, QImage.Format.Format_Mono), "png"))
    assert (prepared.width, prepared.height) == (1600, 1)


def test_what_is_transparent_becomes_white() -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    seen = QImage.fromData(prepare(written(image, "png")).jpeg).pixelColor(20, 20)
    assert min(seen.red(), seen.green(), seen.blue()) > 250


def test_a_photo_in_other_colours_looks_the_same_without_its_profile() -> None:
    image = halves(60, 60)
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb))
    photo = written(image, "jpeg")
    assert b"ICC_PROFILE" in photo
    prepared = prepare(photo)
    assert b"ICC_PROFILE" not in prepared.jpeg
    # Adobe's red of this number is a stronger one in sRGB.
    seen = QImage.fromData(prepared.jpeg).pixelColor(30, 10)
    assert seen.red() > RED.red() + 10


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"holiday",
        lambda data: data[:300],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-2],
        lambda data: data[:2] + b"\xff\xe1\x00\x00" * 9,
        lambda data: b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        lambda data: b"GIF89a" + bytes(40),
    ],
)
@pytest.mark.qt_log_ignore("imageio")
def test_what_is_no_whole_photo_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(PhotoUnreadable):
        prepare(spoil(written(noise(200, 200), "jpeg")))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.qt_log_ignore("imageio", "libpng")
def test_a_png_that_breaks_off_is_refused(share: float) -> None:
    photo = written(noise(300, 300), "png")
    with pytest.raises(PhotoUnreadable):
        prepare(photo[: int(len(photo) * share)])


@given(st.binary(max_size=400), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"]))
@pytest.mark.qt_log_ignore(".*")
def test_no_bytes_end_in_anything_but_a_photo_or_words_for_people(
    data: bytes, start: bytes
) -> None:
    try:
        prepared = prepare(start + data)
    except CollabMapError:
        return
    assert prepared.width > 0


def test_a_bomb_is_refused_before_anything_is_unpacked() -> None:
    # 900 million dots in less than a megabyte.
    bomb = png_of(30_000, 30_000, bytes(30_001) * 300)
    assert len(bomb) < 1 << 20
    with pytest.raises(PhotoTooLarge) as told:
        prepare(bomb)
    assert told.value.details == {"megapixels": 900, "limit": 60}


def test_a_picture_from_elsewhere_is_decoded_no_larger_than_it_is_shown() -> None:
    image = decode(written(halves(3000, 1000), "jpeg"), 300)
    assert (image.width(), image.height()) == (300, 100)


def test_a_photo_is_made_ready_without_a_window() -> None:
    script = (
        "import sys; from collabmap.render.photo import prepare;"
        " from PySide6.QtGui import QGuiApplication; assert QGuiApplication.instance() is None;"
        " print(prepare(sys.stdin.buffer.read())[1:3])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=tagged(written(halves(320, 240), "jpeg"), 6),
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == b"(240, 320)"


def heic(width: int, height: int, *, orientation: int = 1) -> bytes:
    """A HEIC picture as phones write it: upper half red, with owner and position."""
    import io

    import pillow_heif
    from PIL import Image

    pillow_heif.register_heif_opener()
    dots = np.zeros((height, width, 3), np.uint8)
    dots[: height // 2] = (208, 32, 32)
    dots[height // 2 :] = (32, 48, 208)
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x9C9D] = b"Owner-Name"
    tags[0x8825] = {1: "N", 2: (43.0, 43.0, 48.0), 3: "E", 4: (7.0, 25.0, 12.0)}
    out = io.BytesIO()
    Image.fromarray(dots).save(out, "HEIF", exif=tags, quality=90)
    return out.getvalue()


def test_a_heic_photo_is_read_upright_and_bare() -> None:
    prepared = prepare(heic(120, 80))
    assert (prepared.width, prepared.height) == (120, 80)
    image = decode(prepared.jpeg, 200)
    assert is_near(image.pixelColor(60, 10), RED)
    assert is_near(image.pixelColor(60, 70), BLUE)
    assert not any(secret in prepared.jpeg for secret in SECRETS)


def test_a_heic_photo_goes_by_its_own_turn_and_not_by_what_its_exif_repeats() -> None:
    # ISO/IEC 23008-12, 6.5.10: the turn is a property of the picture; phones note it twice.
    prepared = prepare(heic(120, 80, orientation=6))
    assert (prepared.width, prepared.height) == (120, 80)


def test_a_heic_photo_that_breaks_off_is_refused() -> None:
    whole = heic(120, 80)
    for length in (20, 200, len(whole) // 2, len(whole) - 40):
        with pytest.raises(PhotoUnreadable):
            prepare(whole[:length])


def test_a_text_called_photo_is_refused() -> None:
    with pytest.raises(PhotoUnreadable):
        prepare(b"Dear neighbours, this is no picture.")


def is_near(one: QColor, other: QColor) -> bool:
    pairs = zip(one.toTuple(), other.toTuple(), strict=True)
    return all(abs(a - b) < 24 for a, b in pairs)


def test_where_nothing_reads_heic_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = heic(120, 80)
    # As where the extra was not installed.
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PhotoHeicUnread):
        prepare(photo)
