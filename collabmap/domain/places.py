"""Places as they are compared with each other: one, or those of a whole map in columns."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.mark_columns import MarkColumns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is compared.

    lng, lat: WGS84 degrees, NaN if unknown.  nature: of its category, as in the theme, '' if
    unknown.  address: '' if unknown.  taken_ms: when its photo was
    taken, 0 if unknown.  radius_m: half the diagonal of its own box, 0 of a point.
    """

    id: bytes
    name: str
    category: str
    lng: float
    lat: float
    address: str = ""
    taken_ms: int = 0
    radius_m: float = 0.0
    nature: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Places in columns, an entry a place.

    name, category, address: int64 into `names`, `categories`, `addresses`; natures: by category.
    lng, lat, taken_ms, radius_m: as in Place.
    """

    ids: Sequence[bytes]
    name: Ints
    names: Sequence[str]
    category: Ints
    categories: Sequence[str]
    natures: Sequence[str]
    lng: Floats
    lat: Floats
    address: Ints
    addresses: Sequence[str]
    taken_ms: Ints
    radius_m: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, places: Sequence[Place]) -> "Places":
        """Return places as columns."""
        name, names = _coded([place.name for place in places])
        category, kinds = _coded([(place.category, place.nature) for place in places])
        address, addresses = _coded([place.address for place in places])
        return cls(
            [place.id for place in places], name, names,
            category, [kind[0] for kind in kinds], [kind[1] for kind in kinds],
            np.array([place.lng for place in places], np.float64),
            np.array([place.lat for place in places], np.float64),
            address, addresses,
            np.array([place.taken_ms for place in places], np.int64),
            np.array([place.radius_m for place in places], np.float64),
        )  # fmt: skip

    @classmethod
    def of_marks(
        cls,
        marks: MarkColumns,
        natures: Mapping[str, str] | None = None,
        addresses: Mapping[bytes, str] | None = None,
        taken_ms: Mapping[bytes, int] | None = None,
        radius_m: Mapping[bytes, float] | None = None,
    ) -> "Places":
        """Return the marks of a map as columns.

        natures: by category.  The other mappings: by id, where something is known.
        """
        ids = [bytes(row) for row in marks.ids.astype(">u8").view("V16").reshape(-1)]
        name, names = _coded([marks.name(row) for row in range(len(marks))])
        address, texts = _coded([(addresses or {}).get(one, "") for one in ids])
        return cls(
            ids, name, names, marks.category.astype(np.int64), marks.categories,
            [(natures or {}).get(one, "") for one in marks.categories],
            marks.lng, marks.lat, address, texts,
            np.array([(taken_ms or {}).get(one, 0) for one in ids], np.int64),
            np.array([(radius_m or {}).get(one, 0.0) for one in ids], np.float64),
        )  # fmt: skip

    def taken(self, rows: Ints) -> "Places":
        """Return some of the places; they share their texts."""
        return Places(
            [self.ids[row] for row in rows], self.name[rows], self.names,
            self.category[rows], self.categories, self.natures, self.lng[rows], self.lat[rows],
            self.address[rows], self.addresses, self.taken_ms[rows], self.radius_m[rows],
        )  # fmt: skip


def _coded(values: Sequence[T]) -> tuple[Ints, list[T]]:
    """Return the values as numbers into the distinct ones, in the order they come."""
    number_of: dict[T, int] = {}
    coded = [number_of.setdefault(value, len(number_of)) for value in values]
    return np.array(coded, np.int64), list(number_of)
