"""What a click means: a line under the pointer, the smallest zone around it, what is near."""

import numpy as np
import shapely
from numpy.typing import NDArray

from collabmap.domain.feature import FeatureState, ShapeRow
from collabmap.domain.geo import Bbox
from collabmap.render.camera import Camera
from collabmap.render.shape_index import ShapeIndex

CAMERA = Camera(0.5, 0.5, 10.0, 800.0, 600.0)
EVERYWHERE = Bbox(-180, -85, 180, 85)


def at(px: float, py: float) -> tuple[float, float]:
    return CAMERA.position_at(px, py)


def zone(left: float, top: float, right: float, bottom: float) -> shapely.Polygon:
    return shapely.Polygon([at(left, top), at(right, top), at(right, bottom), at(left, bottom)])


def index(**shapes: shapely.Geometry) -> ShapeIndex:
    """An index of named shapes, the largest first, as the store gives them."""
    rows = [
        ShapeRow(
            number, name.encode(), shapely.to_wkb(shape), "eau", FeatureState.ACCEPTED, b"", False,
            name, 0.0, 0.0,
        )
        for number, (name, shape) in enumerate(shapes.items())
    ]  # fmt: skip
    return ShapeIndex(rows, EVERYWHERE, CAMERA.zoom)


def all_clear(rows: list[ShapeRow]) -> NDArray[np.bool_]:
    return np.ones(len(rows), np.bool_)


def hit(found: ShapeIndex, px: float, py: float) -> str | None:
    row = found.hit(CAMERA, px, py, all_clear)
    return row.name if row is not None else None


def test_inside_a_zone_is_the_zone() -> None:
    wood = index(wood=zone(100, 100, 500, 500))
    assert hit(wood, 300, 300) == "wood"
    assert hit(wood, 700, 300) is None


def test_of_two_zones_the_smaller_is_meant() -> None:
    both = index(wood=zone(100, 100, 500, 500), clearing=zone(200, 200, 300, 300))
    assert hit(both, 250, 250) == "clearing"
    assert hit(both, 400, 400) == "wood"


def test_a_hole_is_outside() -> None:
    outline, hole = zone(100, 100, 500, 500), zone(200, 200, 400, 400)
    wood = index(wood=shapely.Polygon(outline.exterior, [hole.exterior]))
    assert hit(wood, 300, 300) is None
    assert hit(wood, 150, 300) == "wood"


def test_a_line_is_hit_by_a_finger_beside_it() -> None:
    way = index(way=shapely.LineString([at(100, 300), at(600, 300)]))
    assert hit(way, 350, 300) == "way"
    assert hit(way, 350, 321) == "way"
    assert hit(way, 350, 324) is None


def test_in_a_zone_a_line_is_meant_only_under_the_pointer() -> None:
    both = index(
        wood=zone(100, 100, 500, 500), way=shapely.LineString([at(100, 300), at(600, 300)])
    )
    assert hit(both, 300, 305) == "way"
    assert hit(both, 300, 315) == "wood"


def test_a_zone_all_around_the_view_is_the_ground() -> None:
    commune = index(commune=zone(-500, -500, 1500, 1500), wood=zone(100, 100, 200, 200))
    assert hit(commune, 400, 400) is None
    assert hit(commune, 150, 150) == "wood"


def test_just_outside_a_small_zone_is_near_enough() -> None:
    assert hit(index(well=zone(300, 300, 310, 310)), 325, 305) == "well"


def test_what_the_filter_leaves_out_is_not_hit() -> None:
    both = index(wood=zone(100, 100, 500, 500), clearing=zone(200, 200, 300, 300))

    def but_the_clearing(rows: list[ShapeRow]) -> NDArray[np.bool_]:
        return np.array([row.name != "clearing" for row in rows])

    found = both.hit(CAMERA, 250, 250, but_the_clearing)
    assert found is not None
    assert found.name == "wood"


def test_a_zone_that_crosses_itself_is_hit_in_both_halves() -> None:
    bow = shapely.Polygon([at(100, 100), at(300, 300), at(300, 100), at(100, 300)])
    assert hit(index(bow=bow), 120, 200) == "bow"
    assert hit(index(bow=bow), 280, 200) == "bow"


def test_a_collection_is_hit_in_all_its_parts() -> None:
    parts = [zone(100, 100, 200, 200), shapely.LineString([at(300, 300), at(600, 300)])]
    found = index(both=shapely.GeometryCollection(parts))
    assert hit(found, 150, 150) == "both"
    assert hit(found, 450, 310) == "both"
    assert hit(found, 450, 500) is None


def test_what_lies_nowhere_is_not_hit() -> None:
    with np.errstate(invalid="ignore"):
        nowhere = shapely.LineString([(np.nan, 1), at(1, 2), at(3, 4)])
    far = shapely.Polygon([at(0, 0), at(1, 0), (1e300, 0)])
    found = index(wood=zone(100, 100, 500, 500), empty=shapely.Polygon(), nowhere=nowhere, far=far)
    assert hit(found, 2, 2) is None
    assert hit(found, 300, 300) == "wood"
    assert hit(index(), 300, 300) is None


def test_an_index_covers_what_it_looked_at_near_its_zoom() -> None:
    row = index(wood=zone(100, 100, 500, 500)).rows
    found = ShapeIndex(row, CAMERA.bbox, CAMERA.zoom)
    assert found.covers(CAMERA)
    assert not found.covers(CAMERA.moved(10, 0))
    assert not found.covers(CAMERA._replace(zoom=11.2))
