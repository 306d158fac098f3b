"""Readings as they travel: what is packed is read again, and no payload makes a reader stumble."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.change import MAX_CHANGE_BYTES, decode, encode
from collabmap.domain.reading_batch import (
    EARLIEST_S,
    LATEST_S,
    MAX_BATCH,
    MAX_DEVICE,
    MAX_NOTE,
    Reading,
    Said,
    batches,
    payload_of,
    read_batch,
)

READINGS = st.builds(
    Reading,
    st.integers(EARLIEST_S, LATEST_S),
    st.floats(-1e9, 1e9) | st.integers(-1000, 1000).map(float),
    st.sampled_from(["", "Capteur 1", "Capteur 2"]),
    st.sampled_from(["", "vent fort"]),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=12,
)


@given(st.lists(READINGS, min_size=1, max_size=60))
def test_what_is_packed_says_the_same_when_it_is_read(readings: list[Reading]) -> None:
    read = [read_batch(decode(encode(payload_of(b)))) for b in batches("no2", "µg/m³", readings)]
    found = [reading for batch in read if batch is not None for reading in batch.readings()]
    assert found == sorted(readings)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("field", "unit", "from", "steps", "values", "devices", "device", "notes"), ANYTHING
        ),
    )
    | ANYTHING
)
def test_a_payload_of_anything_is_a_whole_batch_or_none(payload: object) -> None:
    batch = read_batch(payload)
    if batch is not None:
        assert len(list(batch.readings())) == len(batch)
        assert encode(payload_of(batch))


def test_a_value_of_every_kind_but_numbers_makes_no_batch() -> None:
    usual = payload_of(next(batches("no2", "", [Reading(0, 1), Reading(60, 2)])))
    for wrong in (float("nan"), float("inf"), 1e308, True, "2", None):
        assert read_batch({**usual, "values": [1, wrong]}) is None
    for wrong_step in (-60, 1.5, "60", 10**12):
        assert read_batch({**usual, "steps": [0, wrong_step]}) is None
    assert read_batch({**usual, "device": [0, 1]}) is None
    assert read_batch({**usual, "notes": {2: "x"}}) is None
    said = Said(bytes(16), bytes(range(16)), 5)
    for wrong in ("Camille", [bytes(16), bytes(16)], [bytes(3), bytes(16), 5], [*said[:2], 1.5]):
        read = read_batch({**usual, "said": wrong})
        assert read is not None
        assert read.said is None
    read = read_batch({**usual, "said": list(said)})
    assert read is not None
    assert read.said == said
    assert read_batch(usual) is not None


def test_steps_that_are_texts_do_not_grow_into_all_the_memory_there_is() -> None:
    count = 20_000
    payload = {"field": "no2", "from": "", "steps": ["a"] * count, "values": [0] * count}
    tracemalloc.start()
    assert read_batch(payload) is None
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_however_long_the_notes_are_each_change_is_small_enough_to_travel() -> None:
    device, note = "d" * MAX_DEVICE, "é" * MAX_NOTE
    some = [Reading(i * 600, i + 0.1, f"{device[:-4]}{i:04}", note) for i in range(2 * MAX_BATCH)]
    packed = list(batches("no2", "µg/m³", some))
    assert max(len(encode(payload_of(batch))) for batch in packed) < MAX_CHANGE_BYTES
    assert [reading for batch in packed for reading in batch.readings()] == some
