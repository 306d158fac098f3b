"""Changes: what people did, as signed words that the rules read and payloads that people read.

A change travels as the msgpack array `[kind, time delta, subject, structure, payload]`.  The
*structure* holds all that the rules of merge.py read (fields, `over`, seen lists, verdicts, keys);
the *payload* holds values, texts and names, and can be forgotten without touching the rules.
Both stay raw bytes in the wire form, so that their hashes are those the author signed.

Names of changes inside a structure: `[segment, ordinal]`, `[segment, [ordinal, ...]]` for several
of one segment, or an integer, the sequence number of an earlier change of the same branch.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from collabmap.domain import ids
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp

# Version 0 until the sync core is complete: logs of version 0 may break.
FORMAT_VERSION = 0
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


CONTENT = frozenset({Kind.CREATE, Kind.SET, Kind.DELETE, Kind.ADD, Kind.REMOVE})
AUTH = frozenset({Kind.INVITE, Kind.ENROL})
OF_FEATURES = CONTENT | {Kind.VERDICT}
_OF_SOMETHING = OF_FEATURES | {Kind.PERSON, Kind.SESSION}

# Elements of a feature: what an ADD adds.  Removing a MARK takes an own set or delete back.
TAG, COMMENT, MARK = "tag", "comment", "mark"

# Words of a verdict.  OPEN takes an earlier word back: the change waits again.
ACCEPT, REJECT, ASK, NOT_CHOSEN, OPEN = "accept", "reject", "ask", "not-chosen", "open"


class WireChange(NamedTuple):
    """A change as it travels.  time: absolute here, a delta in the body of a segment."""

    kind: int
    time: int
    subject: bytes
    structure: bytes
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change as the rules see it, names resolved.

    over: per field (a set) or under "" (a verdict), the names of what it replaces; None stands for
    "just the create".  words: per target, the word of a verdict.  payload: None once forgotten.
    """

    id: ChangeId
    stamp: Stamp
    leaf: bytes
    person: bytes
    kind: int
    subject: bytes
    own_accept: bool = False
    over: Mapping[str, frozenset[ChangeId] | None] = field(default_factory=dict)
    seen: frozenset[ChangeId] = frozenset()
    words: Mapping[ChangeId, str] = field(default_factory=dict)
    element: str = ""
    keys: tuple[bytes, ...] = ()
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


# --- writing structures -----------------------------------------------------------------------

Names = Iterable[ChangeId]
Encoded = int | list[Any]


def encode_names(names: Names) -> list[Encoded]:
    """Return names as they are written; an own unsealed change is named by its number alone.

    Those of one segment share its name: thousands of tags that one laptop added to a place must
    not make the delete of that place larger than a change may be.
    """
    written: list[Encoded] = []
    for segment, group in groupby(sorted(names), key=lambda name: name.segment):
        ordinals = [name.ordinal for name in group]
        if not segment:
            written += ordinals
        else:
            written.append([segment, ordinals if len(ordinals) > 1 else ordinals[0]])
    return written


def create_structure(fields: Iterable[str], *, own_accept: bool) -> bytes:
    return encode([int(own_accept), sorted(fields)])


def set_structure(over: Mapping[str, Names | None], *, own_accept: bool) -> bytes:
    """over: per field what the write replaces; None is written for "just the create"."""
    written = {
        name: None if names is None else encode_names(names) for name, names in sorted(over.items())
    }
    return encode([int(own_accept), written])


def delete_structure(seen: Names, *, own_accept: bool) -> bytes:
    return encode([int(own_accept), encode_names(seen)])


def add_structure(element: str, element_id: bytes, *, own_accept: bool) -> bytes:
    return encode([int(own_accept), element, element_id])


def remove_structure(element: str, seen: Names, *, own_accept: bool) -> bytes:
    return encode([int(own_accept), element, encode_names(seen)])


def verdict_structure(words: Mapping[str, Names], *, over: Names, seen: Names = ()) -> bytes:
    """words: per word the changes it is said of.  seen: what an accepted delete may sweep."""
    said = [[word, encode_names(names)] for word, names in sorted(words.items())]
    return encode([said, encode_names(over), encode_names(seen)])


def keys_structure(*keys: bytes) -> bytes:
    return encode(list(keys))


# --- reading structures -----------------------------------------------------------------------

Resolve = Callable[[int], ChangeId | None]

# Typed: a number where a key belongs must not become that many bytes of memory.
_Names = list[int | tuple[bytes, int | list[int]]]
_CREATE = msgspec.msgpack.Decoder(tuple[int, list[str]])
_SET = msgspec.msgpack.Decoder(tuple[int, dict[str, _Names | None]])
_DELETE = msgspec.msgpack.Decoder(tuple[int, _Names])
_ADD = msgspec.msgpack.Decoder(tuple[int, str, bytes])
_REMOVE = msgspec.msgpack.Decoder(tuple[int, str, _Names])
_VERDICT = msgspec.msgpack.Decoder(tuple[list[tuple[str, _Names]], _Names, _Names])
_KEYS = msgspec.msgpack.Decoder(list[bytes])


class StructureInvalid(ValueError):
    """A structure that no version 0 author writes; the change is kept and has no effect."""


def read_structure(kind: int, subject: bytes, structure: bytes, resolve: Resolve) -> dict[str, Any]:
    """Return the parts of a Change that its structure holds, names resolved.

    resolve: the name of an earlier change of the same branch by its number, None if there is none
    (such a name is dropped).  Raises StructureInvalid.
    """
    if kind in _OF_SOMETHING and len(subject) != ids.ID_BYTES:
        raise StructureInvalid("what it is about has no identity")
    try:
        return _READERS[kind](structure, resolve) if kind in _READERS else {}
    except (ValueError, RecursionError) as error:
        raise StructureInvalid(str(error)) from error


def _resolved(written: _Names, resolve: Resolve) -> frozenset[ChangeId]:
    names = set()
    for name in written:
        if isinstance(name, int):
            resolved = resolve(name)
            if resolved is not None:
                names.add(resolved)
        else:
            segment, ordinals = name
            of = [ordinals] if isinstance(ordinals, int) else ordinals
            names.update(ChangeId(segment, ordinal) for ordinal in of)
    return frozenset(names)


def _read_create(structure: bytes, resolve: Resolve) -> dict[str, Any]:
    own_accept, fields = _CREATE.decode(structure)
    return {"own_accept": bool(own_accept), "over": {f: frozenset() for f in fields}}


def _read_set(structure: bytes, resolve: Resolve) -> dict[str, Any]:
    own_accept, over = _SET.decode(structure)
    return {
        "own_accept": bool(own_accept),
        "over": {
            f: None if names is None else _resolved(names, resolve) for f, names in over.items()
        },
    }


def _read_delete(structure: bytes, resolve: Resolve) -> dict[str, Any]:
    own_accept, seen = _DELETE.decode(structure)
    return {"own_accept": bool(own_accept), "seen": _resolved(seen, resolve)}


def _read_add(structure: bytes, resolve: Resolve) -> dict[str, Any]:
    own_accept, element, element_id = _ADD.decode(structure)
    return {"own_accept": bool(own_accept), "element": element, "keys": (element_id,)}


def _read_remove(structure: bytes, resolve: Resolve) -> dict[str, Any]:
    own_accept, element, seen = _REMOVE.decode(structure)
    return {
        "own_accept": bool(own_accept),
        "element": element,
        "seen": _resolved(seen, resolve),
    }


def _read_verdict(structure: bytes, resolve: Resolve) -> dict[str, Any]:
    said, over, seen = _VERDICT.decode(structure)
    return {
        "words": {name: word for word, names in said for name in _resolved(names, resolve)},
        "over": {"": _resolved(over, resolve)},
        "seen": _resolved(seen, resolve),
    }


def _read_keys(structure: bytes, resolve: Resolve) -> dict[str, Any]:
    return {"keys": tuple(_KEYS.decode(structure))}


_READERS: dict[int, Callable[[bytes, Resolve], dict[str, Any]]] = {
    Kind.CREATE: _read_create,
    Kind.SET: _read_set,
    Kind.DELETE: _read_delete,
    Kind.ADD: _read_add,
    Kind.REMOVE: _read_remove,
    Kind.VERDICT: _read_verdict,
    Kind.INVITE: _read_keys,
    Kind.ENROL: _read_keys,
}
