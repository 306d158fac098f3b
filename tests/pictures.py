"""Pictures for tests: their colours tell where one is in them."""

from pathlib import Path

import numpy as np
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
