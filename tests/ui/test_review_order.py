"""Which item comes next, and how many there are, however the queue is looked at."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.review.queue_rows import KINDS, ItemKind, QueueRow
from collabmap.ui.queue_filter import QueueFilter
from collabmap.ui.review_order import GROUPS, SORTS, ReviewOrder
from collabmap.ui.review_walk import Walk

HERE = LngLat(7.42, 43.73)
AUTHORS = {b"a" * 16: "Aïcha", b"m" * 16: "Marcel"}


def row(
    number: int,
    kind: ItemKind = "new",
    lng: float = HERE.lng,
    lat: float = HERE.lat,
    **rest: object,
) -> QueueRow:
    usual: dict[str, object] = {
        "category": "eau", "author": b"a" * 16, "author_name": "Aïcha", "at_ms": number,
    }  # fmt: skip
    return QueueRow(
        id=bytes([number]) * 16,
        kind=kind,
        also=frozenset(),
        name=f"Place {number}",
        lng=lng,
        lat=lat,
        **(usual | rest),  # type: ignore[arg-type]
    )


def id_of(number: int) -> bytes:
    return bytes([number]) * 16


def order_of(kinds: Sequence[str]) -> ReviewOrder:
    order = ReviewOrder()
    order.load(row(number, kind) for number, kind in enumerate(kinds))  # type: ignore[arg-type]
    return order


def decide(order: ReviewOrder, number: int) -> bytes | None:
    """Decide one item; return what comes next."""
    target = order.following(id_of(number))
    order.decide(id_of(number))
    return target


def test_after_a_decision_the_one_below_comes() -> None:
    assert decide(order_of(["new"] * 3), 1) == id_of(2)


def test_after_the_last_one_it_begins_again_at_the_top() -> None:
    assert decide(order_of(["new"] * 3), 2) == id_of(0)


def test_what_was_put_off_comes_when_nothing_else_is_left() -> None:
    order = order_of(["new"] * 3)
    order.put_off(id_of(1))
    assert decide(order, 0) == id_of(2)
    assert decide(order, 2) == id_of(1)
    assert decide(order, 1) is None


def test_a_filter_leaves_the_other_kinds_out_and_their_counts_stay() -> None:
    order = order_of(["new", "change", "new"])
    order.look(filter=QueueFilter("new"))
    assert decide(order, 0) == id_of(2)
    assert order.counts() == {"new": 1, "change": 1}


def test_what_is_taken_back_is_where_it_was_and_counts_no_more() -> None:
    order = order_of(["new"] * 3)
    decide(order, 1)
    assert (order.decided, order.total) == (1, 3)
    order.put(row(1))
    assert [each.id for each in order.shown_rows()] == [id_of(0), id_of(1), id_of(2)]
    assert (order.decided, order.total) == (0, 3)


def test_what_is_decided_again_counts_again() -> None:
    order = order_of(["new"] * 3)
    decide(order, 1)
    order.put(row(1))
    order.leave(id_of(1))
    order.leave(id_of(2))
    assert (order.decided, order.total) == (1, 2)


def test_what_somebody_else_adds_to_a_decided_place_is_not_a_verdict_taken_back() -> None:
    order = order_of(["new"] * 3)
    decide(order, 1)
    assert order.is_taken_back(row(1))
    assert not order.is_taken_back(replace(row(1), at_ms=9_999))
    order.load([row(0), row(2)])
    assert not order.is_taken_back(replace(row(1), at_ms=9_999))


def test_lines_tell_when_there_are_fewer_items_than_they_have_counted() -> None:
    order = order_of(["new"] * 3)
    lines = order.lines()
    assert lines.is_current
    order.count_decided([id_of(n) for n in range(3)])
    assert not lines.is_current
    assert order.lines().is_current


def test_neighbours_end_at_both_ends() -> None:
    order = order_of(["new"] * 2)
    assert order.neighbour(id_of(0), -1) == id_of(0)
    assert order.neighbour(id_of(1), 1) == id_of(1)
    assert order.neighbour(None, 1) == id_of(0)


def test_an_earlier_sitting_is_taken_up_where_it_was_left() -> None:
    order = ReviewOrder()
    order.load([row(1), row(2)], decided=[id_of(0), id_of(2)], put_off=[id_of(1), id_of(9)])
    # What waits again was not decided after all; what waits no more is for no later.
    assert (order.decided, order.total) == (1, 3)
    assert order.put_off_ids() == {id_of(1)}
    assert order.first() == id_of(2)


def test_what_was_asked_waits_for_somebody_else_and_comes_last() -> None:
    order = ReviewOrder()
    order.load([row(1, is_asked=True), row(2), row(3)])
    assert [each.id for each in order.shown_rows()] == [id_of(2), id_of(3), id_of(1)]


def test_places_without_a_quarter_are_grouped_by_where_they_lie() -> None:
    order = ReviewOrder()
    order.load(
        [
            row(1, where="La Rousse, Monaco"),
            row(2, lat=43.70),
            row(3, lat=43.73),
            row(4, lat=43.7301),
        ]
    )
    order.look(group="place")
    lines = order.lines()
    found = [lines.line(at) for at in range(len(lines))]
    # From north to south, after the quarters that are known.
    assert [line.row.id[0] if line.row else -line.size for line in found] == [
        -1,
        1,
        -2,
        3,
        4,
        -1,
        2,
    ]


def test_a_walk_goes_to_the_nearest_that_is_left() -> None:
    order = ReviewOrder()
    order.load([row(n, lng=HERE.lng + east) for n, east in enumerate([0.0, 0.03, 0.001, 0.002])])
    order.look(sort="walk")
    assert decide(order, 0) == id_of(2)
    assert decide(order, 2) == id_of(3)
    assert decide(order, 3) == id_of(1)
    assert decide(order, 1) is None


positions = st.tuples(st.integers(-40, 40), st.integers(-40, 40)).map(
    lambda at: LngLat(HERE.lng + at[0] / 1000, HERE.lat + at[1] / 1000)
)


@given(st.lists(positions, min_size=1, max_size=200), positions, st.data())
def test_the_nearest_is_that_of_looking_at_all(
    spots: list[LngLat], at: LngLat, data: st.DataObject
) -> None:
    walk, left = Walk(), {}
    for number, spot in enumerate(spots):
        left[bytes([number])] = spot
        walk.put(bytes([number]), spot)
    for gone in data.draw(st.sets(st.sampled_from(sorted(left)))):
        walk.drop(gone)
        del left[gone]
    nearest = min(left, key=lambda id_: (distance_m(at, left[id_]), id_), default=None)
    assert walk.nearest(at) == nearest


# --- the law: whatever happens, it is what a plain list would be --------------------------------


rows = st.builds(
    lambda number, kind, author, category, where, at, is_asked, at_ms: row(
        number,
        kind,
        *at,
        author=author,
        author_name=AUTHORS[author],
        category=category,
        where=where,
        is_asked=is_asked,
        at_ms=at_ms,
    ),
    st.integers(0, 40),
    st.sampled_from(KINDS),
    st.sampled_from(sorted(AUTHORS)),
    st.sampled_from(("eau", "nature")),
    st.sampled_from(("", "La Rousse, Monaco")),
    positions,
    st.booleans(),
    st.integers(0, 5),
)
filters = st.builds(
    QueueFilter,
    st.sampled_from(("", *KINDS)),
    st.sampled_from((None, "eau")),
    st.sampled_from((None, b"a" * 16)),
    st.sampled_from((None, "La Rousse, Monaco")),
    st.sampled_from((None, Bbox(HERE.lng, HERE.lat, HERE.lng + 1, HERE.lat + 1))),
    st.booleans(),
    st.sampled_from(("", "place 1")),
)


class OrderMachine(RuleBasedStateMachine):
    """An order beside a plain dictionary that is sorted and counted anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.order = ReviewOrder()
        self.order.is_mine = lambda each: each.category == "eau"
        self.waiting: dict[bytes, QueueRow] = {}
        self.decided: set[bytes] = set()
        self.later: set[bytes] = set()

    @rule(loaded=st.lists(rows, max_size=30))
    def load(self, loaded: list[QueueRow]) -> None:
        self.order.load(loaded)
        self.waiting = {each.id: each for each in loaded}
        self.decided -= self.waiting.keys()
        self.later &= self.waiting.keys()

    @rule(one=rows)
    def put(self, one: QueueRow) -> None:
        self.order.put(one)
        self.waiting[one.id] = one
        self.decided.discard(one.id)

    @rule(number=st.integers(0, 40))
    def decide(self, number: int) -> None:
        self.order.decide(id_of(number))
        if self.waiting.pop(id_of(number), None) is not None:
            self.decided.add(id_of(number))
            self.later.discard(id_of(number))

    @rule(number=st.integers(0, 40))
    def drop(self, number: int) -> None:
        self.order.drop(id_of(number))
        self.waiting.pop(id_of(number), None)
        self.later.discard(id_of(number))

    @rule(number=st.integers(0, 40))
    def put_off(self, number: int) -> None:
        self.order.put_off(id_of(number))
        self.later |= {id_of(number)} & self.waiting.keys()

    @rule(filter=filters, group=st.sampled_from(GROUPS), sort=st.sampled_from(SORTS), at=positions)
    def look(self, filter: QueueFilter, group: str, sort: str, at: LngLat) -> None:
        self.order.look(filter=filter, group=group, sort=sort, anchor=at)

    def _passing(self) -> list[QueueRow]:
        passes = self.order.filter.lets_through(self.order.is_mine)
        return [each for each in self.waiting.values() if passes(each)]

    def _expected(self) -> list[QueueRow]:
        shown = [r for r in self._passing() if self.order.filter.kind in ("", r.kind)]

        def value(each: QueueRow) -> float:
            if self.order.sort == "near":
                return distance_m(self.order.anchor, LngLat(each.lng, each.lat))
            return -each.at_ms if self.order.sort == "newest" else each.at_ms

        return sorted(shown, key=lambda r: (self.order.group_of(r), r.is_asked, value(r), r.id))

    @invariant()
    def the_rows_and_counts_are_those_of_a_plain_list(self) -> None:
        expected = self._expected()
        assert list(self.order.shown_rows()) == expected
        assert self.order.shown_count() == len(expected)
        assert self.order.counts() == Counter(each.kind for each in self._passing())
        assert (self.order.decided, self.order.total) == (
            len(self.decided), len(self.waiting) + len(self.decided),
        )  # fmt: skip
        assert self.order.put_off_ids() == self.later

    @invariant()
    def the_lines_are_the_rows_under_headings_that_count_them(self) -> None:
        lines = self.order.lines()
        found = [lines.line(at) for at in range(len(lines))]
        assert [line.row for line in found if line.row] == self._expected()
        sizes = Counter(self.order.group_of(each) for each in self._expected())
        headings = [line for line in found if line.row is None]
        if self.order.group:
            assert [line.size for line in headings] == [sizes[group] for group in sorted(sizes)]
        else:
            assert headings == []
        for at, line in enumerate(found):
            if line.row is not None:
                assert lines.place_of(line.row.id) == at
                assert sizes[self.order.group_of(line.first)] == line.size

    @precondition(lambda self: self.order.shown_count() > 0)
    @rule(data=st.data())
    def the_next_one_is_the_first_that_is_left(self, data: st.DataObject) -> None:
        expected = self._expected()
        here = data.draw(st.sampled_from(expected))
        at = expected.index(here)
        trip = expected[at + 1 :] + expected[:at]
        fresh = [each for each in trip if each.id not in self.later]
        following = self.order.following(here.id)
        near = [
            each
            for each in fresh
            if self.order.group_of(each) == self.order.group_of(here) and not each.is_asked
        ]
        if self.order.sort == "walk" and near:
            spot = LngLat(here.lng, here.lat)
            away = {e.id: distance_m(spot, LngLat(e.lng, e.lat)) for e in near}
            assert following is not None
            assert math.isclose(away[following], min(away.values()), abs_tol=1e-9)
        else:
            assert following == next((each.id for each in fresh or trip), None)
        for step in (-1, 1):
            beside = expected[max(0, min(len(expected) - 1, at + step))]
            assert self.order.neighbour(here.id, step) == beside.id


TestOrder = OrderMachine.TestCase


@given(filters)
def test_a_filter_that_is_kept_is_the_same_when_it_is_read_again(filter: QueueFilter) -> None:
    assert QueueFilter.read(filter.note()) == filter


def test_what_was_kept_by_another_version_is_left_as_far_as_it_cannot_be_read() -> None:
    assert QueueFilter.read({"kind": 7, "text": "eau", "box": [1], "new": 1}) == QueueFilter(
        text="eau"
    )
    assert QueueFilter.read(None).is_empty
