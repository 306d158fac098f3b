"""Walks on their way to the map: measured, hidden at the door, said in words."""

from pathlib import Path

import pytest
import shapely

from collabmap.app.walks import read_walks, walk_sentences, walk_view, walk_words
from collabmap.domain.geo import Bbox
from collabmap.errors import WalkTooShort

# A street of a kilometre, walked in a quarter of an hour, and a short one without times.
STREET = "".join(
    f'<trkpt lat="43.73" lon="{7.41 + i * 0.0001:.4f}"><time>2026-05-01T10:{i // 9:02}:00Z</time>'
    "</trkpt>"
    for i in range(125)
)
SHORT = '<rtept lat="43.73" lon="7.41"/><rtept lat="43.7301" lon="7.41"/>'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "walks.gpx"
    path.write_text(
        f"<gpx><rte><name>Court</name>{SHORT}</rte>"
        f'<trk><name>Long</name><trkseg><trkpt lat="x" lon="y"/>{STREET}</trkseg></trk></gpx>'
    )
    return path


def test_the_longest_walk_comes_first(file: Path) -> None:
    assert [track.name for track in read_walks(file).tracks] == ["Long", "Court"]


def test_a_walk_is_measured_and_made_small(file: Path) -> None:
    walk = walk_view(read_walks(file).tracks[0], 0)
    assert shapely.get_num_coordinates(shapely.from_wkb(walk.wkb)) == 2
    assert walk_words(walk) == "999 m · 13 min"
    assert walk.bbox == Bbox(7.41, 43.73, 7.4224, 43.73)
    assert walk.sketch.kind == "line"


def test_hidden_ends_are_neither_drawn_nor_counted(file: Path) -> None:
    walk = walk_view(read_walks(file).tracks[0], 100)
    assert walk.length_m == pytest.approx(799, abs=3)
    assert walk.bbox.west > 7.4112
    assert walk.duration_s is not None
    assert walk.duration_s < 13 * 60


def test_a_walk_that_stayed_near_is_not_hidden_to_nothing(file: Path) -> None:
    short = read_walks(file).tracks[1]
    with pytest.raises(WalkTooShort):
        walk_view(short, 100)
    assert walk_words(walk_view(short, 0)) == "11 m"


def test_what_is_not_there_of_a_walk_is_said(file: Path) -> None:
    found = read_walks(file)
    walk = walk_view(found.tracks[0], 100)
    assert walk_sentences(walk, found._replace(is_cut_short=True)) == [
        "Nothing is shown within 100 m of where it began and ended.",
        "1 point that made no sense was left out.",
        "The file ends in the middle: what came before is here.",
    ]
    assert walk_sentences(walk_view(found.tracks[1], 0), found) == []


def test_of_walks_without_end_the_longest_are_offered(tmp_path: Path) -> None:
    path = tmp_path / "many.gpx"
    walks = (
        f'<trk><trkseg><trkpt lat="43.73" lon="7.41"/><trkpt lat="43.73" lon="{7.411 + i / 1e5}"/>'
        "</trkseg></trk>"
        for i in range(300)
    )
    path.write_text(f"<gpx>{''.join(walks)}</gpx>")
    found = read_walks(path)
    assert (len(found.tracks), len(found.whole), found.shorter) == (50, 50, 250)
    assert found.tracks[0].legs[0].lng[-1] == pytest.approx(7.41399)
    assert walk_sentences(found.whole[0], found) == [
        "250 shorter walks of the file are not offered."
    ]
