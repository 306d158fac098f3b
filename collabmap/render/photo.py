"""Photos, made small and made anew: what leaves a laptop holds the picture and nothing else.

A phone writes where and when a photo was taken, the owner's name and a second picture into the
file.  Here only the dots are kept: they are painted into a fresh picture and written as a new JPEG.
"""

import io
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QImageWriter, QPainter

from collabmap.errors import PhotoCut, PhotoHeicUnread, PhotoTooLarge, PhotoUnreadable
from collabmap.render.decoding import can_read

MAX_MEGAPIXELS = 60
MAX_SIDE_PX = 1600
MAX_BYTES = 400_000
MAX_THUMBNAIL_BYTES = 8192
THUMBNAIL_SIDE_PX = 192
# Room for one picture of MAX_MEGAPIXELS at four bytes a dot; what claims more is not decoded.
_ALLOCATION_LIMIT_MB = 256
_QUALITIES = (85, 75, 65, 55, 45, 35)
# Named, so that Qt tries no other of its readers on what a stranger sent.
_FORMATS = ((b"\xff\xd8\xff", b"jpeg"), (b"\x89PNG\r\n\x1a\n", b"png"), (b"RIFF", b"webp"))
# What the files of most telephones say behind their first four bytes; Qt cannot read these.
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


_RGB = QImage.Format.Format_RGB888


class Prepared(NamedTuple):
    """A photo ready to be kept.  width, height: of the picture, in pixels, upright."""

    jpeg: bytes
    width: int
    height: int
    thumbnail: bytes


def prepare(data: bytes) -> Prepared:
    """Return a photo as a JPEG of 1600 px and 400 KB at most, upright, without any metadata.

    data: JPEG, PNG, WebP or HEIC.

    Raises PhotoUnreadable, PhotoCut, PhotoTooLarge.
    """
    # What comes from others is never HEIC: only what is chosen here meets that reader.
    read = _decode_heif if _is_heif(data) else decode
    image = _bare(read(data, MAX_SIDE_PX))
    jpeg, image = _jpeg_within(image, MAX_BYTES)
    small = _within(image, THUMBNAIL_SIDE_PX)
    thumbnail, _ = _jpeg_within(small, MAX_THUMBNAIL_BYTES)
    return Prepared(jpeg, image.width(), image.height(), thumbnail)


def decode(data: bytes, max_side_px: int) -> QImage:
    """Return a picture that anybody may have sent, upright, no larger than a side.

    Raises PhotoUnreadable, PhotoCut, PhotoTooLarge: nothing is decoded before its size is known.
    """
    name = next((name for magic, name in _FORMATS if data.startswith(magic)), None)
    if name is None:
        raise PhotoUnreadable
    if name == b"jpeg" and _is_cut(data):
        raise PhotoCut
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(name))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(_ALLOCATION_LIMIT_MB)
    if not can_read(reader):
        raise PhotoUnreadable
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        raise PhotoUnreadable
    _check_size(size.width(), size.height())
    # A JPEG is decoded at a half or a quarter of its size at once, in so much less memory.
    if max(size.width(), size.height()) > 2 * max_side_px:
        reader.setScaledSize(_fitted(size, 2 * max_side_px))
    image = reader.read()
    if image.isNull():
        raise PhotoUnreadable
    return _within(image, max_side_px)


def _check_size(width: int, height: int) -> None:
    megapixels = width * height / 1e6
    if megapixels > MAX_MEGAPIXELS:
        raise PhotoTooLarge(megapixels=round(megapixels), limit=MAX_MEGAPIXELS)


def _is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS


def _decode_heif(data: bytes, max_side_px: int) -> QImage:
    # Imported late: most evenings bring no picture of this kind.
    try:
        import pillow_heif
    except ImportError as error:
        raise PhotoHeicUnread from error
    try:
        # Turned upright by the library, as the file says.
        found = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        width, height = found.size
        _check_size(width, height)
        picture = found.to_pillow().convert("RGB")
    except (ValueError, OSError, RuntimeError, EOFError, SyntaxError) as error:
        raise PhotoCut from error
    raw = picture.tobytes()
    image = QImage(raw, picture.width, picture.height, 3 * picture.width, _RGB).copy()
    return _within(image, max_side_px)


def _is_cut(jpeg: bytes) -> bool:
    """Whether a JPEG breaks off: Qt would fill the rest with grey and call it read.

    Source: ITU-T T.81, B.1.1: behind the first scan FF D9 is the end of the picture, nothing else.
    """
    at = 2
    while at + 4 <= len(jpeg):
        marker = jpeg[at + 1]
        if marker == 0xDA:
            return jpeg.find(b"\xff\xd9", at) < 0
        at += 1 if marker == 0xFF else 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return True


def _within(image: QImage, max_side_px: int) -> QImage:
    if max(image.width(), image.height()) <= max_side_px:
        return image
    return image.scaled(
        _fitted(image.size(), max_side_px),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _fitted(size: QSize, max_side_px: int) -> QSize:
    box = QSize(max_side_px, max_side_px)
    # A hair-thin picture keeps one dot of its other side.
    return size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _bare(image: QImage) -> QImage:
    """Return the dots alone, on white: no profile, no comment, nothing else an image carries."""
    space = image.colorSpace()
    standard = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if space.isValid() and space != standard:
        converted = image.convertedToColorSpace(standard)
        image = image if converted.isNull() else converted
    bare = QImage(image.size(), QImage.Format.Format_RGB32)
    bare.fill(Qt.GlobalColor.white)
    image.setColorSpace(QColorSpace())
    image.setDevicePixelRatio(1)
    painter = QPainter(bare)
    try:
        painter.drawImage(0, 0, image)
    finally:
        painter.end()
    return bare


def _jpeg_within(image: QImage, max_bytes: int) -> tuple[bytes, QImage]:
    """Return the best JPEG that fits, and the picture in it, made smaller if it must be."""
    while True:
        for quality in _QUALITIES:
            data = _jpeg(image, quality)
            if len(data) <= max_bytes:
                return data, image
        image = _within(image, max(image.width(), image.height()) * 3 // 4)


def _jpeg(image: QImage, quality: int) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.setOptimizedWrite(True)
    written = writer.write(image)
    assert written, "Qt can always write JPEG"
    return bytes(data.data())
