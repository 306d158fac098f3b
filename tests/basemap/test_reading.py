"""A large extract is read by a worker: the base map is the same, and so are the refusals."""

from pathlib import Path

import pytest

from collabmap.basemap import extract
from collabmap.basemap.builder import Control, Recipe, build
from collabmap.domain.geo import Bbox
from collabmap.errors import AreaNotCovered, Cancelled, ExtractUnreadable

EXTRACT = Path(__file__).parents[2] / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
HARBOUR = Recipe((EXTRACT,), Bbox(7.420, 43.730, 7.432, 43.738), zooms=(14, 15))


@pytest.fixture
def _all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "LARGE", 0)


def test_a_worker_reads_what_this_process_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(HARBOUR, tmp_path / "here.mbtiles", workers=1)
    monkeypatch.setattr(extract, "LARGE", 0)
    monkeypatch.setattr(extract, "collect", None)
    recipe = Recipe(HARBOUR.sources, HARBOUR.area, zooms=HARBOUR.zooms, name="here")
    build(recipe, tmp_path / "there.mbtiles", workers=1)
    here, there = (tmp_path / f"{name}.mbtiles" for name in ("here", "there"))
    assert here.read_bytes() == there.read_bytes()


@pytest.mark.usefixtures("_all_are_large")
def test_what_a_worker_refuses_is_said_in_its_own_words(tmp_path: Path) -> None:
    paris = Recipe((EXTRACT,), Bbox(2.3, 48.8, 2.31, 48.81))
    with pytest.raises(AreaNotCovered) as caught:
        build(paris, tmp_path / "town.mbtiles", workers=1)
    assert caught.value.details == {"name": EXTRACT.name}
    rotten = tmp_path / "rotten.osm.pbf"
    rotten.write_bytes(b"Dear mayor, " * 100)
    with pytest.raises(ExtractUnreadable):
        build(Recipe((rotten,), HARBOUR.area), tmp_path / "town.mbtiles", workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["rotten.osm.pbf"]


@pytest.mark.usefixtures("_all_are_large")
def test_a_stop_while_a_worker_reads_leaves_nothing(tmp_path: Path) -> None:
    control = Control()

    def tell(_done: int, _total: int, part: str) -> None:
        if part == "reading":
            control.cancel()

    with pytest.raises(Cancelled):
        build(HARBOUR, tmp_path / "town.mbtiles", workers=1, progress=tell, control=control)
    assert list(tmp_path.iterdir()) == []
