"""A few kilobytes of anybody's that would keep every laptop of the town busy for minutes."""

import itertools
import os

import pytest

from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.authority import fold_roles
from collabmap.domain.change import Change, Kind, encode
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.ids import replica_id
from collabmap.domain.roles import Role, found
from collabmap.domain.segment import SegmentInvalid
from collabmap.domain.signing import SigningKey

from .strangers import TURN, Stranger, create_row
from .test_crowds import receive

POINT = bytes.fromhex("0101000000") + bytes(16)
PLACE = b"l" * 16


def questions_asked(session: Session, *segments: wire.Segment) -> int:
    """Receive segments; return how many statements the file was asked."""
    asked: list[str] = []
    session.project.connection.set_trace_callback(asked.append)
    receive(session, list(segments))
    session.project.connection.set_trace_callback(None)
    return len(asked)


def test_a_segment_of_more_changes_than_anybody_seals_is_refused(town: Session) -> None:
    guest = Stranger(town.project.id)
    whole = guest.write(*[TURN] * wire.MAX_CHANGES)
    too_many = guest.write(*[TURN] * (wire.MAX_CHANGES + 1))
    assert wire.parse_received(whole.data).is_whole
    with pytest.raises(SegmentInvalid):
        wire.parse_received(too_many.data)


def test_a_redact_of_very_many_words_looks_each_segment_up_once(town: Session) -> None:
    guest = Stranger(town.project.id)
    first = guest.write(TURN, create_row(PLACE, name="x", category="eau", geometry=POINT))
    named = [[os.urandom(32), list(range(9000))], [first.name, list(range(9000))]]
    redact = guest.write((Kind.REDACT, PLACE, encode([named]), None))
    assert questions_asked(town, first, redact) < 500


def test_names_far_back_in_a_long_log_are_found_without_walking_it_each_time(
    town: Session,
) -> None:
    guest = Stranger(town.project.id)
    log = [guest.write(TURN) for _ in range(300)]
    receive(town, log)
    town.project.log.forget_cache()
    over = encode([0, {"name": [*range(300), *[0] * 20_000]}])
    last = guest.write((Kind.SET, PLACE, over, encode({"name": "x"})))
    receive(town, [last])
    (change,) = [c for c in town.project.model.changes(PLACE) if c.id.segment == last.name]
    found = change.over["name"]
    assert found == {(segment.name, 0) for segment in log}
    lines = town.project.log._lines
    assert [len(names) for _, names in lines.values()] == [300]


def test_a_long_row_of_keys_that_follow_one_another_reaches_its_end() -> None:
    keys = [SigningKey(number.to_bytes(32, "big")) for number in range(3000)]
    changes = [
        Change(
            ChangeId(number.to_bytes(32, "big"), 0),
            Stamp(number, replica_id(old.public)),
            b"",
            b"",
            Kind.SUCCESSOR,
            b"",
            keys=(new.public,),
        )
        for number, (old, new) in enumerate(itertools.pairwise(keys))
    ]
    founder = found("Town", keys[0], b"n" * 16, "")
    standing = fold_roles(founder, changes[::-1], lambda rid: {})
    assert all(standing.of_key(replica_id(key.public)) >= Role.RESIDENT for key in keys)
