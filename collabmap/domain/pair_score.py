"""How likely two places are one: what is known of a pair as columns, weighed into a score.

The weights and how they were found: docs/decisions/0030-duplicates.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.kind_words import ALIKE, FAMILY, kind_of_category
from collabmap.domain.name_table import NameLikeness, NameTable, compared
from collabmap.domain.norms import Norms
from collabmap.domain.pair_blocks import distances_m
from collabmap.domain.places import Places

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# From this score on, a pair is shown to a coordinator.
THRESHOLD = 0.5
# Categories that no kind is known of: of one nature, of two, of none known.
_ONE_NATURE, _TWO_NATURES, _NO_NATURE = 0.5, 0.1, 0.4
# An address without its street's name in common is another.
_SAME_STREET, _OTHER_STREET = 0.75, 0.5
# Photos so near in time were likely taken on the spot.
PHOTOS_MIN = 10.0
# Two things without a name: where, at most, they may be one.
_NAMELESS_M = 3.0

# A pair of names.
_BASE = -4.6
_ALIKE, _WITHIN, _SAID = 5.5, 2.2, 1.2
_FAR = -0.9
_CATEGORY = 1.6
_KINDS, _NUMBERS, _SIDES, _ONE_NUMBER = -3.5, -4.0, -3.0, -0.8
_SAME_ADDRESS, _OTHER_ADDRESS, _PHOTOS = 1.2, -1.0, 0.3
# One name, or none.
_ONE_NAME, _NO_NAME = -0.2, 0.6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of pairs, an entry a pair.

    distance_m: NaN if unknown.  far: the distance for things of such a size, 0 at the same spot.
    category: 0 to 1, how alike the categories are.  address: 1 the same, -1 another, 0 unknown.
    minutes: between the photos, NaN if unknown.  nameless: how many of the two have no name.
    """

    names: NameLikeness
    distance_m: Floats
    far: Floats
    category: Floats
    address: Floats
    minutes: Floats
    nameless: Ints


class Scale:
    """What scores the pairs of some places: their texts taken apart, once."""

    def __init__(self, places: Places, norms: Norms, table: NameTable | None = None) -> None:
        self.places = places
        self.table = table or NameTable.of(places.names)
        self._weights = norms.weights(self.table.vocabulary)
        self._addresses = NameTable.of(places.addresses)
        self._address_weights = Norms().weights(self._addresses.vocabulary)
        kinds = [kind_of_category(category) for category in places.categories]
        self._kind = np.array([kind.number if kind else -1 for kind in kinds], np.int64)
        sizes = zip(places.categories, kinds, strict=True)
        self.size_m = np.array([norms.size_m(*each) for each in sizes], np.float64)
        number_of = {nature: n for n, nature in enumerate(sorted(set(places.natures) - {""}))}
        self._nature = np.array([number_of.get(one, -1) for one in places.natures], np.int64)

    def evidence(self, one: Ints, other: Ints) -> Evidence:
        """Return what is known of pairs.  one, other: int64 entries of the places."""
        places = self.places
        distance = distances_m(places.lng, places.lat, one, other)
        a, b = places.category[one], places.category[other]
        size = np.maximum(self.size_m[a], self.size_m[b])
        size = size + places.radius_m[one] + places.radius_m[other]
        far = np.log2(1 + np.where(np.isnan(distance), size, distance) / size)
        taken_a, taken_b = places.taken_ms[one], places.taken_ms[other]
        both = (taken_a > 0) & (taken_b > 0)
        empty = self.table.is_empty.astype(np.int64)
        return Evidence(
            self._names(places.name[one], places.name[other]),
            distance,
            far,
            self._categories(a, b),
            self._address(places.address[one], places.address[other]),
            np.where(both, np.abs(taken_a - taken_b) / 60_000, np.nan),
            empty[places.name[one]] + empty[places.name[other]],
        )

    def _names(self, one: Ints, other: Ints) -> NameLikeness:
        """Return how alike names are; two names are compared once, however often they meet."""
        low, high = np.minimum(one, other), np.maximum(one, other)
        codes, where = np.unique(low * len(self.table.names) + high, return_inverse=True)
        low, high = np.divmod(codes, len(self.table.names))
        found = compared(self.table, self._weights, low, high)
        return NameLikeness(
            *(getattr(found, name)[where.reshape(-1)] for name in NameLikeness.__slots__)
        )

    def _categories(self, a: Ints, b: Ints) -> Floats:
        kind_a, kind_b = self._kind[a], self._kind[b]
        nature_a, nature_b = self._nature[a], self._nature[b]
        is_known = (nature_a >= 0) & (nature_b >= 0)
        by_nature = np.where(nature_a == nature_b, _ONE_NATURE, _TWO_NATURES)
        found = np.where(is_known, by_nature, _NO_NATURE)
        both = (kind_a >= 0) & (kind_b >= 0)
        found = np.where(both, ALIKE[kind_a, kind_b], found)
        return np.where(a == b, 1.0, found).astype(np.float64)

    def _address(self, one: Ints, other: Ints) -> Floats:
        table = self._addresses
        found = np.zeros(len(one))
        known = np.flatnonzero(~(table.is_empty[one] | table.is_empty[other]))
        if len(known):
            like = compared(table, self._address_weights, one[known], other[known])
            street = np.maximum(like.alike, like.within)
            is_same = (street >= _SAME_STREET) & (like.numbers < 0.5)
            is_other = (street < _OTHER_STREET) | (like.numbers >= 0.5)
            found[known] = np.where(is_same, 1.0, np.where(is_other, -1.0, 0.0))
        return found


def score(evidence: Evidence) -> Floats:
    """Return scores from 0 to 1; never more where the distance is greater."""
    names = evidence.names
    named = (
        _BASE
        + _ALIKE * names.alike
        + _WITHIN * names.within * names.said
        + _SAID * names.said * names.alike
        + _FAR * evidence.far
        + _CATEGORY * evidence.category
        + _KINDS * names.kinds
        + _NUMBERS * names.numbers
        + _SIDES * names.sides
        + _ONE_NUMBER * names.one_number
    )
    same = evidence.category >= 1
    one = np.where(evidence.category >= FAMILY, _ONE_NAME, -9.0) - evidence.far * 1.2
    none = np.where(same, _NO_NAME, -9.0) - np.nan_to_num(evidence.distance_m, nan=9.0) / 4
    found = np.choose(evidence.nameless, [named, one, none])
    found = found + np.where(evidence.address > 0, _SAME_ADDRESS, 0.0)
    found = found + np.where(evidence.address < 0, _OTHER_ADDRESS, 0.0)
    found = found + np.where(evidence.minutes <= PHOTOS_MIN, _PHOTOS, 0.0)
    return np.asarray(1 / (1 + np.exp(-found)), np.float64)
