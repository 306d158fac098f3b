"""Which places of a map may be one and the same, and why: docs/decisions/0030-duplicates.md.

A pair is scored from its names, the kinds that names and categories say, the distance for things
of such a size, addresses, and photos.  What is usual is learned from the map itself (Norms).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from collabmap.domain import pair_blocks
from collabmap.domain.kinds import FAMILY
from collabmap.domain.name_table import NameTable
from collabmap.domain.norms import Norms
from collabmap.domain.pair_score import PHOTOS_MIN, THRESHOLD, Evidence, Scale, score
from collabmap.domain.places import Place, Places

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# How far apart two marks of the same place are looked for: with a word of their names in common
# (large things further), and without.
REACH_M, LARGE_REACH_M, NEAR_M = 250.0, 1_000.0, 50.0
_LARGE_M = 90.0
# Without a word in common, so much of the pairs of letters of the shorter name.
_LETTERS = 0.4
# So many places are looked at together; what is around them comes along.
_TOGETHER = 40_000
_SCORED_TOGETHER = 1 << 17


class ReasonKind(StrEnum):
    """What speaks for or against two places being one."""

    DISTANCE = "distance"
    SAME_CATEGORY = "same_category"
    LIKE_CATEGORIES = "like_categories"
    OTHER_CATEGORIES = "other_categories"
    SAME_NAMES = "same_names"
    LIKE_NAMES = "like_names"
    NAME_WITHIN = "name_within"
    ONE_NAMELESS = "one_nameless"
    NAMELESS = "nameless"
    OTHER_NUMBERS = "other_numbers"
    SAME_ADDRESS = "same_address"
    OTHER_ADDRESSES = "other_addresses"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two places may be one, without words.

    value: metres of DISTANCE, minutes between PHOTOS.  texts: what the two places say: their
    names, categories (ids) or addresses.
    """

    kind: ReasonKind
    value: float = 0.0
    texts: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places that may be one.  one < other: ids.  score: 0 to 1.  reasons: the best first."""

    one: bytes
    other: bytes
    score: float
    reasons: tuple[Reason, ...]


def find_pairs(
    places: Places,
    norms: Norms | None = None,
    threshold: float = THRESHOLD,
    *,
    about: NDArray[np.bool_] | None = None,
    step: Callable[[int], None] | None = None,
) -> list[Pair]:
    """Return the pairs of places that may be one, by score, the likeliest first.

    norms: what is usual, None to learn it from these places.  about: of which places pairs are
    wanted, None for all.  step: told now and then how many places have been looked at; it may
    raise to stop.  Time and the number of pairs that are looked at grow with the count of places;
    a minute for a million, so never on the GUI thread.
    """
    table = NameTable.of(places.names)
    scale = Scale(places, norms or Norms.of(places, table), table)
    found: list[Pair] = []
    for done, (one, other) in enumerate(_candidates(scale)):
        if step is not None:
            step(min(len(places), done * _TOGETHER))
        if about is not None:
            is_wanted = about[one] | about[other]
            one, other = one[is_wanted], other[is_wanted]
        found += _pairs(scale, one, other, threshold)
    return sorted(found, key=_rank)


def reaches_m(places: Places, norms: Norms) -> Floats:
    """Return how far away, in metres, another place can be that each of these may be one with."""
    size_m = Scale(places, norms).size_m
    return np.where(size_m >= _LARGE_M, LARGE_REACH_M, REACH_M)


def pairs_near(
    place: Place,
    candidates: Sequence[Place],
    norms: Norms | None = None,
    threshold: float = THRESHOLD,
) -> list[Pair]:
    """Return the same for one place against some: a millisecond for a hundred.

    Of two places whose distance is not known, all else is compared.
    """
    others = [other for other in candidates if other.id != place.id]
    places = Places.of([place, *others])
    scale = Scale(places, norms or Norms())
    other = np.arange(1, len(places))
    one = np.zeros_like(other)
    is_wanted = _is_candidate(scale, one, other)
    return sorted(_pairs(scale, one[is_wanted], other[is_wanted], threshold), key=_rank)


def _rank(pair: Pair) -> tuple[float, bytes, bytes]:
    return -pair.score, pair.one, pair.other


# --- which pairs are looked at ----------------------------------------------------------------


def _candidates(scale: Scale) -> Iterator[tuple[Ints, Ints]]:
    """Yield the pairs worth a score, each once: one strip of the map after the other."""
    places = scale.places
    band = np.floor(places.lat * pair_blocks.M_A_DEGREE / LARGE_REACH_M)
    there = np.flatnonzero(np.isfinite(places.lng) & np.isfinite(band))
    there = there[np.argsort(band[there], kind="stable")]
    begin = 0
    while begin < len(there):
        last = band[there[min(begin + _TOGETHER, len(there)) - 1]]
        end = int(np.searchsorted(band[there], last, "right"))
        # One band more: what lies above the last may be one with what lies in it.
        beyond = int(np.searchsorted(band[there], last + 1, "right"))
        yield from _in_strip(scale, np.sort(there[begin:beyond]), band, float(last))
        begin = end


def _in_strip(scale: Scale, strip: Ints, band: Floats, last: float) -> Iterator[tuple[Ints, Ints]]:
    """Yield the pairs of a strip of which one at least lies in its bands up to the last."""
    places, codes = scale.places, []
    for rows, keys, reach_m in _keyed(scale, strip):
        for one, other in pair_blocks.near_pairs(places.lng, places.lat, rows, keys, reach_m):
            is_wanted = np.minimum(band[one], band[other]) <= last
            is_wanted[is_wanted] = _is_candidate(scale, one[is_wanted], other[is_wanted])
            codes.append(_distinct(one[is_wanted] * len(places) + other[is_wanted]))
    found = _distinct(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    for begin in range(0, len(found), _SCORED_TOGETHER):
        yield np.divmod(found[begin : begin + _SCORED_TOGETHER], len(places))


def _distinct(codes: Ints) -> Ints:
    """Return each code once, ascending: sorting a strip costs less than hashing it."""
    codes = np.sort(codes)
    is_new = np.ones(len(codes), np.bool_)
    is_new[1:] = codes[1:] != codes[:-1]
    return codes[is_new]


def _keyed(scale: Scale, strip: Ints) -> Iterator[tuple[Ints, Ints, float]]:
    """Yield what is looked up within which reach: entries, keys, metres."""
    places = scale.places
    keys = scale.table.keys[places.name[strip]].astype(np.int64)
    rows = np.broadcast_to(strip[:, None], keys.shape)
    is_large = (scale.size_m[strip] >= _LARGE_M)[:, None] & (keys > 0)
    yield rows[keys > 0], keys[keys > 0], REACH_M
    yield rows[is_large], keys[is_large], LARGE_REACH_M
    yield strip, np.zeros(len(strip), np.int64), NEAR_M


def _is_candidate(scale: Scale, one: Ints, other: Ints) -> NDArray[np.bool_]:
    """Whether pairs are worth a score: near, or with a key in common and not too far."""
    places, table = scale.places, scale.table
    a, b = places.name[one], places.name[other]
    distance = pair_blocks.distances_m(places.lng, places.lat, one, other)
    size = np.minimum(scale.size_m[one], scale.size_m[other])
    reach = np.where(size >= _LARGE_M, LARGE_REACH_M, REACH_M)
    shares_key = np.zeros(len(one), np.bool_)
    for column in table.keys.T:
        mine = column[a]
        shares_key |= (mine > 0) & (table.keys[b] == mine[:, None]).any(1)
    bits_a, bits_b = table.letters[a], table.letters[b]
    both = np.bitwise_count(bits_a & bits_b)
    least = np.minimum(np.bitwise_count(bits_a), np.bitwise_count(bits_b))
    is_spelt_so = both >= _LETTERS * least
    has_none = table.is_empty[a] | table.is_empty[b]
    # « Mairie de Nice » and « Hôtel de ville » have no word in common.
    kind = table.first_kind
    is_bare = (table.is_bare[a] | table.is_bare[b]) & (kind[a] == kind[b])
    unknown = np.isnan(distance)
    found = shares_key & ((distance <= reach) | unknown)
    found |= (is_spelt_so | has_none | is_bare) & ((distance <= NEAR_M) | unknown)
    return found


# --- what is said about them ------------------------------------------------------------------


def _pairs(scale: Scale, one: Ints, other: Ints, threshold: float) -> list[Pair]:
    if not len(one):
        return []
    evidence = scale.evidence(one, other)
    scores = score(evidence)
    return [
        _pair(scale, evidence, int(at), int(one[at]), int(other[at]), float(scores[at]))
        for at in np.flatnonzero(scores >= threshold)
    ]


def _pair(scale: Scale, evidence: Evidence, at: int, one: int, other: int, value: float) -> Pair:
    ids = scale.places.ids
    if ids[other] < ids[one]:
        one, other = other, one
    return Pair(ids[one], ids[other], value, _reasons(scale.places, evidence, at, one, other))


def _reasons(
    places: Places, evidence: Evidence, at: int, one: int, other: int
) -> tuple[Reason, ...]:
    """Return the reasons in the order they are said: where, what, its name, and the rest."""
    found = []
    if not np.isnan(evidence.distance_m[at]):
        found.append(Reason(ReasonKind.DISTANCE, float(evidence.distance_m[at])))
    categories = (
        places.categories[places.category[one]], places.categories[places.category[other]],
    )  # fmt: skip
    if categories[0] == categories[1]:
        kind = ReasonKind.SAME_CATEGORY
    elif evidence.category[at] >= FAMILY:
        kind = ReasonKind.LIKE_CATEGORIES
    else:
        kind = ReasonKind.OTHER_CATEGORIES
    found.append(Reason(kind, texts=categories))
    names = places.names[places.name[one]], places.names[places.name[other]]
    found.append(Reason(_about_names(evidence, at, names), texts=names))
    if evidence.names.numbers[at] > 0 or evidence.names.sides[at] > 0:
        found.append(Reason(ReasonKind.OTHER_NUMBERS, texts=names))
    addresses = (
        places.addresses[places.address[one]], places.addresses[places.address[other]],
    )  # fmt: skip
    if evidence.address[at] > 0:
        found.append(Reason(ReasonKind.SAME_ADDRESS, texts=addresses))
    elif evidence.address[at] < 0:
        found.append(Reason(ReasonKind.OTHER_ADDRESSES, texts=addresses))
    if evidence.minutes[at] <= PHOTOS_MIN:
        found.append(Reason(ReasonKind.PHOTOS, float(evidence.minutes[at])))
    return tuple(found)


def _about_names(evidence: Evidence, at: int, names: tuple[str, str]) -> ReasonKind:
    if evidence.nameless[at]:
        both = evidence.nameless[at] == 2
        return ReasonKind.NAMELESS if both else ReasonKind.ONE_NAMELESS
    if names[0] == names[1]:
        return ReasonKind.SAME_NAMES
    like = evidence.names
    is_within = like.within[at] > 0.95 and like.alike[at] < 0.9
    return ReasonKind.NAME_WITHIN if is_within else ReasonKind.LIKE_NAMES
