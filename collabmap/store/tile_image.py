"""What a tile's bytes are, read from the header by hand: no image library below `render`."""

import struct
from typing import NamedTuple


class Image(NamedTuple):
    """format: 'png', 'jpg', 'webp' or 'pbf' (a vector tile, without size); size in pixels."""

    format: str
    width: int
    height: int


def sniff(data: bytes) -> Image | None:
    """Return what the bytes are, None for anything that no map program would draw."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    # gzip or zlib around a vector tile, or a bare one: field 3, length-delimited ("layer").
    # Source: Mapbox vector tile specification 2.1, protobuf schema.
    if data.startswith((b"\x1f\x8b", b"\x78\x9c", b"\x78\xda", b"\x1a")):
        return Image("pbf", 0, 0)
    return None


def is_whole(data: bytes) -> bool:
    """Return whether the bytes are an image that ends where its format says, not a torn one."""
    image = sniff(data)
    if image is None or not (image.width and image.height):
        return False
    if image.format == "png":
        return b"IEND" in data[-32:]
    if image.format == "jpg":
        return b"\xff\xd9" in data[-64:]
    return len(data) >= int(struct.unpack_from("<I", data, 4)[0]) + 8


def _png(data: bytes) -> Image | None:
    if len(data) < 24:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return Image("png", width, height)


def _jpeg(data: bytes) -> Image | None:
    """Walk the segments to the frame header.  Source: ITU-T T.81, B.1.1 and B.2.2."""
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # A fill byte.
            at += 1
            continue
        # SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC).
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Image("jpg", width, height)
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


def _webp(data: bytes) -> Image | None:
    """Read the first chunk: lossy, lossless or extended.  Source: RFC 9649, section 2."""
    if len(data) < 30:
        return None
    chunk = data[12:16]
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Image("webp", width & 0x3FFF, height & 0x3FFF)
    if chunk == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return Image("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        return Image("webp", width, int.from_bytes(data[27:30], "little") + 1)
    return None
