"""A picture as the bytes of a PNG file."""

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageWriter


def png(image: QImage) -> bytes:
    """Return the picture as PNG, without loss."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    written = QImageWriter(buffer, QByteArray(b"png")).write(image)
    assert written, "Qt can always write PNG"
    return bytes(data.data())
