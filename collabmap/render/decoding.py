"""Whether the bytes of an image can be drawn.  In any thread, without a screen."""

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImageReader


def is_readable(data: bytes) -> bool:
    """Return whether Qt can decode an image to its last pixel."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    # Never QImage.fromData: in a thread it holds up all others.
    return reader.canRead() and not reader.read().isNull()
