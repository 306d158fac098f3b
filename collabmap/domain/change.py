"""Changes: what people did, as signed words that the rules read and payloads that people read.

A change is its kind, its time, its subject, its structure and its payload; segments hold many of
them (segment.py), column by column (columns.py).  The *structure* holds all that the rules of
merge.py read (fields, `over`, seen lists, verdicts, keys); the *payload* holds values, texts and
names, and can be forgotten without touching the rules.
Both stay raw bytes in the wire form, so that their hashes are those the author signed.

Names of changes inside a structure: `[segment, ordinal]`, `[segment, [ordinal, ...]]` for several
of one segment, or an integer, the sequence number of an earlier change of the same branch.
structure.py writes and reads them.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec

from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp

# Of segments, bundles and kits; docs/file-formats.md says what each version added.
FORMAT_VERSION = 1
MAX_CHANGE_BYTES = 64 * 1024


class Kind(IntEnum):
    """The kinds of change.  A number is never given to another meaning."""

    PERSON = 1
    SESSION = 2
    CREATE = 3
    SET = 4
    DELETE = 5
    ADD = 6
    REMOVE = 7
    VERDICT = 8
    INVITE = 9
    ENROL = 10
    ALIAS = 11
    CLAIM = 12
    # 17 policy: kept for what the design names and nobody writes yet.
    ACK = 13
    ROLE = 14
    CLOSE = 15
    DEFINE = 16
    CLOCK_NOTE = 18
    SUCCESSOR = 19
    REDACT = 20


CONTENT = frozenset({Kind.CREATE, Kind.SET, Kind.DELETE, Kind.ADD, Kind.REMOVE})
AUTH = frozenset({Kind.INVITE, Kind.ENROL, Kind.ROLE, Kind.CLOSE, Kind.SUCCESSOR})
OF_FEATURES = CONTENT | {Kind.VERDICT, Kind.ALIAS}

# Elements of a feature: what an ADD adds.  Removing a MARK takes an own change back.
TAG, LINK, PHOTO, COMMENT, READING, ANSWER = "tag", "link", "photo", "comment", "reading", "answer"
MARK = "mark"
# The register whose write brings a deleted feature back: no value is copied, and all are shown.
RESTORED = "restored"

# What the registers of the theme's fields are called: this, and the id of the field.
FIELD_PREFIX = "f:"

# Words of an alias: one feature, two features, or undecided again.
SAME, DIFFERENT = "same", "different"

# Words of a claim: a part of what waits is somebody's to review, or everybody's again.
TAKE, LEAVE = "take", "leave"

# Words of a verdict.  OPEN takes an earlier word back: the change waits again.
ACCEPT, REJECT, ASK, NOT_CHOSEN, OPEN = "accept", "reject", "ask", "not-chosen", "open"


class WireChange(NamedTuple):
    """A change as it travels.  time: absolute here, a delta in the body of a segment."""

    kind: int
    time: int
    subject: bytes
    structure: bytes
    payload: bytes | None


class Change(msgspec.Struct, frozen=True, gc=False):
    """A change as the rules see it, names resolved.

    over: per field (a set) or under "" (a verdict, a role, an alias), the names of what it
    replaces; None stands for "just the create".  words: per target, the word of a verdict.
    element: of an add or remove, or the word of an alias.  keys, numbers: as structure.py says of
    each kind.  payload: None once forgotten.
    """

    id: ChangeId
    stamp: Stamp
    leaf: bytes
    person: bytes
    kind: int
    subject: bytes
    own_accept: bool = False
    over: Mapping[str, frozenset[ChangeId] | None] = {}
    seen: frozenset[ChangeId] = frozenset()
    words: Mapping[ChangeId, str] = {}
    element: str = ""
    keys: tuple[bytes, ...] = ()
    numbers: tuple[int, ...] = ()
    payload: Any = None

    @property
    def rank(self) -> tuple[Stamp, bytes]:
        """What decides between concurrent changes: the stamp, then the leaf."""
        return self.stamp, self.leaf


_encoder = msgspec.msgpack.Encoder()


def encode(value: object) -> bytes:
    """Return msgpack bytes."""
    return _encoder.encode(value)


def decode(data: bytes) -> Any:
    """Return the value of msgpack bytes.  Raises ValueError, also for what nests too deep."""
    try:
        return msgspec.msgpack.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
