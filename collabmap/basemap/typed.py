"""What a person types into the search, taken apart: a spot by its numbers, or a house number.

People copy positions from a phone, a paper map or a town's plan: decimal degrees with points or
French commas, degrees with minutes and seconds, metres in Lambert-93.
"""

import re
from typing import NamedTuple

from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.name_words import fold

_DECIMAL = r"[-+−]?\d{1,3}[.,]\d+"
_SIDE = r"[NSEWO]?"
_PAIR = re.compile(
    rf"(?:geo:)?\s*({_SIDE})\s*({_DECIMAL})\s*°?\s*({_SIDE})"
    rf"\s*(?:[,;/]\s*|\s+)({_SIDE})\s*({_DECIMAL})\s*°?\s*({_SIDE})",
    re.IGNORECASE,
)
_MAP_LINK = re.compile(rf"map=\d+(?:\.\d+)?/({_DECIMAL})/({_DECIMAL})")
_ANGLE = (
    rf"({_SIDE})\s*([-+−]?\d{{1,3}})\s*°\s*(?:(\d{{1,2}}(?:[.,]\d+)?)\s*['’′]\s*"
    rf"(?:(\d{{1,2}}(?:[.,]\d+)?)\s*(?:\"|″|”|''|’’|′′)\s*)?)?({_SIDE})"
)
_ANGLES = re.compile(rf"{_ANGLE}\s*[,;]?\s*{_ANGLE}", re.IGNORECASE)
_METRES = re.compile(
    r"(?:X\s*[=:]?\s*)?(-?\d{5,7}(?:[.,]\d+)?)\s*[,;\s]\s*(?:Y\s*[=:]?\s*)?(\d{7}(?:[.,]\d+)?)",
    re.IGNORECASE,
)
# Where Lambert-93 is meant: European France with a margin, in metres.
_LAMBERT_X, _LAMBERT_Y = (-400_000.0, 1_400_000.0), (5_900_000.0, 7_300_000.0)

_NUMBER = r"(\d{1,4})\s*(?:[-/]\s*\d{1,4}\s*)?(bis|ter|quater|quinquies|[a-z](?![a-z'’]))?"
_BEFORE = re.compile(rf"{_NUMBER}\s*[,;]?\s+(\D.*)", re.IGNORECASE)
_AFTER = re.compile(rf"(\D.*?|.*?\D)[,;\s]\s*(?:n\s*[°o]\s*)?{_NUMBER}", re.IGNORECASE)


class House(NamedTuple):
    """A house number as `house_key` writes it, and what is left of the text: its street."""

    number: str
    street: str


def spot(text: str, near: LngLat | None = None) -> LngLat | None:
    """Return the position that a text writes in numbers, None if it writes none.

    Latitude comes first, unless the letters of the sides or `near` say otherwise.  WGS84.
    """
    text = text.strip()
    if link := _MAP_LINK.search(text):
        return _position(_float(link[1]), _float(link[2]), None)
    if pair := _PAIR.fullmatch(text):
        before, first, after, before_2, second, after_2 = pair.groups()
        return _by_sides(
            (before or after, _float(first)), (before_2 or after_2, _float(second)), near
        )
    if angles := _ANGLES.fullmatch(text):
        parts = angles.groups()
        return _by_sides(_angle(*parts[:5]), _angle(*parts[5:]), near)
    if metres := _METRES.fullmatch(text):
        return _of_lambert(_float(metres[1]), _float(metres[2]))
    return None


def house(text: str) -> House | None:
    """Return the house number at the beginning or the end of a text, None without one."""
    text = text.strip()
    if match := _BEFORE.fullmatch(text):
        number, letter, street = match.groups()
    elif match := _AFTER.fullmatch(text):
        street, number, letter = match.groups()
    else:
        return None
    return House(house_key(f"{number}{letter or ''}"), street.strip(" ,;"))


def house_key(number: str) -> str:
    """Return a house number as it is compared: « 12 Bis » and « 12bis » are the same."""
    return fold(number).replace(" ", "")


def _float(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-"))


def _angle(
    before: str, degrees: str, minutes: str | None, seconds: str | None, after: str
) -> tuple[str, float]:
    whole = _float(degrees)
    size = abs(whole) + _float(minutes or "0") / 60 + _float(seconds or "0") / 3600
    return before or after, -size if degrees.startswith(("-", "−")) else size


def _by_sides(
    first: tuple[str, float], second: tuple[str, float], near: LngLat | None
) -> LngLat | None:
    (side, one), (other_side, two) = first, second
    side, other_side = side.upper(), other_side.upper()
    if side in ("S", "W", "O") and one > 0:
        one = -one
    if other_side in ("S", "W", "O") and two > 0:
        two = -two
    if side in ("E", "W", "O") or other_side in ("N", "S"):
        return _position(two, one, None)
    if side or other_side:
        return _position(one, two, None)
    return _position(one, two, near)


def _position(lat: float, lng: float, near: LngLat | None) -> LngLat | None:
    """Return the position, the other way round where that alone is possible or far nearer."""
    is_one_way = abs(lat) <= 90 and abs(lng) <= 180
    is_other_way = abs(lng) <= 90 and abs(lat) <= 180
    if is_one_way and is_other_way and near is not None:
        straight = distance_m(near, LngLat(lng, lat))
        is_one_way = straight <= 10 * distance_m(near, LngLat(lat, lng))
    if is_one_way:
        return LngLat(lng, lat)
    return LngLat(lat, lng) if is_other_way else None


def _of_lambert(x: float, y: float) -> LngLat | None:
    if not (_LAMBERT_X[0] <= x <= _LAMBERT_X[1] and _LAMBERT_Y[0] <= y <= _LAMBERT_Y[1]):
        return None
    # Imported late: a tenth of a second that no other search should wait for.
    from pyproj import Transformer

    lng, lat = Transformer.from_crs(2154, 4326, always_xy=True).transform(x, y)
    return LngLat(float(lng), float(lat))
