from pathlib import Path

from basemap.gazetteers import DEMO, pack
from command_line import Run


def test_give_a_base_map_a_search_and_ask_it(run: Run) -> None:
    pack(Path("town.mbtiles"))
    said = run("basemap", "find", "town.mbtiles", "rue grimaldi")
    assert "search-index" in said.out
    said = run("basemap", "search-index", str(DEMO), "town.mbtiles")
    assert said.code == 0, said
    assert "names can be found" in said.out
    said = run("basemap", "find", "town.mbtiles", "r. grimadli", "--near", "7.4203,43.7311")
    assert "Rue Grimaldi  Street" in said.out
    answer = run("basemap", "find", "town.mbtiles", "35 bd italie", "--json").json
    assert answer["has_index"] is True
    assert answer["found"][0]["kind"] == "address"
    assert abs(answer["found"][0]["lng"] - 7.4355) < 0.001
    said = run("basemap", "find", "town.mbtiles", "larvotttttot")
    assert "Did you mean “larvotto”?" in said.out


def test_only_an_area(run: Run) -> None:
    pack(Path("town.mbtiles"))
    words = ("basemap", "search-index", str(DEMO), "town.mbtiles")
    assert run(*words, "--area", "7.4185,43.7285,7.4280,43.7335").code == 0
    found = run("basemap", "find", "town.mbtiles", "moulins", "--json").json["found"]
    # The town of that name is known without any base map; the street lies outside.
    assert {place["credit"] for place in found} == {"GeoNames, CC BY 4.0"}


def test_what_cannot_be_read(run: Run) -> None:
    pack(Path("town.mbtiles"))
    Path("words.txt").write_text("only words")
    said = run("basemap", "search-index", "words.txt", "town.mbtiles")
    assert said.code != 0
    assert "words.txt" in said.err
    assert run("basemap", "search-index", str(DEMO), "none.mbtiles").code != 0
    assert run("basemap", "find", "none.mbtiles", "rue").code != 0
