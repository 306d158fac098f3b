"""Marks as columns: what goes in comes out, and a patch changes what it names."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.mark_columns import NO_MARKS, IdIndex, MarkColumns, ids_of, joined

# Ids that begin alike are told apart by the rest.
ids = st.tuples(st.sampled_from([bytes(8), b"\xff" * 8]), st.binary(min_size=8, max_size=8)).map(
    b"".join
)
marks = st.builds(
    Mark,
    ids,
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.sampled_from(["eau", "nature", ""]),
    st.sampled_from(FeatureState),
    st.binary(min_size=16, max_size=16),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
many = st.lists(marks, max_size=20, unique_by=lambda mark: mark.id)


def values(columns: MarkColumns) -> dict[bytes, Mark]:
    return {columns.id(index): columns.mark(index) for index in range(len(columns))}


@given(many)
def test_marks_come_out_as_they_went_in(given_marks: list[Mark]) -> None:
    columns = MarkColumns.of_marks(given_marks)
    assert [columns.mark(index) for index in range(len(columns))] == given_marks


@given(many, many, many)
def test_a_patch_changes_adds_and_removes_what_it_names(
    before: list[Mark], changed: list[Mark], removed: list[Mark]
) -> None:
    named = {mark.id: mark for mark in changed}
    gone = [mark.id for mark in removed if mark.id not in named]
    patched = MarkColumns.of_marks(before).patched(MarkColumns.of_marks(changed), gone)
    wanted = {mark.id: mark for mark in before if mark.id not in gone} | named
    assert values(patched) == wanted
    assert len(patched) == len(wanted)


@given(many, st.data())
def test_a_patch_keeps_the_order_of_rows(before: list[Mark], data: st.DataObject) -> None:
    columns = MarkColumns.of_marks(before)
    object.__setattr__(columns, "row", np.arange(len(before)) * 2 + 1)
    indices = np.array(sorted(data.draw(st.sets(st.integers(0, 19)))), np.int64)
    some = joined((columns,), indices[indices < len(before)])
    patched = columns.patched(some)
    assert patched.row.tolist() == columns.row.tolist()
    assert [patched.mark(i) for i in range(len(patched))] == before


@given(many, many)
def test_an_id_is_found_where_it_is_and_nowhere_else(here: list[Mark], other: list[Mark]) -> None:
    place = {mark.id: index for index, mark in enumerate(here)}
    asked = [mark.id for mark in (*here, *other)]
    found = IdIndex(MarkColumns.of_marks(here).ids).find(ids_of(asked))
    assert found.tolist() == [place.get(each, -1) for each in asked]


def test_ids_that_all_begin_alike_are_halved_and_not_gone_through() -> None:
    ids = ids_of(bytes(8) + number.to_bytes(8, "big") for number in range(1 << 12))
    looked: list[int] = []

    class Watched(IdIndex):
        def _seconds(self, at: np.ndarray) -> np.ndarray:
            looked.append(len(at))
            return super()._seconds(at)

    assert Watched(ids).find(ids[77:78]).tolist() == [77]
    assert len(looked) <= 14


def test_of_nothing_there_is_nothing() -> None:
    assert len(NO_MARKS.patched(NO_MARKS, [bytes(16)])) == 0
