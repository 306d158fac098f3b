"""How likely two places are one: what is known of a pair as columns, weighed into a score.

The weights and how they were found: docs/decisions/0030-duplicates.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.kinds import ALIKE, ALL, RELATED, SIZES_M, kind_of_category
from collabmap.domain.name_table import NameLikeness, NameTable, compared
from collabmap.domain.norms import Norms
from collabmap.domain.pair_blocks import distances_m
from collabmap.domain.places import Places

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# From this score on, a pair is shown to a coordinator.
THRESHOLD = 0.5
# Categories that no kind is known of: of one nature, of two, of two keys, of none known.
_ONE_NATURE, _TWO_NATURES, _TWO_KEYS, _UNKNOWN = 0.5, 0.0, 0.1, 0.5
# Metres: farther apart, a thing of another category stands beside this one.
_BESIDE_M = 12.0
# How much a kind counts that does not come first.
_NOT_FIRST = 0.4
# An address without its street's name in common is another.
_SAME_STREET, _OTHER_STREET = 0.75, 0.5
# Of these, two of one name near each other are usual everywhere.
_TWIN_FAMILIES = ("stop", "furniture")
_TWINS = np.array([*(kind.family in _TWIN_FAMILIES for kind in ALL), False], np.float64)
# In an address, unlike a name, this is no initial.
_RUE = re.compile(r"\br\b\.? ?", re.IGNORECASE)
# Photos so near in time were likely taken on the spot.
PHOTOS_MIN = 10.0

# What weighs for two named places, as log odds.
WEIGHTS: Mapping[str, float] = {
    "base": -4.6,
    "alike": 5.5,
    "within": 2.2,
    "said": 1.2,
    "far": -0.9,
    "vague": -1.8,
    "bare": 4.0,
    "category": 1.2,
    "apart": -4.5,
    "beside": -3.5,
    "twins": -6.0,
    "clash": -2.0,
    "kinds": -3.5,
    "numbers": -4.0,
    "sides": -3.0,
    "one_number": -0.8,
}
_SAME_ADDRESS, _OTHER_ADDRESS, _PHOTOS = 1.2, -1.0, 0.3
# One name, or none.
_ONE_NAME, _NO_NAME, _NEVER = 0.9, 0.6, -9.0
_ONE_NAME_FAR, _NO_NAME_FAR = 1.8, 6.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of pairs, an entry a pair.

    distance_m: NaN if unknown.  far: the distance for things of such a size, 0 at the same spot.
    spot: 0 at the same spot, near 1 beyond.  category: 0 to 1, how alike the categories are.
    is_bare: whether one name says a kind and no more.
    twins: 1 where two of this kind often have one name, else 0.
    beside: 0 to 1, whether one name says a kind that the other's category is not.  address: 1 the
    same, -1 another, 0 unknown.
    minutes: between the photos, NaN if unknown.  nameless: how many of the two have no name.
    """

    names: NameLikeness
    distance_m: Floats
    far: Floats
    spot: Floats
    category: Floats
    beside: Floats
    is_bare: NDArray[np.bool_]
    twins: Floats
    address: Floats
    minutes: Floats
    nameless: Ints


class Scale:
    """What scores the pairs of some places: their texts taken apart, once.

    size_m: by place, how far apart two marks of the same thing easily are.
    """

    def __init__(self, places: Places, norms: Norms, table: NameTable | None = None) -> None:
        self.places = places
        self.table = table or NameTable.of(places.names)
        self._weights = norms.weights(self.table.vocabulary)
        self._addresses = NameTable.of([_RUE.sub("rue ", text) for text in places.addresses])
        self._address_weights = Norms().weights(self._addresses.vocabulary)
        kinds = [kind_of_category(category) for category in places.categories]
        self._kind = np.array([kind.number if kind else -1 for kind in kinds], np.int64)
        self._key = np.array([category.partition("=")[0] for category in places.categories])
        self._has_key = np.array(["=" in category for category in places.categories], np.bool_)
        self._is_unsaid = np.array([not category for category in places.categories], np.bool_)
        number_of = {nature: n for n, nature in enumerate(sorted(set(places.natures) - {""}))}
        self._nature = np.array([number_of.get(one, -1) for one in places.natures], np.int64)
        by_name = self.table.first_kind[places.name].astype(np.int64)
        of_category = self._kind[places.category]
        self._kind_of = np.where(of_category >= 0, of_category, by_name)
        self._twins = _TWINS[self._kind_of]
        self.size_m = self._sizes_m(norms)

    def _sizes_m(self, norms: Norms) -> Floats:
        """Return sizes by what the category says; if it says no kind, by what the name says."""
        usual = SIZES_M[self._kind_of]
        learned = np.array([norms.sizes_m.get(one, np.nan) for one in self.places.categories])
        here = learned[self.places.category]
        both = np.where(np.isnan(here), usual, np.sqrt(usual * here))
        return np.asarray(both + self.places.radius_m, np.float64)

    def evidence(self, one: Ints, other: Ints) -> Evidence:
        """Return what is known of pairs.  one, other: int64 entries of the places."""
        places = self.places
        distance = distances_m(places.lng, places.lat, one, other)
        a, b = places.category[one], places.category[other]
        categories = self._categories(a, b)
        size = np.where(
            categories < RELATED,
            np.minimum(self.size_m[one], self.size_m[other]),
            np.maximum(self.size_m[one], self.size_m[other]),
        )
        away = np.where(np.isnan(distance), size, distance)
        taken_a, taken_b = places.taken_ms[one], places.taken_ms[other]
        both = (taken_a > 0) & (taken_b > 0)
        empty = self.table.is_empty.astype(np.int64)
        names = self._names(places.name[one], places.name[other])
        return Evidence(
            names,
            distance,
            np.log2(1 + away / size),
            away / (away + _BESIDE_M),
            categories,
            np.maximum(
                self._beside(names.extra_one, one, other),
                self._beside(names.extra_other, other, one),
            ),
            self.table.is_bare[places.name[one]] | self.table.is_bare[places.name[other]],
            np.maximum(self._twins[one], self._twins[other]),
            self._address(places.address[one], places.address[other]),
            np.where(both, np.abs(taken_a - taken_b) / 60_000, np.nan),
            empty[places.name[one]] + empty[places.name[other]],
        )

    def _names(self, one: Ints, other: Ints) -> NameLikeness:
        """Return how alike names are; two names are compared once, however often they meet."""
        codes, where = np.unique(one * len(self.table.names) + other, return_inverse=True)
        found = compared(self.table, self._weights, *np.divmod(codes, len(self.table.names)))
        return NameLikeness(
            *(getattr(found, name)[where.reshape(-1)] for name in NameLikeness.__slots__)
        )

    def _categories(self, a: Ints, b: Ints) -> Floats:
        """Return how alike categories are, 0 to 1."""
        nature_a, nature_b = self._nature[a], self._nature[b]
        is_known = (nature_a >= 0) & (nature_b >= 0)
        by_nature = np.where(nature_a == nature_b, _ONE_NATURE, _TWO_NATURES)
        found = np.where(is_known, by_nature, _UNKNOWN)
        # Tags of two keys, `shop=gift` and `tourism=museum`, are two things.
        two_keys = self._has_key[a] & self._has_key[b] & (self._key[a] != self._key[b])
        found = np.where(two_keys, _TWO_KEYS, found)
        kind_a, kind_b = self._kind[a], self._kind[b]
        found = np.where((kind_a >= 0) & (kind_b >= 0), ALIKE[kind_a, kind_b], found)
        return np.where((a == b) & ~self._is_unsaid[a], 1.0, found).astype(np.float64)

    def _beside(self, extra: NDArray[np.int16], place: Ints, other: Ints) -> Floats:
        """Return how far a kind that one name adds is none that the other place is.

        That its category says, or else its name.  « Parking du stade » is a car park, « stade du
        parking » is a stadium: the first kind of a name counts most.
        """
        first_kind = self.table.first_kind[self.places.name]
        kind = self._kind_of[other]
        both = (extra >= 0) & (kind >= 0)
        share = np.where(extra == first_kind[place], 1.0, _NOT_FIRST)
        return np.where(both, share * (1 - ALIKE[extra, kind]), 0.0).astype(np.float64)

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


def signs(evidence: Evidence) -> Mapping[str, NDArray[np.floating]]:
    """Return what WEIGHTS weighs."""
    names = evidence.names
    return {
        "base": np.ones(len(evidence.far)),
        "alike": names.alike,
        "within": names.within * names.said,
        "said": names.alike * names.said,
        "far": evidence.far,
        "vague": evidence.far * (1 - names.said),
        "bare": evidence.is_bare
        * names.within
        * (1 - names.alike)
        * (1 - evidence.beside)
        * np.maximum(0, 1 - 4 * names.kinds),
        "category": evidence.category,
        "apart": np.maximum(0, 1 - evidence.category / _UNKNOWN) * evidence.spot,
        "beside": evidence.beside,
        "twins": evidence.twins * evidence.spot,
        "clash": names.clash,
        "kinds": names.kinds,
        "numbers": names.numbers,
        "sides": names.sides,
        "one_number": names.one_number,
    }


def score(evidence: Evidence) -> Floats:
    """Return scores from 0 to 1; never more where the distance is greater."""
    named = sum(WEIGHTS[sign] * values for sign, values in signs(evidence).items())
    same = evidence.category >= 1
    one = np.where(same, _ONE_NAME, _NEVER) - _ONE_NAME_FAR * evidence.far
    none = np.where(same, _NO_NAME, _NEVER) - _NO_NAME_FAR * evidence.far
    found = np.choose(evidence.nameless, [named, one, none])
    found = found + np.where(evidence.address > 0, _SAME_ADDRESS, 0.0)
    found = found + np.where(evidence.address < 0, _OTHER_ADDRESS, 0.0)
    found = found + np.where(evidence.minutes <= PHOTOS_MIN, _PHOTOS, 0.0)
    return np.asarray(1 / (1 + np.exp(-found)), np.float64)
