"""How many duplicates are found, how many of those found are none, and what it costs.

precision, recall, f1: at the default threshold, over all pairs of the public sets of
dedupe_sets.py, and by set beside.  baseline_f1: the same pairs by what everybody would try first:
difflib's ratio of the folded names at least 0.7 within 100 m; one place to one place or each with
all, whichever is better.  s_20k, s_100k, s_1m: processor's time to find the pairs of a map with
real names of a town; growth: the time a place of the largest over that of 100,000.

--pairs FILE.csv: how labelled pairs are judged, each alone, with no map around.
"""

import argparse
import difflib
import math
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dedupe_sets
import twin_town
from dedupe_sets import Known, Labelled
from figures import Figure, report
from measuring import peak_mb

from collabmap.domain.duplicates import find_pairs, pairs_near
from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.name_parts import parts_of
from collabmap.domain.name_words import fold
from collabmap.domain.places import Place, Places

BASELINE_RATIO, BASELINE_M = 0.7, 100.0
# Sizes by the names of their figures.
SIZES = {"s_20k": 20_000, "s_100k": 100_000, "s_1m": 1_000_000}
QUICK_SIZES = {"s_20k": 1_000, "s_100k": 2_000, "s_1m": 4_000}
# Maps of so many places are looked through more than once.
OFTEN = 100_000
Ids = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Hits:
    """right: pairs found that are one.  wrong: that are not.  missed: pairs that were not found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        there = self.right + self.missed
        return self.right / there if there else 1.0

    @property
    def f1(self) -> float:
        amiss = self.wrong + self.missed
        return 2 * self.right / (2 * self.right + amiss) if amiss or self.right else 1.0

    def __add__(self, other: "Hits") -> "Hits":
        return Hits(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench duplicates")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pairs", type=Path, metavar="FILE.csv")
    asked = parser.parse_args(argv)
    if asked.pairs:
        return _report_pairs(dedupe_sets.labelled_rows(asked.pairs))
    figures, beside = _times(QUICK_SIZES if asked.quick else SIZES)
    if dedupe_sets.DEDUPE.is_dir():
        known, more = _sets(dedupe_sets.known_sets())
        figures, beside = known + figures, more | beside
    else:
        print("The public sets are not beside the project: only times are measured.")
    return report("duplicates", figures, beside)


# --- what is found ----------------------------------------------------------------------------


def _sets(sets: Sequence[Known]) -> tuple[list[Figure], dict[str, float]]:
    ours, baseline = Hits(0, 0, 0), Hits(0, 0, 0)
    beside: dict[str, float] = {}
    for known in sets:
        found = found_in(known)
        hits, plain = hits_of(known, found), baseline_hits(known)
        ours, baseline = ours + hits, baseline + plain
        beside |= _by_name(known.name, hits, plain)
        for why, some in known.apart.items():
            beside[f"{known.name}_found_of_{why}"] = len(found & some) / len(some)
    return _figures(ours, baseline, 0.8), beside


def found_in(known: Known) -> frozenset[Ids]:
    """Return the pairs of one place of each map that are found, both maps lying on each other."""
    first = {place.id for place in known.first}
    pairs = find_pairs(Places.of([*known.first, *known.second]))
    ways = ((pair.one, pair.other) for pair in pairs)
    ordered = (way if way[0] in first else way[::-1] for way in ways)
    return frozenset(way for way in ordered if way[0] in first and way[1] not in first)


def hits_of(known: Known, found: Iterable[Ids]) -> Hits:
    counted = set(found) - known.unsure
    right = len(counted & known.same)
    return Hits(right, len(counted) - right, len(known.same) - right)


def baseline_hits(known: Known) -> Hits:
    ratios = {
        (one.id, other.id): ratio
        for one in known.first
        for other in known.second
        if (ratio := baseline_ratio(one, other)) >= BASELINE_RATIO
    }
    taken: set[bytes] = set()
    alone = set()
    for pair in sorted(ratios, key=lambda pair: (-ratios[pair], pair)):
        if not taken & set(pair):
            taken |= set(pair)
            alone.add(pair)
    return max(hits_of(known, ratios), hits_of(known, alone), key=lambda hits: hits.f1)


def baseline_ratio(one: Place, other: Place) -> float:
    """Return the ratio of folded names, 0 for what lies too far apart or has no name."""
    names = fold(one.name), fold(other.name)
    is_known = not any(map(math.isnan, (one.lng, one.lat, other.lng, other.lat)))
    here, there = LngLat(one.lng, one.lat), LngLat(other.lng, other.lat)
    if not all(names) or (is_known and distance_m(here, there) > BASELINE_M):
        return 0.0
    return difflib.SequenceMatcher(None, *names).ratio()


def _by_name(name: str, hits: Hits, plain: Hits) -> dict[str, float]:
    return {
        f"{name}_precision": hits.precision,
        f"{name}_recall": hits.recall,
        f"{name}_f1": hits.f1,
        f"{name}_baseline_f1": plain.f1,
        f"{name}_same": float(hits.right + hits.missed),
    }


def _figures(hits: Hits, baseline: Hits, least: float) -> list[Figure]:
    return [
        Figure("precision", hits.precision, "", least, is_floor=True),
        Figure("recall", hits.recall, "", least, is_floor=True),
        Figure("f1", hits.f1, "", baseline.f1, is_floor=True),
        Figure("baseline_f1", baseline.f1, "", 1.0),
    ]


def _report_pairs(rows: Sequence[Labelled]) -> int:
    ours = _judged(rows, [bool(pairs_near(row.one, [row.other])) for row in rows])
    plain = _judged(rows, [baseline_ratio(row.one, row.other) >= BASELINE_RATIO for row in rows])
    same = sum(row.is_same for row in rows)
    return report("duplicates", _figures(ours, plain, 0.0), {"pairs": len(rows), "same": same})


def _judged(rows: Sequence[Labelled], said: Sequence[bool]) -> Hits:
    count: Mapping[tuple[bool, bool], int] = Counter(
        (row.is_same, is_said) for row, is_said in zip(rows, said, strict=True)
    )
    return Hits(count[True, True], count[False, True], count[True, False])


# --- what it costs ----------------------------------------------------------------------------


def _times(sizes: Mapping[str, int]) -> tuple[list[Figure], dict[str, float]]:
    spent, beside = {}, {}
    for name, size in sizes.items():
        town = twin_town.places(size)
        rounds = [_seconds(town) for _round in range(1 if size > OFTEN else 3)]
        spent[name] = statistics.median(seconds for seconds, _pairs in rounds)
        beside[f"pairs_{name[2:]}"] = rounds[0][1]
    a_place = {name: seconds / sizes[name] for name, seconds in spent.items()}
    beside["peak_mb"] = peak_mb()
    figures = [
        Figure("s_20k", spent["s_20k"], "s", 2.0),
        Figure("s_100k", spent["s_100k"], "s", 10.0),
        Figure("s_1m", spent["s_1m"], "s", 100.0),
        Figure("growth", a_place["s_1m"] / max(a_place["s_100k"], 1e-9), "", 1.3),
    ]
    return figures, beside


def _seconds(town: Places) -> tuple[float, float]:
    """Return processor's seconds, and how many pairs were found."""
    # Names of another round are not known yet.
    parts_of.cache_clear()
    begun = time.process_time()
    pairs = find_pairs(town)
    return time.process_time() - begun, float(len(pairs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
