"""Pictures and base maps from the command line, and a clean stop."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import Run
from PySide6.QtGui import QImage

from collabmap.app.settings import resource

EXTRACT = resource("demo/monaco-2023-12-25.osm.pbf")
CONDAMINE = "7.415,43.730,7.425,43.736"


def colours(path: str) -> int:
    """Return how many colours a picture has, looked at in a grid."""
    image = QImage(path)
    assert not image.isNull()
    return len(
        {image.pixel(x, y) for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)}
    )


@pytest.fixture
def basemap(run: Run) -> str:
    """A small base map of La Condamine."""
    said = run(
        "basemap", "build", str(EXTRACT), "small.mbtiles",
        "--zoom", "14-15", "--area", CONDAMINE, "--workers", "1",
    )  # fmt: skip
    assert said.code == 0, said
    assert "small.mbtiles" in said.out
    return "small.mbtiles"


def test_a_base_map_is_built_lies_beside_the_map_and_shows_in_its_picture(
    run: Run, basemap: str
) -> None:
    run("new", "town", "--person", "Jo", "--basemap", basemap)
    assert Path("town.mbtiles").exists()
    assert run("info", "town.collabmap", "--json").json["basemap"].endswith("town.mbtiles")
    run("add", "town.collabmap", "Marché", "--category", "commerces", "--at", "7.4195,43.7326")
    said = run("picture", "town.collabmap", "with.png", "--size", "640x480", "--area", CONDAMINE)
    assert said.code == 0, said
    assert "1 place" in said.out
    image = QImage("with.png")
    assert (image.width(), image.height()) == (640, 480)

    Path("town.mbtiles").unlink()
    run("picture", "town.collabmap", "without.png", "--size", "640x480", "--area", CONDAMINE)
    assert colours("with.png") > 2 * colours("without.png")


def test_an_empty_map_without_a_base_map_has_a_picture_too(run: Run) -> None:
    run("new", "town", "--person", "Jo")
    assert run("picture", "town.collabmap", "empty.png").code == 0
    assert QImage("empty.png").width() == 1366


def test_a_single_place_is_seen_with_what_lies_around_it(run: Run, project: str) -> None:
    assert run("picture", project, "one.png", "--size", "400x300").code == 0
    assert colours("one.png") > 3


def test_places_at_the_edge_of_a_picture_are_counted(run: Run) -> None:
    run("new", "halls", "--person", "Jo")
    for number, at in enumerate(("7.41,43.73", "7.42,43.73", "7.42,43.735")):
        said = run("add", "halls.collabmap", f"Salle {number}", "--category", "eau", "--at", at)
        assert said.code == 0
    assert "3 places" in run("picture", "halls.collabmap", "halls.png", "--size", "400x300").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nowhere.osm.pbf", "x", "--area", CONDAMINE], 5),
        ([str(EXTRACT), "x", "--area", "2.2,48.8,2.4,48.9"], 7),
        ([str(EXTRACT), "x", "--area", "7.4,43.8,7.5,43.7"], 2),
        ([str(EXTRACT), "x", "--zoom", "17-12"], 2),
        ([str(EXTRACT), "x", "--zoom", "99"], 2),
        (["broken.osm.pbf", "x", "--area", CONDAMINE], 7),
    ],
)
def test_a_base_map_that_cannot_be_built_is_said_and_leaves_nothing(
    run: Run, words: list[str], code: int
) -> None:
    Path("broken.osm.pbf").write_bytes(EXTRACT.read_bytes()[:5000])
    said = run("basemap", "build", *words)
    assert said.code == code, said
    assert len(said.err.splitlines()) >= 2
    assert [path.name for path in Path().iterdir()] == ["broken.osm.pbf"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_stops_a_long_build_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "big.mbtiles"
    build = subprocess.Popen(
        [sys.executable, "-m", "collabmap", "--language", "en", "basemap", "build",
         str(EXTRACT), str(out), "--zoom", "12-19", "--workers", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    deadline = time.monotonic() + 60
    # Under way once the file that is being written lies there.
    while not any(tmp_path.glob("*big.mbtiles*")) and time.monotonic() < deadline:
        assert build.poll() is None, build.communicate()
        time.sleep(0.05)
    build.send_signal(signal.SIGINT)
    _out, err = build.communicate(timeout=60)
    assert build.returncode == 9, err
    assert "Stopped at your request" in err
    assert list(tmp_path.glob("*big*")) == []


def test_a_map_s_file_alone_needs_a_screen_and_says_what_to_do(run: Run, project: str) -> None:
    said = run(project)
    assert said.code == 2
    assert "collabmap info" in said.err
