"""Words that no honest program writes, rightly signed: they make no laptop differ from others."""

import struct

from collabmap.domain.change import Kind, encode
from collabmap.domain.structure import set_structure
from collabmap.store.checking import check
from collabmap.store.ingest import Ingest

from .script import PLACE, Script, copy, key_of, rid_of
from .test_stories_told_late import assert_rows_are_made_anew_the_same, deliver

POINT_HEAD = b"\x01\x01\x00\x00\x00"


def test_a_forged_name_for_unsigned_words_replaces_nothing_on_any_laptop() -> None:
    town = Script()
    town.admit("R1", "R2")
    place = town.create("R1", "v1")
    with copy() as here:
        here.ingest = Ingest(here.project, key_of("R2"), rid_of("R2"))
        deliver(here, *town.said)
        mine = set_structure({"name": [place.id]}, own_accept=False)
        with here.project.writing():
            here.ingest.write([(Kind.SET, PLACE, mine, encode({"name": "mine"}))])
        # The empty name stands for what lies unsigned on whichever laptop reads this.
        forged = encode([0, {"name": [[b"", 0], [b"", [0, 1]], [place.head, 0]]}])
        deliver(here, town.say("R1", Kind.SET, PLACE, forged, {"name": "other"}))
        assert _names(here) == {"mine", "other"}
        with here.project.writing():
            here.ingest.seal()
        assert _names(here) == {"mine", "other"}
        assert_rows_are_made_anew_the_same(here)


def _names(here) -> set[str]:  # type: ignore[no-untyped-def]
    writes = here.project.model.outcome(PLACE).shown.registers["name"]
    return {write.payload["name"] for write in writes}


def test_two_who_wrote_the_same_point_agree_also_on_the_wrong_side_of_nought() -> None:
    town = Script()
    town.admit("R1", "R2")
    point = POINT_HEAD + struct.pack("<dd", -0.0, 43.7)
    town.create("R1", "v1", geometry=point)
    town.set("R2", point, [], name="geometry")
    with copy() as here:
        for word in town.said:
            deliver(here, word)
        assert_rows_are_made_anew_the_same(here)


def test_a_map_is_whole_after_a_merge_was_put_on_hold() -> None:
    town = Script()
    town.admit("R1")
    place = town.create("R1", "v1")
    with copy() as here:
        deliver(here, *town.said)
        here.hold([place.head])
        assert check(here.project.path).findings == ()


def test_a_map_is_whole_in_which_two_laptops_made_one_place() -> None:
    town = Script()
    town.admit("R1", "R2")
    town.add("R1", "eau")
    town.create("R1", "v1")
    town.create("R2", "v2")
    with copy() as here:
        for word in town.said:
            deliver(here, word)
        assert check(here.project.path).findings == ()
