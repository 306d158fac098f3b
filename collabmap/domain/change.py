"""Changes: what people did, as signed words that the rules read and payloads that people read.

A change travels as the msgpack array `[kind, time delta, subject, structure, payload]`.  The
*structure* holds all that the rules of merge.py read (fields, `over`, seen lists, verdicts, keys);
the *payload* holds values, texts and names, and can be forgotten without touching the rules.
Both stay raw bytes in the wire form, so that their hashes are those the author signed.

Names of changes inside a structure: `[segment, ordinal]`, or an integer, the sequence number of an
earlier change of the same branch.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec

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

# Elements of a feature: what an ADD adds.  Removing a MARK takes an own delete back.
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
    """Return the value of msgpack bytes.  Raises msgspec.DecodeError."""
    return msgspec.msgpack.decode(data)


# --- writing structures -----------------------------------------------------------------------

Names = Iterable[ChangeId]
Encoded = int | list[Any]


def encode_names(names: Names) -> list[Encoded]:
    """Return names as they are written; an own unsealed change is named by its number alone."""
    return [
        name.ordinal if not name.segment else [name.segment, name.ordinal] for name in sorted(names)
    ]


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


class StructureInvalid(ValueError):
    """A structure that no version 0 author writes; the change is kept and has no effect."""


def read_structure(kind: int, structure: bytes, resolve: Resolve) -> dict[str, Any]:
    """Return the parts of a Change that its structure holds, names resolved.

    resolve: the name of an earlier change of the same branch by its number, None if there is none
    (such a name is dropped).  Raises StructureInvalid.
    """
    try:
        return _READERS[kind](decode(structure), resolve) if kind in _READERS else {}
    except (msgspec.DecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StructureInvalid(str(error)) from error


def _names(written: Any, resolve: Resolve) -> frozenset[ChangeId]:
    names = set()
    for name in written:
        if isinstance(name, int):
            resolved = resolve(name)
            if resolved is not None:
                names.add(resolved)
        else:
            segment, ordinal = name
            if not isinstance(segment, bytes) or not isinstance(ordinal, int):
                raise StructureInvalid("a name of a change is [bytes, int]")
            names.add(ChangeId(segment, ordinal))
    return frozenset(names)


def _read_create(value: Any, resolve: Resolve) -> dict[str, Any]:
    own_accept, fields = value
    return {"own_accept": bool(own_accept), "over": {str(f): frozenset() for f in fields}}


def _read_set(value: Any, resolve: Resolve) -> dict[str, Any]:
    own_accept, over = value
    return {
        "own_accept": bool(own_accept),
        "over": {
            str(f): None if names is None else _names(names, resolve) for f, names in over.items()
        },
    }


def _read_delete(value: Any, resolve: Resolve) -> dict[str, Any]:
    own_accept, seen = value
    return {"own_accept": bool(own_accept), "seen": _names(seen, resolve)}


def _read_add(value: Any, resolve: Resolve) -> dict[str, Any]:
    own_accept, element, element_id = value
    return {"own_accept": bool(own_accept), "element": str(element), "keys": (bytes(element_id),)}


def _read_remove(value: Any, resolve: Resolve) -> dict[str, Any]:
    own_accept, element, seen = value
    return {
        "own_accept": bool(own_accept),
        "element": str(element),
        "seen": _names(seen, resolve),
    }


def _read_verdict(value: Any, resolve: Resolve) -> dict[str, Any]:
    said, over, seen = value
    words = {name: str(word) for word, names in said for name in sorted(_names(names, resolve))}
    return {"words": words, "over": {"": _names(over, resolve)}, "seen": _names(seen, resolve)}


def _read_keys(value: Any, resolve: Resolve) -> dict[str, Any]:
    return {"keys": tuple(bytes(key) for key in value)}


_READERS: dict[int, Callable[[Any, Resolve], dict[str, Any]]] = {
    Kind.CREATE: _read_create,
    Kind.SET: _read_set,
    Kind.DELETE: _read_delete,
    Kind.ADD: _read_add,
    Kind.REMOVE: _read_remove,
    Kind.VERDICT: _read_verdict,
    Kind.INVITE: _read_keys,
    Kind.ENROL: _read_keys,
}
