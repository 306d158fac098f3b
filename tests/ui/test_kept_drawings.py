"""What a drawing leaves behind: kept plainly on the device, and every step of it there and back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.change import decode, encode
from collabmap.domain.feature import Basis, ChangeId, TailName
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.ui.kept_outline import KeptOutline
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.panels.form_values import FormValues

positions = st.builds(LngLat, st.floats(-180, 180), st.floats(-85, 85))
rings = st.lists(positions, min_size=1, max_size=6).map(tuple)
parts = st.lists(rings, min_size=1, max_size=3).map(tuple)
sketches = st.builds(
    Sketch, st.sampled_from(["line", "zone"]), st.lists(parts, max_size=2).map(tuple)
)
names = st.builds(ChangeId, st.binary(max_size=32), st.integers(-1, 2**40))
some_names = st.frozensets(names, max_size=3)
bases = st.builds(
    Basis,
    heads=st.dictionaries(names, some_names, max_size=3).map(lambda heads: {"geometry": heads}),
    births=st.dictionaries(st.binary(max_size=16), some_names, max_size=2),
    tail=st.none() | st.builds(TailName, st.binary(max_size=16), st.binary(max_size=16)),
)
kept = st.builds(KeptOutline, st.binary(), st.text(), st.text(), st.binary(), bases, sketches)
values = st.builds(
    FormValues,
    name=st.text(),
    tags=st.lists(st.text(), max_size=3).map(tuple),
    position=st.none() | positions,
    way=st.sampled_from(["point", "line", "zone", "freehand"]),
    sketch=st.none() | sketches,
    is_drawn=st.booleans(),
)


def through_the_device(plain: dict[str, Any]) -> dict[str, Any]:
    """Return what comes back of what the device keeps."""
    again: dict[str, Any] = decode(encode(plain))
    return again


@given(values)
def test_a_form_comes_back_from_the_device_as_it_was(form: FormValues) -> None:
    assert FormValues.from_plain(through_the_device(form.to_plain())) == form


@given(kept)
def test_a_change_of_a_shape_comes_back_with_all_that_was_seen(outline: KeptOutline) -> None:
    assert KeptOutline.from_plain(through_the_device(outline.to_plain())) == outline


@given(st.lists(sketches, min_size=1, max_size=8))
def test_every_step_goes_back_and_forth(steps: list[Sketch]) -> None:
    pad = SketchPad(Sketch("line"))
    seen = [pad.sketch]
    for sketch in steps:
        pad.take(sketch)
        if sketch != seen[-1]:
            seen.append(sketch)
    for before in reversed(seen[:-1]):
        pad.undo()
        assert pad.sketch == before
    assert not pad.can_undo
    for after in seen[1:]:
        pad.redo()
        assert pad.sketch == after
    assert not pad.can_redo


@given(sketches, sketches, sketches)
def test_what_a_hand_holds_is_one_step_once_it_lets_go(
    start: Sketch, between: Sketch, end: Sketch
) -> None:
    pad = SketchPad(start)
    pad.hold(between)
    pad.hold(end)
    pad.let_go()
    assert pad.sketch == end
    assert pad.can_undo == (start != end)
    pad.undo()
    assert pad.sketch == start
