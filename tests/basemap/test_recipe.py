"""What a recipe asks for is counted exactly, and made just so."""

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import osmium
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.basemap import extract
from collabmap.basemap.builder import Recipe, build, estimate, fingerprint, plan, resolve
from collabmap.basemap.layers import Layers
from collabmap.basemap.recipe import METATILE, REGION, Cover, blocks, regions, samples
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of, tiles_of
from collabmap.store.mbtiles import MBTilesReader
from collabmap.store.tile_image import sniff

EXTRACT = Path(__file__).parents[2] / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
HARBOUR = Bbox(7.420, 43.730, 7.432, 43.738)
AREA = Bbox(7.395, 43.715, 7.455, 43.760)
# The outline of the principality, roughly: it leaves out the mountain and most of the sea.
MONACO = shapely.Polygon(
    [(7.409, 43.727), (7.418, 43.724), (7.428, 43.729), (7.440, 43.749), (7.432, 43.751)]
)


def tiles_in(cover: Cover, zoom: int) -> list[Tile]:
    found = [block for region in regions(cover, zoom) for block in blocks(cover, region)]
    return [tile for block in found for tile in block.wanted]


# --- which tiles ------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [12, 14, 15, 16, 17, 18])
def test_an_outline_takes_the_tiles_that_touch_it_and_no_other(zoom: int) -> None:
    recipe = resolve(Recipe((EXTRACT,), outline=MONACO, zooms=(zoom,)))
    found = tiles_in(Cover.of(recipe), zoom)
    touching = [
        tile
        for tile in tiles_of(recipe.box, zoom)
        if MONACO.intersects(shapely.box(*bounds_of(tile)))
    ]
    assert sorted(found) == sorted(touching)
    assert plan(recipe) == {zoom: len(found)}
    if zoom >= 16:
        assert len(found) < 0.7 * len(list(tiles_of(recipe.box, zoom)))


def test_an_outline_with_an_area_takes_what_lies_in_both() -> None:
    corner = Bbox(7.400, 43.720, 7.420, 43.740)
    recipe = Recipe((EXTRACT,), corner, MONACO, zooms=(16, 17))
    for zoom in recipe.zooms:
        found = set(tiles_in(Cover.of(recipe), zoom))
        assert found < set(tiles_of(corner, zoom))
        assert plan(recipe)[zoom] == len(found)


@given(
    centre=st.tuples(st.floats(-170, 170), st.floats(-70, 70)),
    size=st.floats(0.0005, 3.0),
    hole=st.floats(0.1, 0.9),
    zoom=st.integers(0, 13),
)
@settings(max_examples=60, deadline=None)
def test_what_is_planned_is_what_is_made(
    centre: tuple[float, float], size: float, hole: float, zoom: int
) -> None:
    ring = shapely.Point(centre).buffer(size).difference(shapely.Point(centre).buffer(size * hole))
    recipe = resolve(Recipe((EXTRACT,), outline=ring, zooms=(zoom,)))
    found = tiles_in(Cover.of(recipe), zoom)
    assert len(found) == len(set(found)) == plan(recipe)[zoom]
    assert set(found) <= set(tiles_of(recipe.box, zoom))


def test_a_large_area_is_planned_without_making_its_tiles() -> None:
    france = shapely.Point(2.5, 46.5).buffer(4.0)
    counts = plan(resolve(Recipe((EXTRACT,), outline=france, zooms=(10, 20))))
    assert counts[20] / counts[10] == pytest.approx(4**10, rel=0.1)


def test_blocks_and_regions_keep_to_their_size() -> None:
    cover = Cover(Bbox(7.0, 43.0, 9.0, 44.0))
    found = list(regions(cover, 14))
    assert len(found) > 1
    for region in found:
        left, top, right, bottom = region.span
        assert right - left <= REGION
        assert bottom - top <= REGION
        assert all(max(block.metatile.columns, block.metatile.rows) <= METATILE
                   for block in blocks(cover, region))  # fmt: skip


def test_an_area_that_is_not_given_is_what_the_extracts_cover() -> None:
    assert resolve(Recipe((EXTRACT,))).box == pytest.approx(
        (7.409205, 43.72335, 7.448637, 43.75169)
    )
    assert resolve(Recipe((EXTRACT,), outline=MONACO)).box == pytest.approx(MONACO.bounds)


def test_samples_stand_for_every_zoom_evenly() -> None:
    recipe = Recipe((EXTRACT,), AREA)
    blocks = [block for _, block in samples(recipe, 20)]
    assert all(set(block.wanted) <= set(tiles_of(AREA, block.metatile.z)) for block in blocks)
    found = [block.wanted[0] for block in blocks]
    assert {tile.z for tile in found} == set(recipe.zooms)
    near = [tile for tile in found if tile.z == 17]
    assert len(near) == 14
    assert len({(tile.x, tile.y) for tile in near}) >= 12
    assert max(tile.y for tile in near) - min(tile.y for tile in near) > 15


def test_samples_of_millions_of_tiles_are_found_at_once() -> None:
    france = shapely.Point(2.5, 46.5).buffer(4.0)
    recipe = resolve(Recipe((EXTRACT,), outline=france, zooms=(17, 18)))
    assert sum(plan(recipe).values()) > 30_000_000
    found = [block for _, block in samples(recipe, 20)]
    assert len(found) == 20
    cover = Cover.of(recipe)
    assert all(cover.wanted(block.metatile) == list(block.wanted) for block in found)


# --- which recipe -----------------------------------------------------------------------------


def test_a_recipe_has_a_fingerprint_of_all_that_counts(tmp_path: Path) -> None:
    other = tmp_path / "other.osm.pbf"
    other.write_bytes(EXTRACT.read_bytes() + b"\0")
    recipe = Recipe((EXTRACT,), HARBOUR)
    changed = [
        Recipe((other,), HARBOUR),
        Recipe((EXTRACT, other), HARBOUR),
        Recipe((EXTRACT,), AREA),
        Recipe((EXTRACT,), HARBOUR, MONACO),
        Recipe((EXTRACT,), HARBOUR, zooms=(12, 13)),
        Recipe((EXTRACT,), HARBOUR, style="dark"),
        Recipe((EXTRACT,), HARBOUR, scale=2),
        Recipe((EXTRACT,), HARBOUR, fmt="png"),
        Recipe((EXTRACT,), HARBOUR, language="it"),
        Recipe((EXTRACT,), HARBOUR, name="Monaco"),
    ]
    assert len({fingerprint(one) for one in [recipe, *changed]}) == len(changed) + 1
    assert fingerprint(recipe) == fingerprint(replace(recipe, zooms=(17, *recipe.zooms)))


# --- what comes out ---------------------------------------------------------------------------


@pytest.mark.parametrize(("fmt", "scale"), [("webp", 2), ("png", 1)])
def test_tiles_come_in_the_format_and_size_that_was_asked_for(
    tmp_path: Path, fmt: str, scale: int
) -> None:
    out = tmp_path / "town.mbtiles"
    recipe = Recipe((EXTRACT,), HARBOUR, zooms=(15,), scale=scale, fmt=fmt)  # type: ignore[arg-type]
    build(recipe, out, workers=1)
    with MBTilesReader(out) as reader:
        images = [sniff(reader.get(tile) or b"") for tile in tiles_of(HARBOUR, 15)]
    assert {image and tuple(image) for image in images} == {(fmt, 256 * scale, 256 * scale)}


def test_a_base_map_in_an_outline_holds_only_its_tiles(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    recipe = resolve(Recipe((EXTRACT,), outline=MONACO, zooms=(14, 16)))
    report = build(recipe, out, workers=1)
    with MBTilesReader(out) as reader:
        assert reader.count() == report.tiles == sum(plan(recipe).values())
        for zoom in (14, 16):
            assert all(reader.get(tile) for tile in tiles_in(Cover.of(recipe), zoom))


def test_identical_pictures_are_stored_once(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    sea = Bbox(7.440, 43.716, 7.454, 43.740)
    report = build(Recipe((EXTRACT,), sea, zooms=(17,)), out, workers=1)
    with contextlib.closing(sqlite3.connect(out)) as db:
        pictures = db.execute("SELECT count(*) FROM images").fetchone()[0]
    assert pictures == report.pictures < report.tiles / 2


@pytest.mark.parametrize("area", [AREA, HARBOUR])
def test_an_estimate_comes_near_the_truth(tmp_path: Path, area: Bbox) -> None:
    out = tmp_path / "town.mbtiles"
    recipe = Recipe((EXTRACT,), area)
    said = estimate(recipe, out, workers=1)
    assert list(tmp_path.iterdir()) == []
    assert said.tiles == plan(recipe)
    assert said.free_bytes > 0
    assert said.seconds > 0
    made = build(recipe, out, workers=1)
    assert 0.5 < said.bytes / made.bytes < 2.0


# --- several extracts -------------------------------------------------------------------------


def part_of_monaco(path: Path, keeps: slice) -> Path:
    """Write a part of the ways, with all nodes and relations, as an extract of its own."""
    ways = sorted(way.id for way in osmium.FileProcessor(str(EXTRACT), osmium.osm.WAY))
    kept = set(ways[keeps])
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(EXTRACT)):
            if not thing.is_way() or thing.id in kept:
                writer.add(thing)
    return path


def counts(layers: Layers) -> dict[object, int]:
    found: dict[object, int] = {kind: len(shapes) for kind, shapes in layers.areas.items()}
    found.update({kind: len(shapes) for kind, shapes in layers.lines.items()})
    return {**found, "streets": len(layers.streets), "spots": len(layers.spots)}


def test_what_two_extracts_hold_is_drawn_once(tmp_path: Path) -> None:
    whole = extract.read(EXTRACT, AREA)
    assert counts(extract.read([EXTRACT, EXTRACT], AREA)) == counts(whole)


def test_two_halves_of_a_town_make_the_town(tmp_path: Path) -> None:
    first = part_of_monaco(tmp_path / "a.osm.pbf", slice(0, None, 2))
    second = part_of_monaco(tmp_path / "b.osm.pbf", slice(1, None, 2))
    whole, half = extract.read(EXTRACT, AREA), extract.read(first, AREA)
    assert counts(half)["building"] < counts(whole)["building"]  # type: ignore[operator]
    assert counts(extract.read([first, second], AREA)) == counts(whole)


def test_names_come_in_the_language_that_was_asked_for() -> None:
    french = {spot.name for spot in extract.read(EXTRACT, AREA).spots}
    italian = {spot.name for spot in extract.read(EXTRACT, AREA, language="it").spots}
    assert "Monaco-Ville" in french - italian
    assert "Monaco Vecchia" in italian - french
