"""Structures: the part of a change that the rules read, written and read.

    create      [own accept, [field]]              set      [own accept, {field: over or null}]
    delete      [own accept, names]                remove   [own accept, element, names]
    add         [own accept, element, id, target]  verdict  [[[word, names]], over, seen]
    alias       [other feature, word, over]        redact   [names]
    claim       [word, over]                       define   [what, key, {property: over}]
    invite      [key]                              enrol    [key, signature]
    close       [invitation, [replica]]            successor [public key]
    role        [replica, role, [head], over]      clock note [replica, shift in ms, over]
    ack         [replica, seq, head, changes, person]

`own accept` counts where the writer is coordinator.  The id of an add is empty for what nobody
points at (a tag, a comment); its target is the other end of a link, empty otherwise.  The heads of
a grant are the tips before which no own accept counts; those of a revocation are what stays, each
with all before it.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from collabmap.domain import ids
from collabmap.domain.change import CONTENT, Kind, encode
from collabmap.domain.feature import ChangeId

Names = Iterable[ChangeId]
Encoded = int | list[Any]
_OF_SOMETHING = (
    CONTENT
    | {Kind.VERDICT, Kind.ALIAS, Kind.CLAIM, Kind.DEFINE}
    | {
        Kind.PERSON,
        Kind.SESSION,
    }
)


# --- writing ----------------------------------------------------------------------------------


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


def add_structure(
    element: str, element_id: bytes = b"", *, own_accept: bool, target: bytes = b""
) -> bytes:
    """element_id: of what something may point at.  target: the other feature of a link."""
    return encode([int(own_accept), element, element_id, target])


def remove_structure(element: str, seen: Names, *, own_accept: bool) -> bytes:
    return encode([int(own_accept), element, encode_names(seen)])


def verdict_structure(words: Mapping[str, Names], *, over: Names, seen: Names = ()) -> bytes:
    """words: per word the changes it is said of.  seen: what an accepted delete may sweep."""
    said = [[word, encode_names(names)] for word, names in sorted(words.items())]
    return encode([said, encode_names(over), encode_names(seen)])


def alias_structure(other: bytes, word: str, over: Names) -> bytes:
    """Return the structure of an alias whose subject is the smaller id of the pair."""
    return encode([other, word, encode_names(over)])


def claim_structure(word: str, over: Names = ()) -> bytes:
    """over: the words on the same claim that this one replaces; none for the one that opens it."""
    return encode([word, encode_names(over)])


def define_structure(what: str, key: str, over: Mapping[str, Names]) -> bytes:
    """what, key: what is defined (domain/definitions.py).  over: per property, what it replaces."""
    written = {name: encode_names(names) for name, names in sorted(over.items())}
    return encode([what, key, written])


def keys_structure(*keys: bytes) -> bytes:
    return encode(list(keys))


def close_structure(invitation: bytes, came: Iterable[bytes]) -> bytes:
    """came: the replicas that enrolled with the invitation, as the closing laptop knows."""
    return encode([invitation, sorted(came)])


def role_structure(rid: bytes, role: int, heads: Iterable[bytes], over: Names) -> bytes:
    """heads: names of segments of that replica; see the module."""
    return encode([rid, role, sorted(heads), encode_names(over)])


def clock_structure(rid: bytes, shift_ms: int, over: Names) -> bytes:
    return encode([rid, shift_ms, encode_names(over)])


def successor_structure(public_key: bytes) -> bytes:
    return encode([public_key])


def ack_structure(rid: bytes, seq: int, head: bytes, changes: int, person: bytes) -> bytes:
    """seq, head: the last number and segment received.  changes: of that person, up to there."""
    return encode([rid, seq, head, changes, person])


def redact_structure(names: Names) -> bytes:
    return encode([encode_names(names)])


# --- reading ----------------------------------------------------------------------------------

Resolve = Callable[[int], ChangeId | None]

# Typed: a number where a key belongs must not become that many bytes of memory.
_Names = list[int | tuple[bytes, int | list[int]]]
_CREATE = msgspec.msgpack.Decoder(tuple[int, list[str]])
_SET = msgspec.msgpack.Decoder(tuple[int, dict[str, _Names | None]])
_DELETE = msgspec.msgpack.Decoder(tuple[int, _Names])
_ADD = msgspec.msgpack.Decoder(tuple[int, str, bytes, bytes])
_REMOVE = msgspec.msgpack.Decoder(tuple[int, str, _Names])
_VERDICT = msgspec.msgpack.Decoder(tuple[list[tuple[str, _Names]], _Names, _Names])
_ALIAS = msgspec.msgpack.Decoder(tuple[bytes, str, _Names])
_CLAIM = msgspec.msgpack.Decoder(tuple[str, _Names])
_DEFINE = msgspec.msgpack.Decoder(tuple[str, str, dict[str, _Names]])
_KEYS = msgspec.msgpack.Decoder(list[bytes])
_CLOSE = msgspec.msgpack.Decoder(tuple[bytes, list[bytes]])
_ROLE = msgspec.msgpack.Decoder(tuple[bytes, int, list[bytes], _Names])
_CLOCK = msgspec.msgpack.Decoder(tuple[bytes, int, _Names])
_ACK = msgspec.msgpack.Decoder(tuple[bytes, int, bytes, int, bytes])
_REDACT = msgspec.msgpack.Decoder(tuple[_Names])


class StructureInvalid(ValueError):
    """A structure that no author of this version writes; the change is kept without effect."""


class Parts(NamedTuple):
    """The parts of a Change that its structure holds."""

    own_accept: bool = False
    over: Mapping[str, frozenset[ChangeId] | None] = MappingProxyType({})
    seen: frozenset[ChangeId] = frozenset()
    words: Mapping[ChangeId, str] = MappingProxyType({})
    element: str = ""
    keys: tuple[bytes, ...] = ()
    numbers: tuple[int, ...] = ()


_NO_PARTS = Parts()
# Bytes of structures that are worth remembering.
_SHORT = 64


def read_structure(kind: int, subject: bytes, structure: bytes, resolve: Resolve) -> Parts:
    """Return the parts of a Change that its structure holds, names resolved.

    resolve: the name of an earlier change of the same branch by its number, None if there is none
    (such a name is dropped).  Raises StructureInvalid.
    """
    if kind in _OF_SOMETHING and len(subject) != ids.ID_BYTES:
        raise StructureInvalid("what it is about has no identity")
    reader = _READERS.get(kind)
    if reader is None:
        return _NO_PARTS
    try:
        # Most structures name no other change, and most of those are alike.
        if len(structure) <= _SHORT and (parts := _short_parts(kind, structure)) is not None:
            return parts
        return reader(structure, resolve)
    except (ValueError, RecursionError) as error:
        raise StructureInvalid(str(error)) from error


@functools.lru_cache(maxsize=4096)
def _short_parts(kind: int, structure: bytes) -> Parts | None:
    """Return what a structure holds that names no earlier change; None for any other."""
    asked: list[int] = []

    def note(number: int) -> None:
        asked.append(number)

    parts = _READERS[kind](structure, note)
    return None if asked else parts


def _resolved(written: _Names, resolve: Resolve) -> frozenset[ChangeId]:
    # Each number once: a forged structure may hold the same one fifty thousand times.
    found = map(resolve, {name for name in written if isinstance(name, int)})
    names = {name for name in found if name is not None}
    for name in written:
        # The empty name is that of an unsealed change, on each laptop another one.
        if not isinstance(name, int) and len(name[0]) == ids.SEGMENT_NAME_BYTES:
            segment, ordinals = name
            of = [ordinals] if isinstance(ordinals, int) else ordinals
            names.update(ChangeId(segment, ordinal) for ordinal in of)
    return frozenset(names)


_NOTHING: frozenset[ChangeId] = frozenset()


def _read_create(structure: bytes, resolve: Resolve) -> Parts:
    own_accept, fields = _CREATE.decode(structure)
    return Parts(own_accept=bool(own_accept), over=dict.fromkeys(fields, _NOTHING))


def _read_set(structure: bytes, resolve: Resolve) -> Parts:
    own_accept, over = _SET.decode(structure)
    return Parts(
        own_accept=bool(own_accept),
        over={f: None if names is None else _resolved(names, resolve) for f, names in over.items()},
    )


def _read_delete(structure: bytes, resolve: Resolve) -> Parts:
    own_accept, seen = _DELETE.decode(structure)
    return Parts(own_accept=bool(own_accept), seen=_resolved(seen, resolve))


def _read_add(structure: bytes, resolve: Resolve) -> Parts:
    own_accept, element, element_id, target = _ADD.decode(structure)
    keys = (element_id, target) if target else (element_id,)
    return Parts(own_accept=bool(own_accept), element=element, keys=keys)


def _read_remove(structure: bytes, resolve: Resolve) -> Parts:
    own_accept, element, seen = _REMOVE.decode(structure)
    return Parts(
        own_accept=bool(own_accept),
        element=element,
        seen=_resolved(seen, resolve),
    )


def _read_verdict(structure: bytes, resolve: Resolve) -> Parts:
    said, over, seen = _VERDICT.decode(structure)
    return Parts(
        words={name: word for word, names in said for name in _resolved(names, resolve)},
        over={"": _resolved(over, resolve)},
        seen=_resolved(seen, resolve),
    )


def _read_alias(structure: bytes, resolve: Resolve) -> Parts:
    other, word, over = _ALIAS.decode(structure)
    if len(other) != ids.ID_BYTES:
        raise StructureInvalid("a feature has no such identity")
    return Parts(keys=(other,), element=word, over={"": _resolved(over, resolve)})


def _read_claim(structure: bytes, resolve: Resolve) -> Parts:
    word, over = _CLAIM.decode(structure)
    return Parts(element=word, over={"": _resolved(over, resolve)})


def _read_define(structure: bytes, resolve: Resolve) -> Parts:
    what, key, over = _DEFINE.decode(structure)
    return Parts(
        element=what,
        keys=(key.encode(),),
        over={name: _resolved(names, resolve) for name, names in over.items()},
    )


def _read_keys(structure: bytes, resolve: Resolve) -> Parts:
    return Parts(keys=tuple(_KEYS.decode(structure)))


def _read_close(structure: bytes, resolve: Resolve) -> Parts:
    invitation, came = _CLOSE.decode(structure)
    return Parts(keys=(invitation, *came))


def _read_role(structure: bytes, resolve: Resolve) -> Parts:
    rid, role, heads, over = _ROLE.decode(structure)
    if not 0 <= role <= 2:
        raise StructureInvalid("no role has this number")
    return Parts(keys=(rid, *heads), numbers=(role,), over={"": _resolved(over, resolve)})


def _read_clock(structure: bytes, resolve: Resolve) -> Parts:
    rid, shift_ms, over = _CLOCK.decode(structure)
    return Parts(keys=(rid,), numbers=(shift_ms,), over={"": _resolved(over, resolve)})


def _read_ack(structure: bytes, resolve: Resolve) -> Parts:
    rid, seq, head, changes, person = _ACK.decode(structure)
    return Parts(keys=(rid, head, person), numbers=(seq, changes))


def _read_redact(structure: bytes, resolve: Resolve) -> Parts:
    (names,) = _REDACT.decode(structure)
    return Parts(seen=_resolved(names, resolve))


_READERS: dict[int, Callable[[bytes, Resolve], Parts]] = {
    Kind.CREATE: _read_create,
    Kind.SET: _read_set,
    Kind.DELETE: _read_delete,
    Kind.ADD: _read_add,
    Kind.REMOVE: _read_remove,
    Kind.VERDICT: _read_verdict,
    Kind.INVITE: _read_keys,
    Kind.ENROL: _read_keys,
    Kind.ALIAS: _read_alias,
    Kind.CLAIM: _read_claim,
    Kind.DEFINE: _read_define,
    Kind.ACK: _read_ack,
    Kind.ROLE: _read_role,
    Kind.CLOSE: _read_close,
    Kind.CLOCK_NOTE: _read_clock,
    Kind.SUCCESSOR: _read_keys,
    Kind.REDACT: _read_redact,
}
