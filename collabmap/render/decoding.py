"""The bytes of a tile become a picture, in any thread, without a screen."""

import gc
import threading

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageReader

SAMPLE = 64
# One thread at a time asks Qt for a decoder: the collector is one for all.
_finding = threading.Lock()


def decode(data: bytes) -> QImage | None:
    """Return the picture of a tile, ready to become a pixmap; None when it is none."""
    image = _read(data)
    if image is None:
        return None
    has_alpha = image.hasAlphaChannel()
    wanted = QImage.Format.Format_ARGB32_Premultiplied if has_alpha else QImage.Format.Format_RGB32
    return image if image.format() == wanted else image.convertToFormat(wanted)


def is_readable(data: bytes) -> bool:
    """Return whether Qt can decode an image to its last pixel."""
    return _read(data) is not None


def _read(data: bytes) -> QImage | None:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    # Never QImage.fromData: in a thread it holds up all others.
    reader = QImageReader(buffer)
    if not can_read(reader):
        return None
    image = reader.read()
    return None if image.isNull() else image


def can_read(reader: QImageReader) -> bool:
    """Return whether Qt has a decoder for what a reader reads: to be asked before `read`.

    read() lets go of the interpreter; if it also had to find the decoder, which takes a lock of
    Qt's and asks our buffer for bytes, it would wait for the interpreter while a thread that has
    it waits for that lock: both for ever.  Here it is kept.  Being asked for bytes makes Python
    objects, which would now and then set off the garbage collector, and what that takes apart may
    let go of the interpreter after all: it is put off meanwhile.  (Decision 0021.)
    """
    with _finding:
        is_collecting = gc.isenabled()
        gc.disable()
        try:
            return bool(reader.canRead())
        finally:
            if is_collecting:
                gc.enable()


def sample(data: bytes) -> NDArray[np.uint8] | None:
    """Return the colours of a tile, red green blue of some of its pixels: (4096, 3).

    None where it is no picture, or one that can be seen through.
    """
    image = decode(data)
    if image is None or image.hasAlphaChannel():
        return None
    # Held by a name: its bits are gone with it.
    small = image.scaled(SAMPLE, SAMPLE)
    return np.frombuffer(small.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].copy()
