"""Which item comes next: after a decision, past what was put off, and when one comes back."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.feature import Basis, FeatureState, PlaceView
from collabmap.review.queue import ReviewItem
from collabmap.ui.review_order import ReviewOrder

KINDS = ("new", "change", "delete", "disagreement")


def item(number: int, kind: str = "new") -> ReviewItem:
    place = PlaceView(
        id=bytes([number]),
        name=f"Place {number}",
        category="eau",
        description="",
        tags=(),
        contact=None,
        contact_hidden=False,
        geometry_wkb=b"",
        lng=7.42,
        lat=43.73,
        state=FeatureState.PENDING,
        author=b"",
        author_name="Aïcha",
        born_ms=number,
        changed_ms=number,
        siblings=(),
        comments=(),
        reason="",
        is_published=False,
        basis=Basis(),
    )
    return ReviewItem(
        id=place.id,
        kind=kind,  # type: ignore[arg-type]
        name=place.name,
        category=place.category,
        author_name="Aïcha",
        at_ms=number,
        fields=(),
        place=place,
        before_lng=None,
        before_lat=None,
        after_lng=place.lng,
        after_lat=place.lat,
        note="",
    )


def order_of(kinds: Sequence[str]) -> ReviewOrder:
    order = ReviewOrder()
    order.load(item(number, kind) for number, kind in enumerate(kinds))
    return order


def decide(order: ReviewOrder, number: int) -> bytes | None:
    """Decide one item; return what comes next."""
    target = order.following(bytes([number]))
    order.decide(bytes([number]))
    return target


def test_after_a_decision_the_one_below_comes() -> None:
    order = order_of(["new"] * 3)
    assert decide(order, 1) == bytes([2])


def test_after_the_last_one_it_begins_again_at_the_top() -> None:
    order = order_of(["new"] * 3)
    assert decide(order, 2) == bytes([0])


def test_what_was_put_off_comes_when_nothing_else_is_left() -> None:
    order = order_of(["new"] * 3)
    order.put_off(bytes([1]))
    assert decide(order, 0) == bytes([2])
    assert decide(order, 2) == bytes([1])
    assert decide(order, 1) is None


def test_a_filter_leaves_the_other_kinds_out() -> None:
    order = order_of(["new", "change", "new"])
    order.kind = "new"
    assert decide(order, 0) == bytes([2])
    assert order.counts() == {"new": 1, "change": 1}


def test_what_is_taken_back_is_where_it_was_and_counts_no_more() -> None:
    order = order_of(["new"] * 3)
    decide(order, 1)
    assert (order.decided, order.total) == (1, 3)
    order.put(item(1))
    assert [each.id for each in order.items] == [bytes([0]), bytes([1]), bytes([2])]
    assert (order.decided, order.total) == (0, 3)


def test_neighbours_end_at_both_ends() -> None:
    order = order_of(["new"] * 2)
    assert order.neighbour(bytes([0]), -1) == bytes([0])
    assert order.neighbour(bytes([1]), 1) == bytes([1])
    assert order.neighbour(None, 1) == bytes([0])


@given(st.lists(st.sampled_from(KINDS), max_size=12), st.data())
def test_deciding_always_next_reaches_every_item_of_the_filter_once(
    kinds: list[str], data: st.DataObject
) -> None:
    order = order_of(kinds)
    order.kind = data.draw(st.sampled_from(("", *KINDS)))
    for number in data.draw(st.sets(st.integers(0, 11))):
        order.put_off(bytes([number]))
    expected = {each.id for each in order.shown}
    here = order.shown[0].id if order.shown else None
    seen: list[bytes] = []
    while here is not None:
        seen.append(here)
        here = decide(order, here[0])
    assert sorted(seen) == sorted(expected)
    assert order.total == len(kinds)
