import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from pictures import telling, written
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from collabmap.errors import FileMissing, PictureTooLarge, PictureUnreadable
from collabmap.render import picture
from collabmap.render.picture import Picture

SIZE = (700, 500)


def dots(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    whole = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return whole[:, : image.width(), :3].astype(int)


@pytest.fixture(params=["png", "jpg", "webp", "tiff"])
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return written(tmp_path / f"plan.{request.param}", telling(*SIZE))


def test_a_part_of_a_picture_is_that_part(plan: Path) -> None:
    opened = Picture(plan)
    assert opened.size == SIZE
    part = dots(opened.part(0, QRect(100, 50, 300, 200)))
    assert part.shape == (200, 300, 3)
    assert np.abs(part - dots(telling(*SIZE))[50:250, 100:400]).max() <= 8


def test_a_level_is_half_the_size_of_the_one_before(plan: Path) -> None:
    opened = Picture(plan)
    assert [opened.level_size(level) for level in (0, 1, 2, 9)] == [
        (700, 500), (350, 250), (175, 125), (2, 1)
    ]  # fmt: skip
    small = dots(opened.part(2, QRect(0, 0, 175, 125)))
    wanted = dots(telling(175, 125))
    assert np.abs(small - wanted).mean() < 3
    assert max(opened.thumbnail(100).width(), opened.thumbnail(100).height()) <= 100


def test_strips_of_a_jpeg_join_without_a_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "plan.jpg", telling(*SIZE))
    whole = dots(Picture(path).part(0, QRect(0, 0, *SIZE)))
    monkeypatch.setattr(picture, "_STRIP_PIXELS", 700 * 64)
    opened = Picture(path)
    assert np.array_equal(dots(opened.part(0, QRect(0, 0, *SIZE))), whole)
    part = dots(opened.part(0, QRect(10, 60, 90, 300)))
    assert np.array_equal(part, whole[60:360, 10:100])
    assert len(opened._strips) <= 3


def test_a_photo_that_was_turned_stands_upright(tmp_path: Path) -> None:
    path = written(tmp_path / "photo.jpg", telling(*SIZE))
    data = path.read_bytes()
    # EXIF: one entry, orientation 6: turn it a quarter clockwise.
    tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    body = b"Exif\0\0" + tiff
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:])
    opened = Picture(path)
    assert opened.size == (500, 700)
    corner = opened.part(0, QRect(0, 0, 8, 8)).pixelColor(4, 4)
    assert corner.green() > 240, "the lower left corner is the upper left one now"


@pytest.mark.parametrize("content", [b"", b"Dear mayor", b"\x89PNG\r\n\x1a\n", b"<svg/>"])
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(content)
    with pytest.raises(PictureUnreadable):
        Picture(tmp_path / "plan.png")


def test_a_picture_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        Picture(tmp_path / "gone.png")


def test_a_picture_that_breaks_off_is_damaged(tmp_path: Path) -> None:
    path = written(tmp_path / "plan.png", telling(*SIZE))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(PictureUnreadable):
        Picture(path).part(0, QRect(0, 0, 10, 10))


def test_a_picture_beyond_the_bound_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    (tmp_path / "bomb.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )
    with pytest.raises(PictureTooLarge) as caught:
        Picture(tmp_path / "bomb.png")
    assert caught.value.details["megapixels"] == 3600
