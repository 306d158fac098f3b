"""The changes of a segment, column by column: alike stands beside alike, and packs to less.

    columns    = [kinds, times, subjects, structures, which structure, shapes, which payload,
                  fields, points, bare, raw]
    kinds, subjects: of each change
    times      time to the change before: 8 bytes each, big-endian, in planes (all first bytes,
               then all second bytes, ...)
    structures each different one once; which structure: a number into it a change
    shapes     the keys of payloads that are maps, each different list of them once; the key of a
               field that is a point stands in an array of its own
    which payload: 0 none, 1 the next of `raw`, 2 the next of `bare`, n + 3 the shape n
    fields     {key: values}, those of points left out, in order of the changes
    points     {key: longitudes and latitudes in 1e-7 degrees, 4 bytes each, big-endian and signed,
               8 bytes a point, in planes}
    bare       payloads that are no maps;  raw: those that cannot be written otherwise, as bytes

Nothing is lost: a payload goes into columns only if the very bytes that were signed come out of
them again.  A point does if its coordinates have 7 decimals at most, as all that is entered has
(geometry.py).
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from collabmap.domain.change import decode, encode

_PER_DEGREE = 10_000_000
_WKB_POINT = struct.Struct("<BIdd")
_WKB_HEADER = b"\x01\x01\x00\x00\x00"
_POSITION = struct.Struct(">ii")
_NONE, _RAW, _BARE, _SHAPES = 0, 1, 2, 3

Key = str | tuple[str]
# Kind, time to the change before, subject, structure, payload: what a leaf is made of.
Row = tuple[int, int, bytes, bytes, bytes | None]


class ColumnsInvalid(Exception):
    """Columns that no writer made: they don't add up."""


class Columns(NamedTuple):
    """What stands in the body of a segment; see above."""

    kinds: list[int]
    times: bytes
    subjects: list[bytes]
    structures: list[msgspec.Raw]
    which_structure: list[int]
    shapes: list[list[Key]]
    which_payload: list[int]
    fields: dict[str, list[Any]]
    points: dict[str, bytes]
    bare: list[Any]
    raw: list[bytes]


# --- writing ----------------------------------------------------------------------------------


def pack(rows: Iterable[Row], kept_raw: Iterable[bool]) -> Columns:
    """Return the columns of changes.

    kept_raw: whether a payload is to be kept as bytes, whatever it is.
    """
    packed = Columns([], b"", [], [], [], [], [], {}, {}, [], [])
    structures: dict[bytes, int] = {}
    shapes: dict[bytes, int] = {}
    points: dict[str, list[bytes]] = {}
    deltas = []
    for (kind, delta, subject, structure, payload), is_raw in zip(rows, kept_raw, strict=True):
        packed.kinds.append(kind)
        deltas.append(delta.to_bytes(8, "big"))
        packed.subjects.append(subject)
        packed.which_structure.append(structures.setdefault(structure, len(structures)))
        which, value = _read(payload, is_raw)
        if which == _RAW:
            packed.raw.append(value)
        elif which == _BARE:
            packed.bare.append(value)
        elif which == _SHAPES:
            shape = _put(value, packed.fields, points)
            which += shapes.setdefault(encode(shape), len(shapes))
        packed.which_payload.append(which)
    return packed._replace(
        times=_to_planes(b"".join(deltas)),
        structures=[msgspec.Raw(structure) for structure in structures],
        shapes=[decode(shape) for shape in shapes],
        points={key: _to_planes(b"".join(found)) for key, found in points.items()},
    )


def _read(payload: bytes | None, is_raw: bool) -> tuple[int, Any]:
    """Return how to write a payload, and what of it."""
    if is_raw or not payload:
        return (_RAW, payload) if is_raw else (_NONE, None)
    try:
        value = decode(payload)
        if encode(value) != payload:
            return _RAW, payload
    except (ValueError, TypeError, RecursionError):
        return _RAW, payload
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return _SHAPES, value
    return _BARE, value


def _put(
    value: dict[str, Any], fields: dict[str, list[Any]], points: dict[str, list[bytes]]
) -> list[Key]:
    """Append the values of a map to their columns; return its shape."""
    shape: list[Key] = []
    for key, found in value.items():
        position = _position_of(found)
        if position is None:
            fields.setdefault(key, []).append(found)
            shape.append(key)
        else:
            points.setdefault(key, []).append(position)
            shape.append((key,))
    return shape


def _position_of(value: object) -> bytes | None:
    """Return a point (WKB) as whole numbers; None for anything that they don't give back."""
    if not (
        isinstance(value, bytes) and len(value) == _WKB_POINT.size and value[:5] == _WKB_HEADER
    ):
        return None
    degrees = _WKB_POINT.unpack(value)[2:]
    if not all(abs(one) <= 180 for one in degrees):
        return None
    lng, lat = (round(one * _PER_DEGREE) for one in degrees)
    return _POSITION.pack(lng, lat) if _point_of(lng, lat) == value else None


def _point_of(lng: int, lat: int) -> bytes:
    # A quotient of whole numbers is the double next to it, the same on every computer.
    return _WKB_POINT.pack(1, 1, lng / _PER_DEGREE, lat / _PER_DEGREE)


# --- reading ----------------------------------------------------------------------------------


def unpack(columns: Columns, count: int, most_bytes: int) -> list[Row]:
    """Return the changes of columns.

    count: how many there must be.  most_bytes: of their structures and payloads together, so that
    a few bytes don't become many.  Raises ColumnsInvalid.
    """
    structures = [bytes(structure) for structure in columns.structures]
    if not (
        len(columns.kinds) == len(columns.subjects) == count
        and len(columns.which_structure) == len(columns.which_payload) == count
        and set(columns.which_structure) == set(range(len(structures)))
    ):
        raise ColumnsInvalid
    deltas = struct.unpack(f">{count}Q", _from_planes(columns.times, count))
    of_rows = [structures[which] for which in columns.which_structure]
    room = most_bytes - sum(map(len, of_rows))
    if room < 0:
        raise ColumnsInvalid
    try:
        payloads = _payloads(columns, room)
    except (LookupError, StopIteration, TypeError, ValueError, OverflowError) as error:
        raise ColumnsInvalid from error
    return list(zip(columns.kinds, deltas, columns.subjects, of_rows, payloads, strict=True))


def _payloads(columns: Columns, room: int) -> list[bytes | None]:
    """Return the payload of each change; all that the columns hold must be of one.

    room: how many bytes they may have together.
    """
    fields = {key: iter(found) for key, found in columns.fields.items()}
    points = {key: _points(planes) for key, planes in columns.points.items()}
    raw, bare = iter(columns.raw), iter(columns.bare)
    shapes: list[tuple[list[str], list[Iterator[Any]]]] = []
    for shape in columns.shapes:
        keys = [key if isinstance(key, str) else key[0] for key in shape]
        if len(set(keys)) < len(keys):
            raise ColumnsInvalid
        sources = [fields[key] if isinstance(key, str) else points[key[0]] for key in shape]
        shapes.append((keys, sources))
    payloads: list[bytes | None] = []
    payload: bytes | None
    for which in columns.which_payload:
        if which >= _SHAPES:
            keys, sources = shapes[which - _SHAPES]
            payload = encode(dict(zip(keys, map(next, sources), strict=True)))
        elif which == _NONE:
            payload = None
        elif which == _RAW:
            payload = next(raw)
        elif which == _BARE:
            payload = encode(next(bare))
        else:
            raise ColumnsInvalid
        if payload is not None and (room := room - len(payload)) < 0:
            raise ColumnsInvalid
        payloads.append(payload)
    is_idle = not all((*columns.fields.values(), *columns.points.values()))
    used = {which for which in columns.which_payload if which >= _SHAPES}
    left = (*fields.values(), *points.values(), raw, bare)
    if is_idle or len(used) != len(shapes) or any(_holds_more(source) for source in left):
        raise ColumnsInvalid
    return payloads


def _points(planes: bytes) -> Iterator[bytes]:
    data = _from_planes(planes, len(planes) // 8)
    return (_point_of(lng, lat) for lng, lat in _POSITION.iter_unpack(data))


def _holds_more(source: Iterator[Any]) -> bool:
    return next(source, _NOTHING) is not _NOTHING


_NOTHING = object()


# --- planes -----------------------------------------------------------------------------------


def _to_planes(data: bytes) -> bytes:
    """Return all first bytes of runs of 8, then all second ones, and so on."""
    return b"".join(data[place::8] for place in range(8))


def _from_planes(planes: bytes, count: int) -> bytes:
    data = bytearray(8 * count)
    if len(planes) != len(data):
        raise ColumnsInvalid
    for place in range(8):
        data[place::8] = planes[place * count : (place + 1) * count]
    return bytes(data)
