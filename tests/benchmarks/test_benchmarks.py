"""The benchmarks at a size that takes seconds: that they run, and what on; never how fast."""

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import dedupe_sets
import pytest
import town
import workload
from workload import Comment, Create, Delete, Set, Tag

from collabmap.store.project import Project

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLABMAP_BENCH_HOME", str(tmp_path / "bench"))


def figures_of(name: str, *words: str) -> dict[str, Any]:
    """Run a benchmark, --quick if not told otherwise; return its figures.  It exits 0 or 1."""
    done = subprocess.run(
        [sys.executable, str(HERE / f"bench_{name}.py"), *(words or ["--quick"])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert not done.stderr
    line = json.loads(done.stdout.splitlines()[-1])
    assert line["bench"] == name
    return {figure: found["value"] for figure, found in line["figures"].items()}


def test_growth_tells_its_four_figures() -> None:
    found = figures_of("growth")
    assert set(found) == {
        "growth_1m_over_100k",
        "cpu_s_100k_into_1m",
        "rss_mb_100k_into_1m",
        "s_500_into_1m",
    }
    assert min(found.values()) > 0


def test_local_tells_the_time_of_an_edit() -> None:
    found = figures_of("local")
    assert set(found) == {"edit_ms_p95"}
    assert found["edit_ms_p95"] > 0


def test_list_tells_what_a_long_list_costs() -> None:
    found = figures_of("list")
    assert set(found) == {"reload_ms", "scroll_ms_p95", "filter_ms", "order_ms"}
    assert min(found.values()) > 0


def test_a_newcomer_gets_to_a_first_place_in_six_clicks() -> None:
    found = figures_of("firstminute")
    assert set(found) == {"clicks", "keys", "screens", "program_s"}
    # Not a matter of speed: the double click is one of them, typing is not.
    assert found["clicks"] <= 6
    assert found["program_s"] > 0


def test_graph_tells_what_a_frame_costs_beside_a_bare_one_and_a_layout() -> None:
    found = figures_of("graph")
    assert set(found) == {"frame_ms_p95", "ratio", "layout_s"}
    assert min(found.values()) > 0


def test_pace_tells_keys_and_the_wait_for_the_next_card() -> None:
    found = figures_of("pace")
    assert set(found) == {"keys_per_item", "next_card_ms_p95"}
    # Not a matter of speed: the same keys always do the same.
    assert 1.0 <= found["keys_per_item"] <= 2.0


def test_duplicates_tells_what_it_finds_and_what_that_costs() -> None:
    if not dedupe_sets.DEDUPE.is_dir():
        pytest.skip("the public sets of places entered twice are not beside the project")
    found = figures_of("duplicates")
    times = {"s_20k", "s_100k", "s_1m", "growth"}
    assert set(found) == {"precision", "recall", "f1", "baseline_f1"} | times
    # Not a matter of speed: the sets are always the same.
    assert found["f1"] >= found["baseline_f1"] + 0.05


def test_duplicates_judges_labelled_pairs_alone(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(
        "name_a,lat_a,lon_a,category_a,address_a,name_b,lat_b,lon_b,category_b,address_b,label\n"
        "Fontaine St Michel,43.7342,7.4205,eau,,fontaine Saint-Michel,43.7345,7.4205,eau,,1\n"
        "Le Bistrot,,,,3 rue Haute,Bistrot,,,,3 r. Haute,1\n"
        "Parking 1,43.7342,7.4205,,,Parking 2,43.7343,7.4205,,,0\n",
        encoding="utf-8",
    )
    found = figures_of("duplicates", "--pairs", str(file))
    assert found == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "baseline_f1": 0.8}


def test_late_tells_the_time_of_a_revocation() -> None:
    found = figures_of("late")
    assert set(found) == {"s_late_revocation"}
    assert found["s_late_revocation"] > 0


def test_search_tells_its_time_and_what_it_finds() -> None:
    found = figures_of("search")
    assert set(found) == {"p95_ms", "recall_at_5"}
    assert found["p95_ms"] > 0
    # Not a matter of speed: the questions are always the same.
    assert found["recall_at_5"] >= 0.95


def test_merge_and_wire_tell_their_ratios_to_the_peers() -> None:
    pytest.importorskip("pycrdt", reason="installed by `dev.py bench merge`")
    pytest.importorskip("loro", reason="installed by `dev.py bench merge`")
    merge, wire = figures_of("merge"), figures_of("wire")
    assert set(merge) == {"ratio_20k", "ratio_100k"}
    assert set(wire) == {"bytes_per_change", "ratio_to_loro_zstd", "disk_ratio_to_loro"}
    assert min(*merge.values(), *wire.values()) > 0


def test_paint_tells_its_figures_and_those_of_the_peers_that_are_there() -> None:
    found = figures_of("paint")
    peers = {"ratio_to_mapnik", "times_faster_than_qgis"}
    assert set(found) - peers == {"two_process_gain", "tiles_per_s"}
    assert ("ratio_to_mapnik" in found) == (importlib.util.find_spec("mapnik") is not None)
    assert min(found.values()) > 0


def test_build_tells_what_a_base_map_costs_and_that_killed_ones_go_on() -> None:
    found = figures_of("build")
    always = {"monaco_s", "monaco_mb", "monaco_pack_mb", "resumed"}
    shared = {"cost_per_tile_growth", "department_s", "department_mb"}
    assert set(found) in (always, always | shared)
    assert found["resumed"] == 2
    assert min(found.values()) > 0


def test_canvas_tells_frames_ticks_and_how_they_compare_where_qgis_is() -> None:
    found = figures_of("canvas")
    scenes = ("pan", "zoom", "cold_pan", "points_100k", "points_1m", "polygons_20k")
    frames = {f"{scene}_ms_{of}" for scene in scenes for of in ("median", "p95")}
    always = {"cold_pan_ms_max", "hit_ms_1m", "index_s_1m", "index_mb_1m"}
    ticks = {"tick_ms_p95", "tick_ms_max"}
    assert set(found) >= frames | always | ticks
    assert min(found[name] for name in frames) > 0
    # Not a matter of speed.
    assert found["paints_per_frame"] == 1
    compared = {name for name in found if "ratio_qgis" in name}
    assert len(compared) in (0, 5)
    assert set(found) - frames - always - ticks - compared == {"paints_per_frame"}


def test_open_and_memory_tell_what_a_large_map_costs() -> None:
    opened, held = figures_of("open"), figures_of("memory")
    assert set(opened) == {"open_ratio_1m"}
    assert set(held) == {"rss_mb_1m"}
    assert min(*opened.values(), *held.values()) > 0


# --- the workload -----------------------------------------------------------------------------


def test_the_workload_is_the_same_each_time_and_a_larger_map_begins_with_a_smaller_one() -> None:
    assert list(workload.edits(3, 200, 1000)) == list(workload.edits(3, 200, 1000))
    assert list(workload.places(50)) == list(workload.places(80))[:50]
    ids = [place.id for place in workload.places(80)]
    assert len(set(ids)) == len(ids)
    assert {(uuid[6] >> 4, uuid[8] >> 6) for uuid in ids} == {(7, 2)}


def test_the_edits_are_mixed_as_the_workload_says() -> None:
    kinds = Counter(type(edit) for edit in workload.edits(0, 4000, 10_000))
    said = {Create: 0.35, Set: 0.45, Tag: 0.10, Delete: 0.05, Comment: 0.05}
    assert {kind: round(kinds[kind] / 4000, 1) for kind in said} == pytest.approx(said, abs=0.051)


def test_residents_meet_one_another_in_the_centre() -> None:
    touched = [
        {edit.index for edit in workload.edits(r, 300, 1000) if not isinstance(edit, Create)}
        for r in (0, 1)
    ]
    assert len((touched[0] & touched[1]) - {None}) > 10


def test_a_merge_holds_every_edit_and_shows_the_new_places(tmp_path: Path) -> None:
    size, edits = 300, 60
    bundles = town.write_bundles(town.town(size), tmp_path / "bundles", edits, size)
    path = town.copy_of(town.town(size), tmp_path / "ours")
    opening = 3
    assert town.merge_file(path, bundles) == workload.RESIDENTS * (edits + opening)
    project = Project.open(path, read_only=True)
    try:
        shown = {
            row[0] for row in project.connection.execute("SELECT uuid FROM shown WHERE life = 1")
        }
    finally:
        project.close()
    made, withdrawn = set(), set()
    for resident in range(workload.RESIDENTS):
        for edit in workload.edits(resident, edits, size):
            if isinstance(edit, Create):
                made.add(edit.place.id)
            elif isinstance(edit, Delete) and edit.index is None:
                withdrawn.add(edit.id)
    assert made
    assert withdrawn
    # A resident's delete of the founder's place is a mark: it waits, and hides nothing.
    assert shown == {workload.place_id(index) for index in range(size)} | (made - withdrawn)
