"""Columns of marks made by hand or by Hypothesis, and the same marks as plain values."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from collabmap.domain.feature import FeatureState
from collabmap.domain.mark_columns import DISAGREEMENT, IS_SHAPE, STATES, MarkColumns

CATEGORIES = ("eau", "nature", "commerces")
PEOPLE = tuple(bytes([n]) * 16 for n in range(3))


@dataclass(frozen=True, slots=True)
class Thing:
    """One mark.  row: its number in the file."""

    row: int
    name: str = "Fontaine"
    lng: float = 7.42
    lat: float = 43.73
    category: str = "eau"
    state: FeatureState = FeatureState.ACCEPTED
    author: bytes = PEOPLE[0]
    disagreement: bool = False
    is_shape: bool = False
    born_s: int = 1_700_000_000

    @property
    def id(self) -> bytes:
        return self.row.to_bytes(16, "big")


def columns_of(things: list[Thing]) -> MarkColumns:
    names = [thing.name.encode() for thing in things]
    ids = np.array([list(np.frombuffer(t.id, ">u8")) for t in things], np.uint64).reshape(-1, 2)
    born = np.array([t.born_s for t in things], np.int64)
    return MarkColumns(
        row=np.array([t.row for t in things], np.int64),
        ids=ids,
        lng=np.array([t.lng for t in things], np.float64),
        lat=np.array([t.lat for t in things], np.float64),
        category=np.array([CATEGORIES.index(t.category) for t in things], np.int32),
        state=np.array([STATES.index(t.state) for t in things], np.int8),
        author=np.array([PEOPLE.index(t.author) for t in things], np.int32),
        flags=np.array(
            [DISAGREEMENT * t.disagreement + IS_SHAPE * t.is_shape for t in things], np.uint8
        ),
        born_s=born,
        changed_s=born,
        names=b"".join(names),
        starts=np.cumsum([0, *(len(name) for name in names)], dtype=np.int64),
        categories=CATEGORIES,
        authors=PEOPLE,
    )


def _things(rows: list[int]) -> st.SearchStrategy[list[Thing]]:
    return st.tuples(*(st.builds(_thing(row), **_PARTS) for row in rows)).map(list)


def _thing(row: int):  # type: ignore[no-untyped-def]
    return lambda **parts: Thing(row=row, **parts)


_PARTS = {
    "name": st.text(st.sampled_from("aAbÉéçœZ -€z"), max_size=20),
    "lng": st.floats(-180, 180),
    "lat": st.floats(-85, 85),
    "category": st.sampled_from(CATEGORIES),
    "state": st.sampled_from(STATES),
    "author": st.sampled_from(PEOPLE),
    "disagreement": st.booleans(),
    "is_shape": st.booleans(),
    "born_s": st.integers(1_699_000_000, 1_701_000_000),
}
THINGS = st.lists(st.integers(1, 40), unique=True, max_size=12).map(sorted).flatmap(_things)
