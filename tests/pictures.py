"""Pictures for tests: their colours tell where one is in them."""

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader, QImageWriter


def telling(wide: int, high: int) -> QImage:
    """Return a picture that is redder to the right and greener to the bottom."""
    dots = np.full((high, wide, 4), 255, np.uint8)
    dots[..., 0] = ((np.arange(wide) + 0.5) / wide * 255)[None, :]
    dots[..., 1] = ((np.arange(high) + 0.5) / high * 255)[:, None]
    dots[..., 2] = 0
    return QImage(dots.tobytes(), wide, high, 4 * wide, QImage.Format.Format_RGBA8888).copy()


def chequered(wide: int, high: int) -> QImage:
    """Return a picture whose dots are black and white by turns."""
    dots = ((np.add.outer(np.arange(high), np.arange(wide)) % 2) * 255).astype(np.uint8)
    return QImage(
        dots.tobytes(), wide, high, dots.strides[0], QImage.Format.Format_Grayscale8
    ).convertToFormat(QImage.Format.Format_RGB32)


def encoded(image: QImage, fmt: str = "png", quality: int = 95) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(fmt.encode()))
    writer.setQuality(quality)
    assert writer.write(image)
    return bytes(buffer.data().data())


def decoded(data: bytes) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return QImageReader(buffer).read()


def written(path: Path, image: QImage, quality: int = 95) -> Path:
    path.write_bytes(encoded(image, path.suffix[1:], quality))
    return path


def photo(
    path: Path, at: tuple[float, float] | None, minute: int | None = None, *, shade: int = 90
) -> Path:
    """Write a photo as a phone does.  at: longitude and latitude; minute: after 18 h, UTC+1."""
    image = Image.new("RGB", (64, 48), (40, shade % 256, 60))
    exif = Image.Exif()
    exif[0x010F] = "Secret Phones"
    if at is not None:
        exif[0x8825] = {1: "N", 2: _degrees(at[1]), 3: "E", 4: _degrees(at[0])}
    if minute is not None:
        exif[0x8769] = {0x9003: f"2026:03:12 18:{minute:02}:00", 0x9011: "+01:00"}
    image.save(path, exif=exif)
    return path


def _degrees(value: float) -> tuple[float, float, float]:
    whole, minutes = int(value), int(value % 1 * 60)
    return whole, minutes, round((value - whole - minutes / 60) * 3600, 4)
