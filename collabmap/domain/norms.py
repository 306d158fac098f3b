"""What is usual on a map: how often its names hold a word, how far apart like things lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.name_parts import usual_share
from collabmap.domain.name_table import NameTable
from collabmap.domain.pair_blocks import M_A_DEGREE
from collabmap.domain.places import Places

# So many names' worth of what is usual elsewhere is mixed into what a map says.
_PRIOR_NAMES = 500
# The weight of a word is 1 if it is in one name of so many, and 0 if it is in all.
_RARE = 1e-4
# Things lie so much further apart than two people would put one of them.
_SPACING = 3.0
_LEAST_M, _MOST_M = 4.0, 150.0
# From so many places on, a category's own spacing counts as much as what is known of its kind.
_ENOUGH = 12
_CELL_M = 250.0


@dataclass(frozen=True, slots=True)
class Norms:
    """names: how many the words were counted in.  words: how many of them hold a word, where more
    than one does.  sizes_m: by category, how far apart its places lie over _SPACING.
    """

    names: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    sizes_m: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Places, table: NameTable | None = None) -> "Norms":
        """Return what is usual among places.  table: of their names, if there is one already."""
        table = table or NameTable.of(places.names)
        times = np.bincount(places.name, minlength=len(places.names))
        counts = np.zeros(len(table.vocabulary), np.int64)
        for column in table.words.T:
            has = column >= 0
            counts += np.bincount(column[has], weights=times[has], minlength=len(counts)).astype(
                np.int64
            )
        words = {table.vocabulary[n]: int(counts[n]) for n in np.flatnonzero(counts > 1).tolist()}
        named = int(times[~table.is_empty].sum())
        return cls(named, words, _sizes_m(places))

    def weights(self, vocabulary: Sequence[str]) -> NDArray[np.float32]:
        """Return how telling words are: 1 for a rare one, near 0 for one that is everywhere."""
        usual = np.array([usual_share(word) for word in vocabulary])
        count = np.array([self.words.get(word, 1) - 1 for word in vocabulary])
        share = (count + usual * _PRIOR_NAMES) / (self.names + _PRIOR_NAMES)
        weight = np.log(share + 1e-9) / np.log(_RARE)
        return np.asarray(np.clip(weight, 0.05, 1.0), np.float32)


def _sizes_m(places: Places) -> dict[str, float]:
    """Return the size of each category that has enough places: from how dense they usually lie."""
    found = {}
    for number, category in enumerate(places.categories):
        rows = np.flatnonzero((places.category == number) & np.isfinite(places.lng))
        if len(rows) < _ENOUGH:
            continue
        around = _counts_around(places.lng[rows], places.lat[rows])
        spacing = 3 * _CELL_M / np.sqrt(float(np.median(around)))
        own = 2 * float(np.median(places.radius_m[rows]))
        found[category] = float(np.clip(max(spacing / _SPACING / 2, own), _LEAST_M, _MOST_M))
    return found


def _counts_around(lng: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many places lie in the nine cells around each."""
    y = np.floor(lat * M_A_DEGREE / _CELL_M).astype(np.int64)
    x = np.floor(lng * np.cos(np.radians(np.round(lat))) * M_A_DEGREE / _CELL_M).astype(np.int64)
    codes, where, counts = np.unique((y << 32) + x, return_inverse=True, return_counts=True)
    around = np.zeros(len(codes), np.int64)
    for north in (-1, 0, 1):
        for east in (-1, 0, 1):
            wanted = codes + (north << 32) + east
            at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
            around += np.where(codes[at] == wanted, counts[at], 0)
    return np.asarray(around[where.reshape(-1)], np.int64)
