"""What attracts a hand that draws: the shapes in view, and of the points the nearest."""

from pathlib import Path

from marks import Thing, columns_of
from sharing import founder

from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.mark_columns import NO_MARKS
from collabmap.ui.shapes_here import MOST_POINTS, index_of

MIDDLE = LngLat(7.42, 43.73)
AROUND = Bbox(7.41, 43.72, 7.43, 43.74)
REACH = 1e-9


def test_of_a_crowd_the_points_nearest_to_the_middle_attract(tmp_path: Path) -> None:
    crowd = [Thing(row, lng=7.4101 + row / 40_000) for row in range(1, 2 * MOST_POINTS)]
    crowd.append(Thing(2 * MOST_POINTS, is_shape=True, lat=MIDDLE.lat + 0.001))
    columns = columns_of(crowd)
    session = founder(tmp_path)
    index = index_of(session.reader, columns, AROUND, MIDDLE, 0.0)
    nearest, farthest, of_a_shape = crowd[395], crowd[1], crowd[-1]
    for thing, attracts in ((nearest, True), (farthest, False), (of_a_shape, False)):
        snap = index.nearest(LngLat(thing.lng, thing.lat), REACH)
        assert (snap is not None and snap.feature == thing.id) is attracts
    nothing = index_of(session.reader, NO_MARKS, AROUND, MIDDLE, 0.0)
    assert nothing.nearest(MIDDLE, REACH) is None
    session.close()
