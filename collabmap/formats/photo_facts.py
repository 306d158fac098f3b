"""When and where a photo was taken, as its file says: read to place it, and never kept.

Cameras write the hour of their own clock (EXIF DateTimeOriginal), some also how far it is from UTC;
GPS receivers write UTC.  Source: CIPA DC-008 (Exif 2.32), tags 0x9003, 0x9011, 0x0132 and the GPS
tags 1 to 7 and 29.
"""

import contextlib
import math
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from collabmap.domain.geo import MAX_LAT, LngLat
from collabmap.errors import PhotoFileTooLarge, PhotoUnreadable

# A file that is larger than this is no photo of a place; it is not even read.
MAX_FILE_BYTES = 60_000_000
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _OFFSET, _CHANGED = 0x9003, 0x9011, 0x0132
_LAT_REF, _LAT, _LNG_REF, _LNG, _GPS_HOUR, _GPS_DAY = 1, 2, 3, 4, 7, 29


class PhotoFacts(NamedTuple):
    """taken_ms: milliseconds since 1970 UTC, None where the file does not say.

    position: WGS84 degrees, None where the file does not say.
    """

    taken_ms: int | None = None
    position: LngLat | None = None


def check_size(path: Path) -> int:
    """Return how many bytes a file has.  Raises PhotoFileTooLarge, PhotoUnreadable."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise PhotoUnreadable from error
    if size > MAX_FILE_BYTES:
        raise PhotoFileTooLarge(megabytes=round(size / 1e6), limit=round(MAX_FILE_BYTES / 1e6))
    return size


def read_facts(path: Path) -> PhotoFacts:
    """Return what a photo's file says; only its head is read.

    Raises PhotoUnreadable, PhotoFileTooLarge.  Facts that make no sense are left out.
    """
    # Imported late: nobody waits for it who adds no folder of photos.
    from PIL import Image

    check_size(path)
    # Without it a HEIC photo is one that cannot be read here.
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()
    try:
        with Image.open(path) as image:
            exif = image.getexif()
            taken, gps = dict(exif.get_ifd(_EXIF_IFD)), dict(exif.get_ifd(_GPS_IFD))
            changed = exif.get(_CHANGED)
    # Whatever a stranger's file makes of the library: it is no photo to us.
    except Exception as error:
        raise PhotoUnreadable from error
    return PhotoFacts(_taken_ms(taken, gps, changed), _position(gps))


def _taken_ms(exif: dict[int, Any], gps: dict[int, Any], changed: object) -> int | None:
    said = _moment(exif.get(_TAKEN)) or _moment(changed)
    offset = _offset(exif.get(_OFFSET))
    try:
        if said is not None and offset is not None:
            return _ms(said.replace(tzinfo=timezone(offset)))
        if said is not None:
            # The clock of a telephone goes by the place where it is, as this computer's does.
            return _ms(said.astimezone())
        return _gps_ms(gps)
    except (ValueError, OverflowError, OSError):
        return None


def _moment(text: object) -> datetime | None:
    try:
        return datetime.strptime(str(text).strip("\x00 ")[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def _offset(text: object) -> timedelta | None:
    try:
        return datetime.strptime(str(text).strip("\x00 "), "%z").utcoffset()
    except ValueError:
        return None


def _gps_ms(gps: dict[int, Any]) -> int | None:
    hour = _degrees(gps.get(_GPS_HOUR))
    try:
        day = datetime.strptime(str(gps.get(_GPS_DAY)).strip("\x00 "), "%Y:%m:%d")
    except ValueError:
        return None
    if hour is None or not 0 <= hour < 24:
        return None
    return _ms(day.replace(tzinfo=UTC) + timedelta(hours=hour))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _position(gps: dict[int, Any]) -> LngLat | None:
    lat, lng = _degrees(gps.get(_LAT)), _degrees(gps.get(_LNG))
    if lat is None or lng is None:
        return None
    lat = -lat if str(gps.get(_LAT_REF, "N")).upper().startswith("S") else lat
    lng = -lng if str(gps.get(_LNG_REF, "E")).upper().startswith("W") else lng
    # A receiver without a signal writes noughts.
    if abs(lat) > MAX_LAT or abs(lng) > 180 or (lat, lng) == (0.0, 0.0):
        return None
    return LngLat(lng, lat)


def _degrees(parts: object) -> float | None:
    """Return degrees, minutes and seconds as degrees; hours likewise."""
    if not isinstance(parts, (tuple, list)) or len(parts) != 3:
        return None
    try:
        whole, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = whole + minutes / 60 + seconds / 3600
    return value if math.isfinite(value) else None
