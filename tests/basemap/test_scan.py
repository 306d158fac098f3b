import math
from pathlib import Path

import pytest
from pictures import chequered, decoded, telling, written
from PySide6.QtGui import QColor

from collabmap.basemap import scan
from collabmap.domain.geo import EARTH_RADIUS_M, LngLat, distance_m, to_mercator, to_world
from collabmap.domain.georeference import Affine, ControlPoint, fit
from collabmap.domain.tiles import tile_at
from collabmap.errors import (
    AreaInvalid,
    Cancelled,
    FileExists,
    FileMissing,
    PictureUnreadable,
    WorldFileUnreadable,
    ZoomOutOfRange,
)
from collabmap.store.mbtiles import MBTilesReader

WIDE, HIGH = 1200, 800
X, Y = to_mercator(7.415, 43.735)
# Turned by a quarter of a right angle; a dot is half a metre.
TURN = math.radians(22)
PLAN = Affine(
    0.7 * math.cos(TURN), 0.7 * math.sin(TURN), X, 0.7 * math.sin(TURN), -0.7 * math.cos(TURN), Y
)


def colour_at(pack: MBTilesReader, place: LngLat, zoom: int) -> QColor | None:
    tile = tile_at(*place, zoom)
    data = pack.get(tile)
    if data is None:
        return None
    x, y = (value * (1 << zoom) - at for value, at in zip(to_world(*place), tile[1:], strict=True))
    return decoded(data).pixelColor(int(x * 256), int(y * 256))


@pytest.mark.parametrize("ending", ["png", "jpg"])
@pytest.mark.parametrize("fmt", ["png", "webp"])
def test_a_plan_lies_where_its_points_put_it_at_every_zoom(
    ending: str, fmt: str, tmp_path: Path
) -> None:
    path = written(tmp_path / f"plan.{ending}", telling(WIDE, HIGH))
    points = [
        ControlPoint(x, y, *PLAN.to_position(x, y)) for x, y in ((10, 10), (1100, 50), (300, 700))
    ]
    report = scan.place(path, tmp_path / "plan.mbtiles", fit(points).affine, fmt=fmt)
    with MBTilesReader(tmp_path / "plan.mbtiles") as pack:
        assert (pack.format, pack.metadata["type"], pack.name) == (fmt, "overlay", "plan")
        assert (pack.min_zoom, pack.max_zoom) == report.zooms
        for zoom in range(pack.max_zoom - 2, pack.max_zoom + 1):
            for x, y in ((60, 60), (600, 400), (1100, 100), (200, 740)):
                colour = colour_at(pack, PLAN.to_position(x, y), zoom)
                assert colour is not None
                assert colour.red() == pytest.approx(x / WIDE * 255, abs=8)
                assert colour.green() == pytest.approx(y / HIGH * 255, abs=8)
                assert colour.alpha() == 255
            for x, y in ((-40, 400), (WIDE + 40, 400), (600, -40), (600, HIGH + 40)):
                beyond = colour_at(pack, PLAN.to_position(x, y), zoom)
                assert beyond is None or beyond.alpha() == 0


def test_the_far_zooms_show_the_mean_of_fine_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "plan.png", chequered(WIDE, HIGH))
    report = scan.place(path, tmp_path / "plan.mbtiles", PLAN, fmt="png")
    with MBTilesReader(tmp_path / "plan.mbtiles") as pack:
        for zoom in range(report.zooms[0], report.zooms[1]):
            colour = colour_at(pack, PLAN.to_position(WIDE / 2, HIGH / 2), zoom)
            assert colour is not None
            assert colour.red() == pytest.approx(127, abs=12)


def test_the_zooms_suit_the_size_of_its_dots_on_the_ground() -> None:
    # A dot of 0.6 m at zoom 18, as a tile of 256 px has at the equator.
    metres = 2 * math.pi * EARTH_RADIUS_M / 256 / (1 << 18)
    affine = Affine(metres, 0, 0, 0, -metres, 0)
    assert scan.suited_zooms(affine, (1024, 512)) == range(16, 19)
    assert scan.suited_zooms(affine, (100, 100)) == range(18, 19)


def test_zooms_can_be_chosen_but_not_where_there_is_nothing_more_to_see(tmp_path: Path) -> None:
    path = written(tmp_path / "plan.png", telling(200, 200))
    report = scan.place(path, tmp_path / "a.mbtiles", PLAN, zooms=[15, 16])
    assert report.zooms == (15, 16)
    with pytest.raises(ZoomOutOfRange):
        scan.place(path, tmp_path / "b.mbtiles", PLAN, zooms=[22])


def test_a_picture_that_would_lie_off_the_map_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "plan.png", telling(200, 200))
    with pytest.raises(AreaInvalid):
        scan.place(path, tmp_path / "a.mbtiles", PLAN._replace(c=2.1e7))
    with pytest.raises(AreaInvalid):
        scan.place(path, tmp_path / "a.mbtiles", PLAN._replace(f=2.1e7))


def test_nothing_is_written_over_and_nothing_is_left_behind(tmp_path: Path) -> None:
    path = written(tmp_path / "plan.png", telling(400, 400))
    out = tmp_path / "out.mbtiles"
    out.write_text("precious")
    with pytest.raises(FileExists):
        scan.place(path, out, PLAN)
    out.unlink()
    told: list[int] = []

    def cancel() -> None:
        if len(told) > 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        scan.place(path, out, PLAN, progress=lambda d, _t, _p: told.append(d), cancel=cancel)
    with pytest.raises(PictureUnreadable):
        scan.place(Path(__file__), out, PLAN)
    assert [each.name for each in tmp_path.iterdir()] == ["plan.png"]


# --- world files ------------------------------------------------------------------------------


@pytest.mark.parametrize(("ending", "wld"), [("png", "pgw"), ("jpg", "JGW"), ("tiff", "tfw")])
def test_a_world_file_places_a_picture(ending: str, wld: str, tmp_path: Path) -> None:
    path = written(tmp_path / f"plan.{ending}", telling(WIDE, HIGH))
    # Lambert-93, half a metre a dot, the middle of the first dot at a corner of Monaco.
    path.with_suffix(f".{wld}").write_text("0.5\n0\n0\n-0.5\n1056000.25\n6304999.75\n")
    found = scan.fit_world_file(path, 2154)
    assert found.rms_m < 0.1
    west_east = [found.affine.to_position(x, 0) for x in (0, WIDE)]
    assert distance_m(*west_east) == pytest.approx(WIDE * 0.5, rel=0.002)
    from pyproj import Transformer

    corner = Transformer.from_crs(2154, 4326, always_xy=True).transform(1056000, 6305000)
    assert west_east[0] == pytest.approx(corner, abs=2e-6)


@pytest.mark.parametrize(
    ("text", "epsg"),
    [("", 2154), ("a b c d e f", 2154), ("1 2 3", 2154), ("1 0 0 -1 nan 0", 2154),
     ("1 0 0 -1 0 0", 999999), ("1 0 0 -1 1e300 0", 2154)],
)  # fmt: skip
def test_a_world_file_of_nonsense_is_refused(text: str, epsg: int, tmp_path: Path) -> None:
    path = written(tmp_path / "plan.png", telling(64, 64))
    (tmp_path / "plan.pgw").write_text(text)
    with pytest.raises(WorldFileUnreadable):
        scan.fit_world_file(path, epsg)


def test_a_world_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing) as caught:
        scan.fit_world_file(written(tmp_path / "plan.png", telling(64, 64)), 2154)
    assert caught.value.details == {"name": "plan.pgw"}
