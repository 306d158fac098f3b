"""Tiles in one row: zoom after zoom, each along a Hilbert curve.

Source: PMTiles specification version 3, "Tile IDs"; J. Skilling's form of the curve on a square.
"""

from collections.abc import Iterator
from typing import NamedTuple

from collabmap.domain.tiles import Tile


class Block(NamedTuple):
    """A square of tiles at one zoom: its north-west tile, and how many lie along its side."""

    tile: Tile
    side: int


def first_id(zoom: int) -> int:
    """Return the number of the first tile of a zoom."""
    return ((1 << 2 * zoom) - 1) // 3


def zoom_of(number: int) -> int:
    """Return the zoom of the tile with a number."""
    return ((3 * number + 1).bit_length() - 1) // 2


def tile_id(tile: Tile) -> int:
    """Return the number of a tile in the row."""
    number, x, y = first_id(tile.z), tile.x, tile.y
    side = (1 << tile.z) >> 1
    while side:
        right, below = int(bool(x & side)), int(bool(y & side))
        number += side * side * ((3 * right) ^ below)
        x, y = _turned(side, x & (side - 1), y & (side - 1), right, below)
        side >>= 1
    return number


def tile_of(number: int) -> Tile:
    """Return the tile with a number in the row."""
    zoom = zoom_of(number)
    rest, x, y, side = number - first_id(zoom), 0, 0, 1
    while side < 1 << zoom:
        right = rest // 2 & 1
        below = (rest ^ right) & 1
        x, y = _turned(side, x, y, right, below)
        x, y = x + side * right, y + side * below
        rest //= 4
        side *= 2
    return Tile(zoom, x, y)


def blocks(number: int, run: int) -> Iterator[Block]:
    """Return the squares that a run of tiles fills: few, however long the run is."""
    end = number + run
    while number < end:
        zoom = zoom_of(number)
        rest = number - first_id(zoom)
        past = min(end, first_id(zoom + 1))
        order = 0
        while (
            order < zoom
            and rest % (1 << 2 * (order + 1)) == 0
            and number + (1 << 2 * (order + 1)) <= past
        ):
            order += 1
        x, y = tile_of(number)[1:]
        yield Block(Tile(zoom, x >> order << order, y >> order << order), 1 << order)
        number += 1 << 2 * order


def _turned(side: int, x: int, y: int, right: int, below: int) -> tuple[int, int]:
    """Turn a quarter of the curve so that its ends meet those of its neighbours."""
    if below:
        return x, y
    if right:
        x, y = side - 1 - x, side - 1 - y
    return y, x
