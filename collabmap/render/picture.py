"""Large pictures, read part by part and in halves of their size, in memory that has a bound.

Qt reads a strip of a JPEG without holding the rest; any other kind is decoded whole, up to a size.
"""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, QPainter

from collabmap.errors import FileMissing, PictureTooLarge, PictureUnreadable
from collabmap.render.decoding import can_read

# What was decoded whole, with its smaller levels, takes a third more than this.
MAX_WHOLE_BYTES = 512 << 20
MAX_STRIPS_MEGAPIXELS = 500
# A progressive JPEG is held whole by its decoder, in coefficients.
MAX_PROGRESSIVE_MEGAPIXELS = 120
# So many pixels of a strip at once (64 MB), and a few strips kept.
_STRIP_PIXELS = 16_000_000
_KEPT_STRIPS = 3
_ALLOCATION_LIMIT_MB = 640
_FORMATS = (b"jpeg", b"png", b"webp", b"tiff", b"bmp", b"gif")
# The limit is Qt's own and global: who reads photos sets another.
_limit = threading.Lock()


class Size(NamedTuple):
    """In pixels."""

    width: int
    height: int


class Picture:
    """A picture on disk, upright.  level 0 is its full size, each further one half of the last.

    Use it on the thread that made it.
    Raises FileMissing, PictureUnreadable, PictureTooLarge.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise FileMissing(name=path.name)
        reader = self._reader()
        size = reader.size()
        if not size.isValid() or size.isEmpty():
            raise PictureUnreadable(name=path.name)
        turn = reader.transformation()
        is_jpeg = bytes(reader.format().data()) == b"jpeg"
        self._is_whole = turn != QImageIOHandler.Transformation.TransformationNone or not is_jpeg
        self._check(size, reader)
        if turn & QImageIOHandler.Transformation.TransformationRotate90:
            size.transpose()
        self.size = Size(size.width(), size.height())
        self._strips: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._levels: list[QImage] = []

    def level_size(self, level: int) -> Size:
        """Return how large a level is."""
        wide, high = ((side + (1 << level) - 1) >> level for side in self.size)
        return Size(max(1, wide), max(1, high))

    def part(self, level: int, rect: QRect) -> QImage:
        """Return a part of a level, which must lie inside it; premultiplied, ready to be painted.

        Raises PictureUnreadable where the file is damaged there.
        """
        if self._is_whole:
            return _painted(self._whole(level).copy(rect))
        height = self._strip_height(level)
        first, last = rect.top() // height, rect.bottom() // height
        if first == last:
            return _painted(self._strip(level, first).copy(rect.translated(0, -first * height)))
        image = QImage(rect.size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        try:
            for number in range(first, last + 1):
                strip = self._strip(level, number)
                painter.drawImage(-rect.left(), number * height - rect.top(), strip)
        finally:
            painter.end()
        return image

    def thumbnail(self, side_px: int) -> QImage:
        """Return the whole picture no larger than a side; its own size at most."""
        level = 0
        while max(self.level_size(level)) > side_px:
            level += 1
        size = self.level_size(level)
        return self.part(level, QRect(0, 0, size.width, size.height))

    # --- reading ---------------------------------------------------------------------------

    def _reader(self) -> QImageReader:
        reader = QImageReader(str(self.path))
        reader.setDecideFormatFromContent(True)
        reader.setAutoTransform(True)
        if not can_read(reader) or bytes(reader.format().data()) not in _FORMATS:
            raise PictureUnreadable(name=self.path.name)
        return reader

    def _check(self, size: QSize, reader: QImageReader) -> None:
        pixels = size.width() * size.height()
        limit = MAX_STRIPS_MEGAPIXELS
        if self._is_whole:
            form = reader.imageFormat()
            depth = QImage(1, 1, form).depth() if form != QImage.Format.Format_Invalid else 32
            limit = MAX_WHOLE_BYTES * 8 // depth // 1_000_000
        elif _is_progressive(self.path):
            limit = MAX_PROGRESSIVE_MEGAPIXELS
        if pixels > limit * 1_000_000:
            raise PictureTooLarge(name=self.path.name, megapixels=round(pixels / 1e6), limit=limit)

    def _read(self, reader: QImageReader) -> QImage:
        with _limit:
            QImageReader.setAllocationLimit(_ALLOCATION_LIMIT_MB)
            image = reader.read()
        if image.isNull():
            raise PictureUnreadable(name=self.path.name)
        return image

    def _whole(self, level: int) -> QImage:
        """Return a level of a picture that is held whole; each is made from the one before."""
        if not self._levels:
            self._levels.append(self._read(self._reader()))
        while len(self._levels) <= level:
            before, size = self._levels[-1], self.level_size(len(self._levels))
            smaller = before.scaled(
                QSize(*size),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            if before.format() == QImage.Format.Format_Grayscale8:
                smaller = smaller.convertToFormat(QImage.Format.Format_Grayscale8)
            self._levels.append(smaller)
        return self._levels[level]

    def _strip_height(self, level: int) -> int:
        return max(64, _STRIP_PIXELS // self.level_size(level).width)

    def _strip(self, level: int, number: int) -> QImage:
        key = (level, number)
        if key in self._strips:
            self._strips.move_to_end(key)
            return self._strips[key]
        size, height = self.level_size(level), self._strip_height(level)
        top = number * height
        reader = self._reader()
        reader.setScaledSize(QSize(*size))
        reader.setScaledClipRect(QRect(0, top, size.width, min(height, size.height - top)))
        if len(self._strips) >= _KEPT_STRIPS:
            self._strips.popitem(last=False)
        self._strips[key] = strip = self._read(reader)
        return strip


def _painted(image: QImage) -> QImage:
    """Return a picture in a form that is painted fast and smoothly."""
    if image.hasAlphaChannel():
        return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _is_progressive(path: Path) -> bool:
    """Whether a JPEG comes in passes.  Source: ITU-T T.81, B.1.1.3: SOF2 and its kin."""
    with path.open("rb") as file:
        data = file.read(2)
        while len(data := file.read(4)) == 4 and data[0] == 0xFF:
            if 0xC0 <= data[1] <= 0xCF and data[1] not in (0xC4, 0xC8, 0xCC):
                return data[1] in (0xC2, 0xC6, 0xCA, 0xCE)
            file.seek(int.from_bytes(data[2:4], "big") - 2, 1)
    return False
