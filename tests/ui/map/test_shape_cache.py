"""Pictures of tiles: kept within bounds, standing in for one another, out of date where told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPixmap

from collabmap.domain.geo import Bbox, to_world
from collabmap.domain.tiles import Tile, bounds_of, children
from collabmap.render.camera import Camera
from collabmap.ui.map import shape_cache
from collabmap.ui.map.shape_cache import Entry, ShapeCache

pytestmark = pytest.mark.usefixtures("qapp")

TILE = Tile(10, 500, 300)
WHOLE = QRectF(0, 0, 1, 1)


def entry(side: int = 8, ids: frozenset[bytes] = frozenset(), reach: Bbox | None = None) -> Entry:
    return Entry(QPixmap(side, side), WHOLE, 1, ids, reach)


def looking_at(tile: Tile) -> Camera:
    box = bounds_of(tile)
    x, y = to_world((box.west + box.east) / 2, (box.south + box.north) / 2)
    return Camera(x, y, tile.z + 1.0, 512.0, 512.0)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 16)), max_size=60))
def test_never_more_is_kept_than_there_is_room_for(puts: list[tuple[int, int]]) -> None:
    cache, room = ShapeCache(), 2000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shape_cache, "CACHE_BYTES", room)
        for column, side in puts:
            cache.put(Tile(10, column, 0), entry(side))
            kept = [found for x in range(21) if (found := cache.get(Tile(10, x, 0)))]
            assert sum(found.size for found in kept) <= room
            assert cache.get(Tile(10, column, 0)) is not None


def test_what_the_last_frame_showed_is_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape_cache, "CACHE_BYTES", 2000)
    cache = ShapeCache()
    cache.put(TILE, entry(20))
    assert cache.pieces(looking_at(TILE), [TILE], 1.0)
    for column in range(20):
        cache.put(Tile(10, column, 0), entry(20))
    assert cache.get(TILE) is not None


def test_a_tile_is_drawn_in_its_place() -> None:
    cache = ShapeCache()
    cache.put(TILE, Entry(QPixmap(128, 64), QRectF(0.25, 0.5, 0.25, 0.125), 1))
    (piece,) = cache.pieces(looking_at(TILE), [TILE], 1.0)
    assert piece.target == QRectF(128, 256, 128, 64)
    assert piece.source == QRectF(0, 0, 128, 64)


def test_an_ancestor_stands_in_with_the_part_that_is_seen() -> None:
    cache, child = ShapeCache(), children(TILE)[3]
    cache.put(TILE, entry(512))
    (piece,) = cache.pieces(looking_at(child), [child], 1.0)
    assert piece.target == QRectF(0, 0, 512, 512)
    assert piece.source == QRectF(256, 256, 256, 256)


def test_children_stand_in_for_what_is_missing() -> None:
    cache = ShapeCache()
    for child in children(TILE)[:3]:
        cache.put(child, entry(512))
    pieces = cache.pieces(looking_at(TILE), [TILE], 1.0)
    assert [piece.target.topLeft().toTuple() for piece in pieces] == [(0, 0), (256, 0), (0, 256)]


def test_what_is_empty_draws_nothing_and_hides_its_ancestor() -> None:
    cache, child = ShapeCache(), children(TILE)[0]
    cache.put(TILE, entry(512))
    cache.put(child, Entry(None, QRectF(), 1))
    assert cache.pieces(looking_at(child), [child], 1.0) == []


def test_only_what_lies_in_a_box_or_shows_a_shape_goes_out_of_date() -> None:
    cache, far = ShapeCache(), Tile(10, 600, 300)
    near, showing = Tile(10, 500, 300), Tile(10, 700, 300)
    for tile, ids in ((near, b"a"), (showing, b"b"), (far, b"c")):
        cache.put(tile, entry(ids=frozenset([ids])))
    cache.outdate([bounds_of(near)], frozenset([b"b"]))
    stale = {tile for tile in (near, showing, far) if cache.get(tile).is_stale}  # type: ignore[union-attr]
    assert stale == {near, showing}


def test_what_shows_a_shape_that_reaches_into_a_box_goes_out_of_date() -> None:
    cache, here, far = ShapeCache(), Tile(10, 500, 300), Tile(10, 600, 300)
    reach = Bbox(bounds_of(here).west, -10, bounds_of(far).east, 80)
    cache.put(far, entry(reach=reach))
    cache.put(Tile(10, 700, 300), entry())
    cache.outdate_around([bounds_of(here)])
    assert cache.get(far).is_stale  # type: ignore[union-attr]
    assert not cache.get(Tile(10, 700, 300)).is_stale  # type: ignore[union-attr]
