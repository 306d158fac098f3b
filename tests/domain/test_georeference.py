import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collabmap.domain.geo import EARTH_RADIUS_M, LngLat, distance_m, from_world, to_mercator
from collabmap.domain.georeference import Affine, ControlPoint, fit
from collabmap.errors import PointsInLine, PointsTooFew

WORLD_M = 2 * math.pi * EARTH_RADIUS_M
# Monaco's harbour.
X, Y = to_mercator(7.42, 43.735)
CORNERS = [(0.0, 0.0), (4000.0, 0.0), (4000.0, 3000.0), (0.0, 3000.0), (1200.0, 1700.0)]


def ground(affine: Affine, x: float, y: float) -> LngLat:
    metres = affine.to_mercator(x, y)
    return from_world(metres.x / WORLD_M + 0.5, 0.5 - metres.y / WORLD_M)


def points(affine: Affine, spots: list[tuple[float, float]]) -> list[ControlPoint]:
    return [ControlPoint(x, y, *ground(affine, x, y)) for x, y in spots]


@st.composite
def affines(draw: st.DrawFn) -> Affine:
    """A plan turned, stretched and sheared a little, somewhere on the land."""
    angle = draw(st.floats(-math.pi, math.pi))
    wide = draw(st.floats(0.02, 20))
    high = wide * draw(st.floats(0.5, 2))
    shear = draw(st.floats(-0.3, 0.3))
    at = to_mercator(draw(st.floats(-170, 170)), draw(st.floats(-70, 70)))
    cos, sin = math.cos(angle), math.sin(angle)
    return Affine(
        wide * cos, high * (sin + shear * cos), at.x, wide * sin, -high * (cos - shear * sin), at.y
    )  # fmt: skip


spots = st.tuples(st.floats(0, 20_000), st.floats(0, 20_000))


@given(affine=affines(), found=st.lists(spots, min_size=3, max_size=12))
def test_an_exact_affine_is_recovered_and_nothing_is_off(
    affine: Affine, found: list[tuple[float, float]]
) -> None:
    try:
        solved = fit(points(affine, found))
    except PointsInLine:
        assume(False)
    for x, y in [*found, (0.0, 0.0), (20_000.0, 20_000.0)]:
        there, wanted = solved.affine.to_mercator(x, y), affine.to_mercator(x, y)
        assert math.dist(there, wanted) < 0.01
    assert solved.rms_m < 1e-3
    assert solved.worst is None


@given(affine=affines(), spot=spots)
def test_a_spot_of_the_picture_and_its_position_lead_to_one_another(
    affine: Affine, spot: tuple[float, float]
) -> None:
    assert affine.to_pixel(*affine.to_position(*spot)) == pytest.approx(spot, abs=0.01)


PLAN = Affine(0.5, 0.05, X, 0.05, -0.5, Y)


@given(
    found=st.lists(spots, min_size=4, max_size=10, unique=True),
    off=st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=10, max_size=10),
)
def test_no_other_affine_is_nearer_to_the_points(
    found: list[tuple[float, float]], off: list[tuple[float, float]]
) -> None:
    bent = [
        ControlPoint(x, y, *ground(PLAN, x + dx, y + dy))
        for (x, y), (dx, dy) in zip(found, off, strict=False)
    ]
    try:
        solved = fit(bent)
    except PointsInLine:
        assume(False)
    assert solved.rms_m == pytest.approx(
        math.sqrt(sum(each**2 for each in solved.residuals_m) / len(bent))
    )

    def cost(affine: Affine) -> float:
        return sum(
            math.dist(affine.to_mercator(p.x, p.y), to_mercator(p.lng, p.lat)) ** 2 for p in bent
        )

    least = cost(solved.affine)
    for nudge in (
        Affine(1e-4, 0, 0, 0, 0, 0),
        Affine(0, 0, 0.5, 0, 0, 0),
        Affine(0, 0, 0, 0, 1e-4, 0),
    ):
        nudged = Affine(*(a + b for a, b in zip(solved.affine, nudge, strict=True)))
        assert least <= cost(nudged) * (1 + 1e-9) + 1e-6


def test_residuals_are_metres_on_the_ground() -> None:
    bent = points(PLAN, CORNERS)
    east = bent[4].lng + 0.001
    bent[4] = bent[4]._replace(lng=east)
    solved = fit(bent)
    there = solved.affine.to_position(*CORNERS[4])
    wanted = distance_m(there, LngLat(east, bent[4].lat))
    assert solved.residuals_m[4] == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize("wrong", range(5))
def test_of_five_points_the_one_that_is_off_is_named(wrong: int) -> None:
    bent = points(PLAN, [*CORNERS, (2500.0, 900.0), (3100.0, 2100.0)])
    bent[wrong] = bent[wrong]._replace(lat=bent[wrong].lat + 0.002)
    assert fit(bent).worst == wrong


def test_points_that_are_all_a_little_off_leave_nobody_to_blame() -> None:
    shaken = [
        point._replace(lng=point.lng + dx * 1e-5, lat=point.lat + dy * 1e-5)
        for point, dx, dy in zip(
            points(PLAN, [*CORNERS, (2500.0, 900.0)]),
            (3, -2, 2, -3, 3, -2),
            (-2, 3, -3, 2, 2, 3),
            strict=True,
        )
    ]
    solved = fit(shaken)
    assert 0 < solved.rms_m < 5
    assert solved.worst is None


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_points_are_refused(count: int) -> None:
    with pytest.raises(PointsTooFew):
        fit(points(PLAN, CORNERS[:count]))


@pytest.mark.parametrize(
    "found",
    [
        [(0, 0), (0, 0), (0, 0)],
        [(0, 0), (100, 100), (200, 200)],
        [(0, 0), (1000, 1000), (2000, 2001), (500, 500)],
        [(0, 0), (0, 0), (500, 800)],
        [(math.nan, 0), (0, 100), (100, 0)],
    ],
)
def test_points_on_one_line_are_refused(found: list[tuple[float, float]]) -> None:
    with pytest.raises(PointsInLine):
        fit(points(PLAN, found))


def test_a_ground_that_is_one_spot_is_refused() -> None:
    with pytest.raises(PointsInLine):
        fit([ControlPoint(x, y, 7.42, 43.735) for x, y in CORNERS])
