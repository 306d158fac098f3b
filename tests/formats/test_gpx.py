"""GPX files: what phones and watches write, and what nobody should read."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collabmap.errors import (
    CollabMapError,
    FileMissing,
    TracksEmpty,
    TracksTooLarge,
    TracksUnreadable,
)
from collabmap.formats import gpx
from collabmap.formats.gpx import Tracks, read_tracks

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "contributions"
NAMESPACE = 'xmlns="http://www.topografix.com/GPX/1/1"'
TWO_POINTS = """
<trkpt lat="43.7311" lon="7.4203"><ele>12</ele><time>2026-05-01T10:00:00Z</time></trkpt>
<trkpt lat="43.7321" lon="7.4213"><time>2026-05-01T12:01:00+02:00</time></trkpt>
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "walk.gpx"


def read(file: Path, body: str, head: str = f'<gpx version="1.1" {NAMESPACE}>') -> Tracks:
    file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>{head}{body}</gpx>', encoding="utf-8")
    return read_tracks(file)


def test_a_track_has_its_name_its_legs_and_its_times(file: Path) -> None:
    found = read(
        file,
        "<metadata><name>not this</name></metadata>"
        f"<trk><name> Le tour\n du port </name><trkseg>{TWO_POINTS}</trkseg>"
        f"<trkseg>{TWO_POINTS}</trkseg><trkseg/></trk>",
    )
    (track,) = found.tracks
    assert track.name == "Le tour du port"
    assert not found.is_cut_short
    assert [leg.lng.tolist() for leg in track.legs] == [[7.4203, 7.4213]] * 2
    assert track.duration_s == 60


def test_a_route_is_a_walk_without_times(file: Path) -> None:
    (track,) = read(
        file, '<rte><rtept lat="43.7" lon="7.4"/><rtept lat="43.71" lon="7.4"/></rte>'
    ).tracks
    assert len(track.legs) == 1
    assert track.duration_s is None


def test_waypoints_and_extensions_are_no_walk(file: Path) -> None:
    (track,) = read(
        file,
        '<wpt lat="1" lon="1"><name>Café</name></wpt>'
        "<extensions><trk><trkseg><trkpt lat='9' lon='9'/></trkseg></trk></extensions>"
        '<trk><trkseg><trkpt lat="43.7301" lon="7.4203"><extensions><x:time>2020-01-01</x:time>'
        f"<x:name>no</x:name></extensions></trkpt>{TWO_POINTS}</trkseg></trk>",
    ).tracks
    assert track.name == ""
    assert np.isnan(track.legs[0].time_s).tolist() == [True, False, False]


def test_version_1_0_a_prefix_and_no_namespace_are_read(file: Path) -> None:
    for head in ('<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0">', "<gpx>"):
        assert len(read(file, f"<trk><trkseg>{TWO_POINTS}</trkseg></trk>", head).tracks) == 1
    points = "".join(f'<g:trkpt lat="43.{n}" lon="7.4"/>' for n in (71, 72))
    file.write_text(f"<g:gpx><g:trk><g:trkseg>{points}</g:trkseg></g:trk></g:gpx>")
    assert len(read_tracks(file).tracks) == 1


def test_another_encoding_is_read(file: Path) -> None:
    text = f"<gpx><trk><name>Forêt</name><trkseg>{TWO_POINTS}</trkseg></trk></gpx>"
    for encoding in ("windows-1252", "utf-16"):
        file.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding))
        assert read_tracks(file).tracks[0].name == "Forêt"


def test_numbers_and_times_that_are_none_are_left_out(file: Path) -> None:
    junk = '<trkpt lat="undefined" lon="7"/><trkpt lat="43.7"/><trkpt lat="NaN" lon="7.4"/>'
    late = '<trkpt lat="43.74" lon="7.42"><time>yesterday</time></trkpt>'
    (track,) = read(file, f"<trk><trkseg>{junk}{TWO_POINTS}{late}</trkseg></trk>").tracks
    assert track.left_out == 3
    assert np.isnan(track.legs[0].time_s[-1])


def test_a_file_that_ends_in_the_middle_is_read_up_to_there(file: Path) -> None:
    read(file, f"<trk><trkseg>{TWO_POINTS * 100}</trkseg></trk>")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    found = read_tracks(file)
    assert found.is_cut_short
    assert 50 < len(found.tracks[0].legs[0].lng) < 150


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not XML at all",
        "<kml><Document/></kml>",
        '{"type": "FeatureCollection"}',
        "<gpx><trk><trkse",
        '<?xml version="1.0" encoding="klingon"?><gpx/>',
        '<!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx><trk><name>&a;</name></trk></gpx>',
        "<gpx>" + "<a>" * 1000,
    ],
    ids=["empty", "text", "KML", "GeoJSON", "cut short", "encoding", "entity", "deep"],
)
def test_what_is_no_gpx_file_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(TracksUnreadable):
        read_tracks(file)


def test_a_file_without_a_line_holds_no_walk(file: Path) -> None:
    for body in (
        "",
        '<wpt lat="1" lon="1"/>',
        '<trk><trkseg><trkpt lat="1" lon="1"/></trkseg></trk>',
    ):
        with pytest.raises(TracksEmpty):
            read(file, body)


def test_a_file_that_is_too_large_or_gone_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileMissing):
        read_tracks(file)
    monkeypatch.setattr(gpx, "MAX_MEGABYTES", 0)
    with pytest.raises(TracksTooLarge):
        read(file, f"<trk><trkseg>{TWO_POINTS}</trkseg></trk>")


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared files")
def test_files_of_real_devices_are_read_or_refused_with_a_reason() -> None:
    read_, refused = [], []
    for path in sorted(SHARED.glob("*.gpx")):
        try:
            read_.append((path.name, len(read_tracks(path).tracks)))
        except CollabMapError as error:
            refused.append((path.name, error.code))
    assert ("togeojson_blue_hills.gpx", 3) in read_
    assert ("togeojson_bad.gpx", "tracks-empty") in refused


VALID = f"<gpx><trk><name>é</name><trkseg>{TWO_POINTS * 3}</trkseg></trk></gpx>".encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(VALID)), st.integers(0, 40), st.binary(max_size=40))
def test_damaged_bytes_are_read_as_far_as_they_go_or_refused(
    file: Path, at: int, lost: int, noise: bytes
) -> None:
    file.write_bytes(VALID[:at] + noise + VALID[at + lost :])
    try:
        tracks = read_tracks(file).tracks
    except (TracksUnreadable, TracksEmpty):
        return
    assert all(len(leg.lng) > 1 for track in tracks for leg in track.legs)
    assert all(np.isfinite(leg.lng).all() for track in tracks for leg in track.legs)
